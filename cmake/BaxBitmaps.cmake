# SPDX-License-Identifier: GPL-2.0-or-later
#
# The dirty bitmaps, for sim/CMakeLists.txt to include.  Defines
#   bax_bitmaps     object library: QEMU's block/dirty-bitmap.c and util/hbitmap.c, or ours, as
#                   BAX_BITMAPS_RESOLVED says; wants sim/core/rangemap.c and the block layer
# and their tests.  Needs bax_sim_headers, which come before the tree's own headers.  With a QEMU
# tree both are compiled, whichever is used, so that they can be compared operation by operation.

add_library(bax_bitmaps_builtin OBJECT
    ${CMAKE_SOURCE_DIR}/sim/block/dirty-bitmap.c
    ${CMAKE_SOURCE_DIR}/sim/block/dirty-bitmap-search.c
    ${CMAKE_SOURCE_DIR}/sim/block/dirty-bitmap-state.c
    ${CMAKE_SOURCE_DIR}/sim/util/hbitmap.c)
target_link_libraries(bax_bitmaps_builtin PRIVATE bax_flags bax_sim_headers)

if(BAX_BITMAPS_RESOLVED STREQUAL "real")
    bax_add_qemu_objects(bax_bitmaps_real block/dirty-bitmap.c util/hbitmap.c)
    target_link_libraries(bax_bitmaps_real PRIVATE bax_sim_headers)
    add_library(bax_bitmaps ALIAS bax_bitmaps_real)
else()
    add_library(bax_bitmaps ALIAS bax_bitmaps_builtin)
endif()

# Files of the tree that only tests use are not among those that the program is made of.
function(bax_add_qemu_test_objects name)
    get_property(files GLOBAL PROPERTY BAX_REAL_FILES)
    bax_add_qemu_objects(${name} ${ARGN})
    target_link_libraries(${name} PRIVATE bax_sim_headers)
    set_property(GLOBAL PROPERTY BAX_REAL_FILES "${files}")
endfunction()
if(BAX_QEMU_DIR AND NOT TARGET bax_bitmaps_real)
    bax_add_qemu_test_objects(bax_bitmaps_real block/dirty-bitmap.c util/hbitmap.c)
endif()

# What the tests put in the place of the block layer.
add_library(bax_test_bitmaps_world OBJECT
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-messages.c
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-world.c
    ${CMAKE_SOURCE_DIR}/sim/core/rangemap.c
    ${CMAKE_SOURCE_DIR}/sim/util/error.c)
target_link_libraries(bax_test_bitmaps_world PRIVATE bax_flags bax_sim_headers)

bax_add_test(test-dirty-bitmap ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap.c
    LIBS bax_bitmaps bax_test_bitmaps_world bax_sim_headers)

string(TOUPPER "${CMAKE_BUILD_TYPE}" build_type)

# Random runs of operations, for tests and for fuzz/.
set(bax_bitmap_run_files
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-ops.c
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-ops-content.c
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-ops-life.c
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-run.c
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-shadow.c
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-sides.c)
# bax_bitmap_runs: to link with, all sides that this build has.
add_library(bax_bitmap_runs_code OBJECT ${bax_bitmap_run_files})
target_link_libraries(bax_bitmap_runs_code PRIVATE bax_flags bax_sim_headers)
# Millions of operations, which take long in a build for debugging.
foreach(code bax_bitmap_runs_code bax_test_bitmaps_world)
    if(NOT "${CMAKE_C_FLAGS} ${CMAKE_C_FLAGS_${build_type}}" MATCHES "-O[1-9s]")
        target_compile_options(${code} PRIVATE -O1)
    endif()
endforeach()
add_library(bax_bitmap_runs INTERFACE)

if(BAX_QEMU_DIR)
    set(prefixed ${CMAKE_CURRENT_BINARY_DIR}/bitmaps-builtin-prefixed.o)
    add_custom_command(OUTPUT ${prefixed}
        COMMAND ${CMAKE_COMMAND} -E env NM=${CMAKE_NM} OBJCOPY=${CMAKE_OBJCOPY} LD=${CMAKE_LINKER}
            ${CMAKE_SOURCE_DIR}/cmake/prefix-symbols builtin_ ${prefixed}
            $<TARGET_OBJECTS:bax_bitmaps_builtin>
        DEPENDS $<TARGET_OBJECTS:bax_bitmaps_builtin> ${CMAKE_SOURCE_DIR}/cmake/prefix-symbols
        COMMAND_EXPAND_LISTS VERBATIM)
    # Makefiles of one target know no rules for the objects of another: these come first.
    add_custom_target(bax_bitmaps_prefixed DEPENDS ${prefixed})
    add_dependencies(bax_bitmaps_prefixed bax_bitmaps_builtin)
    add_dependencies(bax_bitmap_runs bax_bitmaps_prefixed)
    target_link_libraries(bax_bitmap_runs INTERFACE ${prefixed} $<TARGET_OBJECTS:bax_bitmaps_real>)
    bax_add_test(test-dirty-bitmap-against-real
        ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-against-real.c
        LIBS bax_bitmap_runs bax_sim_headers)
    string(REGEX MATCH "^[0-9]+" major ${BAX_QEMU_VERSION})
    bax_set_long_test(test-dirty-bitmap-against-real)
    target_compile_definitions(test-dirty-bitmap-against-real
        PRIVATE BAX_QEMU_VERSION_MAJOR=${major})

    # QEMU's own test of its util/hbitmap.c, in our build: our headers and flags change nothing.
    if(EXISTS "${BAX_QEMU_DIR}/tests/unit/test-hbitmap.c")
        bax_add_qemu_test_objects(bax_test_hbitmap tests/unit/test-hbitmap.c)
        add_executable(test-hbitmap $<TARGET_OBJECTS:bax_test_hbitmap>)
        target_link_libraries(test-hbitmap
            PRIVATE bax_bitmaps_real bax_test_bitmaps_world PkgConfig::GLIB)
        set_target_properties(test-hbitmap PROPERTIES
            LINKER_LANGUAGE C RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
        add_test(NAME test-hbitmap COMMAND test-hbitmap)
        bax_set_test_properties(test-hbitmap)
    endif()
else()
    target_compile_definitions(bax_bitmap_runs_code PUBLIC BAX_TEST_ONE_SIDE)
    target_compile_definitions(bax_bitmap_runs INTERFACE BAX_TEST_ONE_SIDE)
    target_link_libraries(bax_bitmap_runs INTERFACE $<TARGET_OBJECTS:bax_bitmaps_builtin>)
endif()
target_link_libraries(bax_bitmap_runs INTERFACE
    $<TARGET_OBJECTS:bax_bitmap_runs_code> $<TARGET_OBJECTS:bax_test_bitmaps_world>)

bax_add_test(test-dirty-bitmap-against-shadow
    ${CMAKE_SOURCE_DIR}/sim/block/test-dirty-bitmap-against-shadow.c
    LIBS bax_bitmap_runs bax_sim_headers)
