# SPDX-License-Identifier: GPL-2.0-or-later
#
# Finds the QEMU tree whose files may take the place of our stand-ins, and decides whose dirty
# bitmaps are built in.  Nothing is downloaded here: ci/qemu-source does that.  Sets
#   BAX_QEMU_DIR           the tree, or empty if the build uses none
#   BAX_QEMU_VERSION       its version, as in 10.0.13, or empty
#   BAX_BITMAPS_RESOLVED   "real" or "builtin"
# and, if there is a tree, the function bax_add_qemu_objects().

set(BAX_QEMU_SOURCE "" CACHE PATH "A QEMU tree, 7.2 to 11.0")
set(BAX_BITMAPS auto CACHE STRING "Whose dirty bitmaps: auto, builtin or real")
set_property(CACHE BAX_BITMAPS PROPERTY STRINGS auto builtin real)

if(NOT BAX_BITMAPS MATCHES "^(auto|builtin|real)$")
    message(FATAL_ERROR "BAX_BITMAPS is auto, builtin or real, not \"${BAX_BITMAPS}\".")
endif()

# Judges the tree @dir: @ret_version is its version, or empty with the reason in @ret_error.
function(bax_check_qemu_tree dir ret_version ret_error)
    set(${ret_version} "" PARENT_SCOPE)
    foreach(file VERSION util/hbitmap.c block/dirty-bitmap.c include/qemu/hbitmap.h)
        if(NOT EXISTS "${dir}/${file}")
            set(${ret_error} "\"${dir}\" is no QEMU source tree: it has no ${file}." PARENT_SCOPE)
            return()
        endif()
    endforeach()
    file(STRINGS "${dir}/VERSION" version LIMIT_COUNT 1)
    if(NOT version MATCHES "^[0-9]+\\.[0-9]+" OR version VERSION_LESS 7.2
       OR version VERSION_GREATER_EQUAL 11.1)
        set(${ret_error}
            "The QEMU tree \"${dir}\" is version \"${version}\"; bax takes 7.2 to 11.0."
            PARENT_SCOPE)
        return()
    endif()
    set(${ret_version} "${version}" PARENT_SCOPE)
endfunction()

# The newest usable tree that ci/qemu-source has unpacked, or empty.
function(bax_find_cached_qemu_tree ret_dir)
    set(cache "$ENV{HOME}/.cache")
    if("$ENV{XDG_CACHE_HOME}" MATCHES "^/")
        set(cache "$ENV{XDG_CACHE_HOME}")
    endif()
    set(newest_dir "")
    set(newest_version 0)
    file(GLOB dirs LIST_DIRECTORIES true "${cache}/bax/qemu/*")
    foreach(dir IN LISTS dirs)
        bax_check_qemu_tree("${dir}" version error)
        if(version AND version VERSION_GREATER newest_version)
            set(newest_dir "${dir}")
            set(newest_version "${version}")
        endif()
    endforeach()
    set(${ret_dir} "${newest_dir}" PARENT_SCOPE)
endfunction()

# bax_add_qemu_objects(name FILE...): an object library of files of the tree, named by their paths
# in it, compiled as they are.  They are not our code: warnings are shown but fail nothing.  Their
# target takes our headers by linking, and these win over the tree's.  Every file so built is
# listed in the global property BAX_REAL_FILES.
function(bax_add_qemu_objects name)
    list(TRANSFORM ARGN PREPEND "${BAX_QEMU_DIR}/" OUTPUT_VARIABLE paths)
    add_library(${name} OBJECT ${paths})
    target_link_libraries(${name} PRIVATE bax_qemu_headers PkgConfig::GLIB)
    target_compile_options(${name} PRIVATE -Wall -fno-strict-aliasing -fwrapv)
    set_property(GLOBAL APPEND PROPERTY BAX_REAL_FILES ${ARGN})
    # What --version says of these files is computed at configure time.
    set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${paths})
endfunction()

set(BAX_QEMU_DIR "${BAX_QEMU_SOURCE}")
set(BAX_QEMU_VERSION "")
if(NOT BAX_QEMU_DIR AND NOT BAX_BITMAPS STREQUAL "builtin")
    bax_find_cached_qemu_tree(BAX_QEMU_DIR)
endif()
if(BAX_QEMU_DIR)
    bax_check_qemu_tree("${BAX_QEMU_DIR}" BAX_QEMU_VERSION error)
    if(NOT BAX_QEMU_VERSION)
        message(FATAL_ERROR "${error}")
    endif()
    # The tree's headers, after ours, and silent about warnings.
    add_library(bax_qemu_headers INTERFACE)
    target_include_directories(bax_qemu_headers SYSTEM INTERFACE "${BAX_QEMU_DIR}/include")
endif()

set(tree "QEMU ${BAX_QEMU_VERSION} in ${BAX_QEMU_DIR}")
if(BAX_BITMAPS STREQUAL "builtin")
    set(BAX_BITMAPS_RESOLVED builtin)
    message(STATUS "Dirty bitmaps: builtin, as BAX_BITMAPS says")
elseif(BAX_QEMU_DIR)
    set(BAX_BITMAPS_RESOLVED real)
    message(STATUS "Dirty bitmaps: real, of ${tree}")
elseif(BAX_BITMAPS STREQUAL "real")
    message(FATAL_ERROR "Real bitmaps need a QEMU tree: run \"ci/qemu-source newest\", "
        "or name one with -DBAX_QEMU_SOURCE=DIR.")
else()
    set(BAX_BITMAPS_RESOLVED builtin)
    message(STATUS "Dirty bitmaps: builtin, as BAX_QEMU_SOURCE names no QEMU tree and none is "
        "cached (ci/qemu-source gets one)")
endif()
