# SPDX-License-Identifier: GPL-2.0-or-later
#
# The code under test: our reference implementation, and whatever trees the user names.
#   BAX_SUBJECT_SOURCE     folders that hold pve-backup.c and pve-backup.h, as in DIR or
#                          name=DIR;name2=DIR2; the name is that of the folder otherwise
# For harness/CMakeLists.txt to include.  Provides
#   bax_add_subject()           code, the adapter of its generation, and what watches its memory
#   bax_add_subject_trees()     a program bax-<name> for each tree; the global property
#                               BAX_USER_SUBJECTS lists the names
# The files of a tree are compiled unmodified; which generation of the interface they have is
# found out here, and nothing but the adapter (harness/subject/generationN.c) depends on it.

set(BAX_SUBJECT_SOURCE "" CACHE STRING
    "Trees with a pve-backup.c to test, as in DIR or name=DIR;name2=DIR2")

# What prepare-subject does not change but the messages need: a call in a static function is seen
# as that function's, and the line of a crash is known.
set(BAX_SUBJECT_FLAGS -fdata-sections -fno-inline -fno-optimize-sibling-calls
    $<$<NOT:$<CONFIG:Debug,RelWithDebInfo>>:-g1>)
if(BAX_COVERAGE)
    list(APPEND BAX_SUBJECT_FLAGS --coverage)
endif()

# bax_prepare_subject(code ret_object): the object file that takes the place of those of the object
# library @code.
function(bax_prepare_subject code ret_object)
    target_compile_options(${code} PRIVATE ${BAX_SUBJECT_FLAGS})
    set(prepared "${CMAKE_CURRENT_BINARY_DIR}/${code}-prepared.o")
    set(script "${PROJECT_SOURCE_DIR}/cmake/prepare-subject")
    add_custom_command(OUTPUT "${prepared}"
        COMMAND "${CMAKE_COMMAND}" -E env NM=${CMAKE_NM} OBJCOPY=${CMAKE_OBJCOPY}
            LD=${CMAKE_LINKER} READELF=${CMAKE_READELF} "${script}" "${prepared}"
            $<TARGET_OBJECTS:bax_subject_support> $<TARGET_OBJECTS:bax_gates> --
            $<TARGET_OBJECTS:${code}>
        DEPENDS $<TARGET_OBJECTS:bax_subject_support> $<TARGET_OBJECTS:bax_gates>
            $<TARGET_OBJECTS:${code}> "${script}"
        COMMENT "Preparing ${code}"
        COMMAND_EXPAND_LISTS VERBATIM)
    set_source_files_properties("${prepared}" PROPERTIES GENERATED TRUE EXTERNAL_OBJECT TRUE)
    # Makefiles of one target know no rules for the objects of another: these come first.
    add_custom_target(${code}_prepared DEPENDS "${prepared}")
    add_dependencies(${code}_prepared bax_subject_support bax_gates ${code})
    set(${ret_object} "${prepared}" PARENT_SCOPE)
endfunction()

# bax_add_subject(target NAME name GENERATION n CODE target): an interface library to link into a
# program.  CODE is an object library.
function(bax_add_subject target)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "NAME;GENERATION;CODE" "")
    bax_prepare_subject(${arg_CODE} prepared)
    set(folder "${PROJECT_SOURCE_DIR}/harness/subject")
    add_library(${target}_adapter OBJECT
        "${folder}/generation${arg_GENERATION}.c" "${folder}/queries.c")
    target_compile_definitions(${target}_adapter PRIVATE BAX_SUBJECT_NAME="${arg_NAME}")
    target_link_libraries(${target}_adapter PRIVATE bax_flags bax_sim_headers)

    add_library(${target} INTERFACE)
    add_dependencies(${target} ${arg_CODE}_prepared)
    target_sources(${target} INTERFACE "${prepared}" $<TARGET_OBJECTS:${target}_adapter>
        $<TARGET_OBJECTS:bax_subject_support> $<TARGET_OBJECTS:bax_gates>)
endfunction()

# ---- trees ----------------------------------------------------------------------------------

# @ret_command: the compiler, asked whether @file is correct C with our headers and nothing else.
function(bax_subject_syntax_command dir file ret_command)
    set(command "${CMAKE_C_COMPILER}" -std=gnu11 -w -fsyntax-only
        "-I${PROJECT_SOURCE_DIR}" "-I${PROJECT_SOURCE_DIR}/sim/include" "-I${dir}")
    if(BAX_QEMU_DIR)
        list(APPEND command -isystem "${BAX_QEMU_DIR}/include")
    endif()
    foreach(include IN LISTS GLIB_INCLUDE_DIRS)
        list(APPEND command "-I${include}")
    endforeach()
    set(${ret_command} ${command} "${file}" PARENT_SCOPE)
endfunction()

# Types and order of the parameters of @function in @file, as in "const char*,Error**"; empty if
# the file does not define it.
function(bax_subject_parameters file function ret_parameters)
    execute_process(
        COMMAND "${BAX_CTAGS}" --options=NONE --quiet --languages=C --kinds-C=f
            -I coroutine_fn,GRAPH_RDLOCK -x "--_xformat=%{name}%{signature}" "${file}"
        OUTPUT_VARIABLE functions ERROR_VARIABLE error RESULT_VARIABLE result)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "${BAX_CTAGS} cannot read \"${file}\": ${error}")
    endif()
    set(${ret_parameters} "" PARENT_SCOPE)
    if("\n${functions}" MATCHES "\n${function}\\(([^\n]*)\\)\n")
        string(REGEX REPLACE "([ *])[A-Za-z_0-9]+(,|$)" "\\1\\2" parameters "${CMAKE_MATCH_1}")
        string(REGEX REPLACE " *([*,]) *" "\\1" parameters "${parameters}")
        string(REGEX REPLACE " +$" "" parameters "${parameters}")
        set(${ret_parameters} "${parameters}" PARENT_SCOPE)
    endif()
endfunction()

# The first complaint of the compiler about @file, or empty.
function(bax_subject_complaint dir file ret_complaint)
    bax_subject_syntax_command("${dir}" "${file}" command)
    execute_process(COMMAND ${command} ${ARGN}
        RESULT_VARIABLE result ERROR_VARIABLE errors OUTPUT_QUIET)
    set(${ret_complaint} "" PARENT_SCOPE)
    if(NOT result EQUAL 0)
        string(REGEX MATCH "[^\n]*error:[^\n]*" complaint "${errors}")
        set(${ret_complaint} "${complaint}" PARENT_SCOPE)
    endif()
endfunction()

# By the prototypes of setup and teardown.
function(bax_subject_generation dir ret_generation)
    set(file "${dir}/pve-backup.c")
    bax_subject_parameters("${file}" qmp_backup_access_setup setup)
    bax_subject_parameters("${file}" qmp_backup_access_teardown teardown)
    set(name "const char*")
    if(NOT setup OR NOT teardown)
        message(FATAL_ERROR "\"${file}\" has no backup access: it does not define "
            "qmp_backup_access_setup() and qmp_backup_access_teardown().")
    endif()
    if(NOT teardown STREQUAL "${name},bool,Error**")
        message(FATAL_ERROR "\"${file}\" is of no generation that bax knows: "
            "qmp_backup_access_teardown() takes (${teardown}). A new generation is added as "
            "harness/subject/generationN.c and in cmake/BaxSubject.cmake.")
    endif()
    if(setup STREQUAL "${name},${name},${name},Error**")
        set(generation 1)
    elseif(setup STREQUAL "${name},BackupAccessSourceDeviceList*,Error**")
        set(generation 3)
    else()
        message(FATAL_ERROR "\"${file}\" is of no generation that bax knows: "
            "qmp_backup_access_setup() takes (${setup}). A new generation is added as "
            "harness/subject/generationN.c and in cmake/BaxSubject.cmake.")
    endif()
    bax_subject_complaint("${dir}" "${file}" complaint)
    if(complaint)
        message(FATAL_ERROR "\"${file}\" does not compile: ${complaint}")
    endif()
    # Generations 2 and 3 differ in what a device comes with: in 2, the name of its bitmap, too.
    if(generation EQUAL 3)
        bax_subject_complaint("${dir}" "${file}" complaint
            -DBAX_SOURCE_DEVICES_WITHOUT_BITMAP_NAME)
        if(complaint)
            set(generation 2)
        endif()
    endif()
    set(${ret_generation} ${generation} PARENT_SCOPE)
endfunction()

# "name=DIR" or "DIR": what the program is to be called, and the folder, if it is one.
function(bax_parse_subject_tree entry ret_name ret_dir)
    set(dir "${entry}")
    set(name "")
    if(entry MATCHES "^([^=/]+)=(.+)$")
        set(name "${CMAKE_MATCH_1}")
        set(dir "${CMAKE_MATCH_2}")
    endif()
    cmake_path(ABSOLUTE_PATH dir BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" NORMALIZE)
    string(REGEX REPLACE "/+$" "" dir "${dir}")
    if(NOT IS_DIRECTORY "${dir}")
        message(FATAL_ERROR "BAX_SUBJECT_SOURCE: there is no folder \"${dir}\".")
    endif()
    foreach(file pve-backup.c pve-backup.h)
        if(NOT EXISTS "${dir}/${file}")
            message(FATAL_ERROR
                "BAX_SUBJECT_SOURCE: \"${dir}\" holds no code to test: it has no ${file}.")
        endif()
    endforeach()
    if(NOT name)
        cmake_path(GET dir FILENAME name)
    endif()
    string(REGEX REPLACE "[^A-Za-z0-9._-]" "-" name "${name}")
    set(${ret_name} "${name}" PARENT_SCOPE)
    set(${ret_dir} "${dir}" PARENT_SCOPE)
endfunction()

function(bax_find_ctags)
    find_program(BAX_CTAGS NAMES ctags-universal ctags)
    if(BAX_CTAGS)
        execute_process(COMMAND "${BAX_CTAGS}" --version OUTPUT_VARIABLE version ERROR_QUIET)
    endif()
    if(NOT version MATCHES "Universal Ctags")
        message(FATAL_ERROR "BAX_SUBJECT_SOURCE needs universal-ctags: see ci/packages.")
    endif()
endfunction()

# The program bax-<name> with the code in @dir.  QUIET: what is found out is not told.
function(bax_add_subject_tree name dir)
    set(target "bax_subject_${name}")
    if(TARGET ${target} OR name MATCHES "^reference3?$")
        message(FATAL_ERROR "BAX_SUBJECT_SOURCE: the name \"${name}\" is taken; give another one "
            "as in other=${dir}.")
    endif()
    bax_subject_generation("${dir}" generation)
    if(NOT ARGN STREQUAL "QUIET")
        message(STATUS "Code under test: bax-${name}, generation ${generation}, in ${dir}")
    endif()

    set(files "${dir}/pve-backup.c")
    set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${files})
    add_library(${target}_code OBJECT ${files})
    target_include_directories(${target}_code PRIVATE "${dir}")
    target_compile_options(${target}_code PRIVATE -Wall -fno-strict-aliasing -fwrapv)
    target_link_libraries(${target}_code PRIVATE bax_sim_headers)
    if(BAX_QEMU_DIR)
        target_link_libraries(${target}_code PRIVATE bax_qemu_headers)
    endif()
    bax_add_subject(${target} NAME "${name}" GENERATION ${generation} CODE ${target}_code)
    bax_add_program(bax-${name} ${target})
endfunction()

function(bax_add_subject_trees)
    if(BAX_SUBJECT_SOURCE)
        bax_find_ctags()
    endif()
    foreach(entry IN LISTS BAX_SUBJECT_SOURCE)
        bax_parse_subject_tree("${entry}" name dir)
        bax_add_subject_tree("${name}" "${dir}")
        set_property(GLOBAL APPEND PROPERTY BAX_USER_SUBJECTS "${name}")
    endforeach()
endfunction()
