# SPDX-License-Identifier: GPL-2.0-or-later
#
# bax_add_build_info(TARGET PARTS TARGET... SUBJECT TARGET...): gives a program the table behind
# bax --version (harness/cli/build-info.h): every C file of the targets named, what it stands for,
# where it is from, and its SHA-256.
#
# What comes from the QEMU tree is real, what comes from here is simulated; files of SUBJECT are
# the code under test.  The sums are taken when the program is built, after every change of a
# file, so they are of what was compiled.  Programs of the same parts share one table.
# Further rows may stand in the property BAX_BUILD_INFO_ROWS of a target of SUBJECT.

# Absolute paths of the C files of a target, objects of other targets included.
function(bax_target_sources target ret_files)
    set(files "")
    get_target_property(sources ${target} SOURCES)
    get_target_property(folder ${target} SOURCE_DIR)
    foreach(source IN LISTS sources)
        if(source MATCHES "^\\$<TARGET_OBJECTS:([^>]+)>$")
            bax_target_sources(${CMAKE_MATCH_1} more)
            list(APPEND files ${more})
        elseif(source MATCHES "\\.c$")
            cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${folder}" NORMALIZE)
            list(APPEND files "${source}")
        endif()
    endforeach()
    set(${ret_files} "${files}" PARENT_SCOPE)
endfunction()

# One line of the manifest: kind, path in its tree, origin, absolute path; between them tabs.
function(bax_describe_file file is_subject ret_line)
    set(tree "${PROJECT_SOURCE_DIR}")
    cmake_path(IS_PREFIX PROJECT_BINARY_DIR "${file}" NORMALIZE is_generated)
    if(is_generated)
        set(tree "${PROJECT_BINARY_DIR}")
    endif()
    cmake_path(IS_PREFIX tree "${file}" NORMALIZE is_ours)
    set(is_real FALSE)
    if(BAX_QEMU_DIR)
        cmake_path(IS_PREFIX BAX_QEMU_DIR "${file}" NORMALIZE is_real)
    endif()
    if(is_real)
        set(kind REAL)
        set(folder "${BAX_QEMU_DIR}")
        set(origin "QEMU ${BAX_QEMU_VERSION} in ${BAX_QEMU_DIR}")
    elseif(is_ours)
        set(kind SIMULATED)
        set(folder "${tree}")
        set(origin "bax ${PROJECT_VERSION}")
    else()
        set(kind REAL)
        cmake_path(GET file PARENT_PATH folder)
        set(origin "${folder}")
    endif()
    if(is_subject)
        set(kind SUBJECT)
    endif()
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY "${folder}" OUTPUT_VARIABLE path)
    set(${ret_line} "${kind}\t${path}\t${origin}\t${file}" PARENT_SCOPE)
endfunction()

# The object library @name that holds the table.
function(bax_add_build_info_objects name parts subject)
    set(lines "")
    set(all_files "")
    foreach(target IN LISTS subject parts)
        set(is_subject FALSE)
        if(target IN_LIST subject)
            set(is_subject TRUE)
        endif()
        bax_target_sources(${target} files)
        foreach(file IN LISTS files)
            bax_describe_file("${file}" ${is_subject} line)
            list(APPEND lines "${line}")
        endforeach()
        list(APPEND all_files ${files})
        get_target_property(rows ${target} BAX_BUILD_INFO_ROWS)
        if(rows)
            list(APPEND lines ${rows})
        endif()
    endforeach()
    # By kind, then by path: the order in which --version lists them.
    list(SORT lines)
    list(REMOVE_DUPLICATES lines)
    list(JOIN lines "\n" manifest_text)

    set(manifest "${CMAKE_CURRENT_BINARY_DIR}/${name}.manifest")
    set(output "${CMAKE_CURRENT_BINARY_DIR}/${name}.c")
    set(script "${PROJECT_SOURCE_DIR}/cmake/write-build-info.cmake")
    file(CONFIGURE OUTPUT "${manifest}" CONTENT "${manifest_text}\n" @ONLY)
    add_custom_command(
        OUTPUT "${output}"
        COMMAND "${CMAKE_COMMAND}" "-DMANIFEST=${manifest}" "-DOUTPUT=${output}"
            "-DVERSION=${PROJECT_VERSION}" "-DBITMAPS=${BAX_BITMAPS_RESOLVED}"
            "-DQEMU_VERSION=${BAX_QEMU_VERSION}" -P "${script}"
        DEPENDS "${manifest}" "${script}" ${all_files}
        VERBATIM)
    add_library(${name} OBJECT "${output}")
    target_link_libraries(${name} PRIVATE bax_flags)
    target_include_directories(${name} PRIVATE "${PROJECT_SOURCE_DIR}")
endfunction()

function(bax_add_build_info program)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "PARTS;SUBJECT")
    string(MD5 id "${arg_PARTS} ${arg_SUBJECT}")
    string(SUBSTRING "${id}" 0 8 id)
    set(name "bax_build_info_${id}")
    if(NOT TARGET ${name})
        bax_add_build_info_objects(${name} "${arg_PARTS}" "${arg_SUBJECT}")
    endif()
    target_link_libraries(${program} PRIVATE ${name})
endfunction()
