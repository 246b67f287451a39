# SPDX-License-Identifier: GPL-2.0-or-later
#
# The code under test from a patch alone: functions that it adds whole take the place of the
# reference's own of the same name and signature; the rest is the reference's.
#   BAX_SUBJECT_PATCH     unified diffs or mails of one, as in FILE or name=FILE;name2=FILE2; the
#                         name is "patch" otherwise
# For harness/CMakeLists.txt to include after BaxSubject.cmake.  Provides
#   bax_add_subject_patches()     a program bax-<name> for each patch, which BAX_USER_SUBJECTS
#                                 lists, too

set(BAX_SUBJECT_PATCH "" CACHE STRING
    "Patches to test on the reference, as in FILE or name=FILE;name2=FILE2")

# "name=FILE" or "FILE": what the program is to be called, and the file, if it is one.
function(bax_parse_subject_patch entry ret_name ret_file)
    set(name patch)
    set(file "${entry}")
    if(entry MATCHES "^([^=/]+)=(.+)$")
        set(name "${CMAKE_MATCH_1}")
        set(file "${CMAKE_MATCH_2}")
    endif()
    string(REGEX REPLACE "[^A-Za-z0-9._-]" "-" name "${name}")
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" NORMALIZE)
    if(NOT EXISTS "${file}" OR IS_DIRECTORY "${file}")
        message(FATAL_ERROR "BAX_SUBJECT_PATCH: there is no file \"${file}\".")
    endif()
    if(TARGET bax_subject_${name} OR name MATCHES "^reference3?$")
        message(FATAL_ERROR "BAX_SUBJECT_PATCH: the name \"${name}\" is taken; give another one "
            "as in other=${file}.")
    endif()
    set(${ret_name} "${name}" PARENT_SCOPE)
    set(${ret_file} "${file}" PARENT_SCOPE)
endfunction()

# @source with functions of @patch in it becomes @output.  @ret_functions: "state name line" with
# tabs between, for each function that the patch adds whole.
function(bax_place_patch patch source output ret_functions)
    set(script "${PROJECT_SOURCE_DIR}/cmake/place-patch")
    bax_subject_syntax_command("${PROJECT_SOURCE_DIR}" "" compiler)
    list(REMOVE_ITEM compiler "" -w)
    execute_process(
        COMMAND "${script}" "${patch}" "${source}" "${output}" "${BAX_CTAGS}" -- ${compiler}
            -Werror=implicit-function-declaration
        RESULT_VARIABLE result OUTPUT_VARIABLE functions ERROR_VARIABLE error
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_STRIP_TRAILING_WHITESPACE)
    if(NOT result EQUAL 0)
        message(FATAL_ERROR "BAX_SUBJECT_PATCH: ${error}")
    endif()
    set_property(DIRECTORY "${CMAKE_SOURCE_DIR}" APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
        "${patch}" "${source}" "${script}")
    string(REPLACE "\n" ";" functions "${functions}")
    set(${ret_functions} "${functions}" PARENT_SCOPE)
endfunction()

# The program bax-<name>, of generation 1.  The property BAX_PLACED_SETTLE of its code is the file
# that the functions were placed in.
function(bax_add_subject_patch name patch)
    set(target "bax_subject_${name}")
    set(settle subject/reference/settle.c)
    set(folder "${CMAKE_CURRENT_BINARY_DIR}/${name}")
    file(MAKE_DIRECTORY "${folder}")
    bax_place_patch("${patch}" "${CMAKE_CURRENT_SOURCE_DIR}/${settle}" "${folder}/settle.c"
        functions)

    message(STATUS "Code under test: bax-${name}, the reference with functions of ${patch}")
    set(rows "")
    foreach(function IN LISTS functions)
        string(REPLACE "\t" ";" fields "${function}")
        list(GET fields 0 state)
        list(GET fields 1 function)
        list(GET fields 2 line)
        set(kind PLACED)
        if(state STREQUAL "left")
            set(kind LEFT)
        endif()
        message(STATUS "  line ${line}: ${function}(), ${state}")
        list(APPEND rows "${kind}\tline ${line}: ${function}()\t${patch}\t${patch}")
    endforeach()

    get_target_property(files bax_reference_code SOURCES)
    list(REMOVE_ITEM files ${settle})
    add_library(${target}_code OBJECT ${files} "${folder}/settle.c")
    set_source_files_properties("${folder}/settle.c" PROPERTIES
        COMPILE_OPTIONS "-Wno-error;-Wno-extra;-Wno-unused-function;-fno-strict-aliasing;-fwrapv")
    set_target_properties(${target}_code PROPERTIES
        BAX_BUILD_INFO_ROWS "${rows}" BAX_PLACED_SETTLE "${folder}/settle.c")
    target_link_libraries(${target}_code PRIVATE bax_flags bax_sim_headers)
    bax_add_subject(${target} NAME "${name}" GENERATION 1 CODE ${target}_code)
    bax_add_program(bax-${name} ${target})
endfunction()

function(bax_add_subject_patches)
    if(BAX_SUBJECT_PATCH)
        bax_find_ctags()
    endif()
    foreach(entry IN LISTS BAX_SUBJECT_PATCH)
        bax_parse_subject_patch("${entry}" name file)
        bax_add_subject_patch("${name}" "${file}")
        set_property(GLOBAL APPEND PROPERTY BAX_USER_SUBJECTS "${name}")
    endforeach()
endfunction()
