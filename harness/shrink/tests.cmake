# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of what is done with a finding.  Included by harness/tests.cmake, behind the fixtures.

foreach(test edit explain same shrink trials)
    bax_add_test(test-shrink-${test} shrink/test-${test}.c LIBS ${program})
    target_link_libraries(test-shrink-${test} PRIVATE PkgConfig::JSON_GLIB)
    bax_add_build_info(test-shrink-${test} PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
endforeach()

bax_add_test(test-shrink-planted shrink/test-planted.c)
target_compile_definitions(test-shrink-planted PRIVATE BAX_TESTS="${CMAKE_BINARY_DIR}/tests")
foreach(defect forgets-what-was-written asserts leaks leaks-an-error)
    add_dependencies(test-shrink-planted bax-fixture-${defect})
endforeach()
