# SPDX-License-Identifier: GPL-2.0-or-later
#
# bax_add_test(name SOURCE... [LIBS LIBRARY...]): a cmocka program and the ctest test of that
# name which runs it.  Tests are our code, so bax_flags and GLib come along.  Programs lie in
# tests/ of the build folder, out of the way of bax.  A test that takes longer than five minutes
# hangs.

# The runtime of a sanitizer looks for a function of the program itself, not of a library.
function(bax_add_sanitizer_options name)
    target_sources(${name} PRIVATE $<TARGET_OBJECTS:bax_sanitizer_options>)
endfunction()

function(bax_add_test name)
    cmake_parse_arguments(PARSE_ARGV 1 arg "" "" LIBS)
    add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
    bax_add_sanitizer_options(${name})
    target_link_libraries(${name} PRIVATE ${arg_LIBS} bax_flags PkgConfig::GLIB PkgConfig::CMOCKA)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name})
    bax_set_test_properties(${name})
endfunction()

# For tests that are registered with add_test() by hand, such as those that run bax itself.
function(bax_set_test_properties name)
    set_tests_properties(${name} PROPERTIES
        TIMEOUT 300
        ENVIRONMENT "UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1")
endfunction()

# A test that takes longer than most of the others together begins first, so that no processor waits
# for it in the end.
function(bax_set_long_test name)
    set_tests_properties(${name} PROPERTIES COST 100)
endfunction()

# For tests that build or run the same thing whatever this build's compiler options and bitmaps are:
# ci/test runs them in one of its builds.
function(bax_set_same_in_all_builds name)
    set_tests_properties(${name} PROPERTIES LABELS same-in-all-builds)
endfunction()
