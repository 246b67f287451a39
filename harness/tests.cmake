# SPDX-License-Identifier: GPL-2.0-or-later
# The harness's tests; included by harness/CMakeLists.txt.

# A table of step kinds of their own stands in the place of the actors'.
foreach(test errors find garbage parse)
    bax_add_test(test-scenario-${test} scenario/test-scenario-${test}.c scenario/test-kinds.c
        LIBS bax_harness bax_sim bax_bitmaps)
endforeach()

# A subject that keeps a diary stands in the place of the code under test.
add_library(bax_test_subject OBJECT actor/test-subject.c)
target_link_libraries(bax_test_subject PRIVATE bax_flags bax_sim_headers)
bax_add_test(test-play scenario/test-play.c
    LIBS bax_test_subject bax_harness bax_sim bax_bitmaps)
bax_add_test(test-expect actor/test-expect.c
    LIBS bax_test_subject bax_harness bax_sim bax_bitmaps)
bax_add_test(test-provider actor/test-provider.c
    LIBS bax_test_subject bax_harness bax_sim bax_bitmaps)
bax_add_test(test-language-doc scenario/test-language-doc.c
    LIBS bax_test_subject bax_harness bax_sim bax_bitmaps)
target_compile_definitions(test-language-doc PRIVATE BAX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
bax_add_test(test-findings-doc scenario/test-findings-doc.c)
target_compile_definitions(test-findings-doc PRIVATE BAX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# The real tables, world and code under test.
bax_add_test(test-schedule scenario/test-schedule.c
    LIBS bax_program bax_harness bax_reference bax_sim bax_bitmaps)
bax_add_build_info(test-schedule PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
target_compile_definitions(test-schedule PRIVATE BAX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# All that bax is, but for its main().
set(program bax_program bax_harness bax_reference bax_sim bax_bitmaps)
foreach(test formats human known output timeline)
    bax_add_test(test-report-${test} report/test-${test}.c report/test-fixture.c
        LIBS ${program})
    bax_add_build_info(test-report-${test} PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
endforeach()
foreach(subject reference reference3)
    foreach(test generate reach)
        bax_add_test(test-${test}-${subject} generate/test-${test}.c
            LIBS bax_program bax_harness bax_${subject} bax_sim bax_bitmaps)
        bax_add_build_info(test-${test}-${subject}
            PARTS bax_sim bax_bitmaps SUBJECT bax_${subject}_code)
    endforeach()
endforeach()
foreach(test mark soak)
    bax_add_test(test-${test} ${test}/test-${test}.c LIBS ${program})
    bax_add_build_info(test-${test} PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
endforeach()
bax_add_test(test-explore explore/test-explore.c LIBS ${program})
bax_add_build_info(test-explore PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
bax_add_test(test-in-a-row test-in-a-row.c LIBS ${program})
target_compile_definitions(test-in-a-row PRIVATE BAX_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
bax_add_build_info(test-in-a-row PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
foreach(test crash-place isolate isolate-text last-words)
    bax_add_test(test-${test} test-${test}.c test-isolate-result.c LIBS ${program})
    bax_add_build_info(test-${test} PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
endforeach()
# It asks for the lines of its own functions.
set_source_files_properties(test-crash-place.c PROPERTIES
    COMPILE_OPTIONS $<$<NOT:$<CONFIG:Debug,RelWithDebInfo>>:-g1>)
foreach(test options batch bax compare gdb)
    bax_add_test(test-cli-${test} cli/test-${test}.c LIBS ${program})
    target_link_libraries(test-cli-${test} PRIVATE PkgConfig::JSON_GLIB)
    bax_add_build_info(test-cli-${test} PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)
endforeach()
add_dependencies(test-cli-bax bax bax-reference3)
target_compile_definitions(test-cli-bax PRIVATE
    BAX_PROGRAM="$<TARGET_FILE:bax>" BAX_OTHER_PROGRAM="$<TARGET_FILE:bax-reference3>")

add_test(NAME scenarios COMMAND bax run "${PROJECT_SOURCE_DIR}/scenarios")
bax_set_test_properties(scenarios)
add_test(NAME scenarios-generation3 COMMAND bax-reference3 run "${PROJECT_SOURCE_DIR}/scenarios")
bax_set_test_properties(scenarios-generation3)

bax_add_test(test-faults test-faults.c LIBS ${program})
bax_add_build_info(test-faults PARTS bax_sim bax_bitmaps SUBJECT bax_reference_code)

include(subject/fixture/tests.cmake)
include(shrink/tests.cmake)
include(campaign/tests.cmake)

add_test(NAME patch-coverage COMMAND "${PROJECT_SOURCE_DIR}/ci/test-patch-coverage")
bax_set_test_properties(patch-coverage)
bax_set_same_in_all_builds(patch-coverage)

# Every planted mistake still fits the sources; ci/mutants builds and runs them.
add_test(NAME mutants COMMAND "${PROJECT_SOURCE_DIR}/ci/mutants" --check)
bax_set_test_properties(mutants)
bax_set_same_in_all_builds(mutants)
add_test(NAME mutants-hunt COMMAND "${PROJECT_SOURCE_DIR}/ci/test-mutants")
bax_set_test_properties(mutants-hunt)
bax_set_same_in_all_builds(mutants-hunt)

# The model and the checks, fed by hand: a fake stands in the place of the world.
foreach(test blame checks hand model)
    bax_add_test(test-check-${test}
        check/test-${test}.c check/fake-archive.c check/fake-backup.c check/fake-world.c
        LIBS bax_harness bax_sim)
endforeach()
