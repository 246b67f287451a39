# SPDX-License-Identifier: GPL-2.0-or-later
#
# Tests of campaigns.  Included by harness/tests.cmake, behind the fixtures.

foreach(test features campaign)
    bax_add_test(test-campaign-${test} campaign/test-${test}.c LIBS ${program})
    target_link_libraries(test-campaign-${test} PRIVATE PkgConfig::JSON_GLIB)
    bax_add_build_info(test-campaign-${test} PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
endforeach()
bax_set_long_test(test-campaign-campaign)
target_compile_definitions(test-campaign-campaign PRIVATE BAX_TESTS="${CMAKE_BINARY_DIR}/tests")
foreach(defect none asserts breaks-bax forgets-what-was-written hangs leaks)
    add_dependencies(test-campaign-campaign bax-fixture-${defect})
endforeach()
