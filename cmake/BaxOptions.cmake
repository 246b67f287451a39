# SPDX-License-Identifier: GPL-2.0-or-later
#
# How code is compiled: build types, sanitizers, coverage, warnings, libraries.
#
# What changes the code that comes out (sanitizers, -g) holds for everything that is built, QEMU's
# own files included.  Warnings hold for our code alone, through a target to link:
#   bax_flags       our code: gnu11, -Wall -Wextra -Werror
# Libraries are PkgConfig::GLIB, PkgConfig::JSON_GLIB and PkgConfig::CMOCKA.
# NDEBUG is never defined: assertions are part of what bax checks.

set(BAX_SANITIZE "" CACHE STRING "Sanitizers for -fsanitize=, as in address,undefined")
option(BAX_WERROR "Warnings in our code are errors" ON)
option(BAX_COVERAGE "Count what is executed of the code under test, for lcov" OFF)

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

# CMake's own release types define NDEBUG; whoever asks for it by hand learns why not.
if(DEFINED NDEBUG OR CMAKE_C_FLAGS MATCHES "-D *NDEBUG")
    message(FATAL_ERROR "bax cannot be built with NDEBUG: its checks are assertions.")
endif()
foreach(type RELEASE RELWITHDEBINFO MINSIZEREL DEBUG)
    string(REGEX REPLACE "-D *NDEBUG(=[^ ]*)?" "" CMAKE_C_FLAGS_${type} "${CMAKE_C_FLAGS_${type}}")
endforeach()

if(BAX_SANITIZE)
    set(sanitize "-fsanitize=${BAX_SANITIZE}")
    add_compile_options(${sanitize} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    add_link_options(${sanitize})
endif()
# Only the code under test is compiled to count (BaxSubject.cmake); every program can hold it.
if(BAX_COVERAGE)
    add_link_options(--coverage)
endif()

# A run is many small functions of many files, so the programs are optimised as a whole: a fifth
# faster.  Tests use the same objects as they are, which spares them the time.
set(is_lto_useful OFF)
if(CMAKE_BUILD_TYPE STREQUAL "Release" AND CMAKE_C_COMPILER_ID STREQUAL "GNU"
        AND NOT BAX_SANITIZE AND NOT BAX_COVERAGE)
    set(is_lto_useful ON)
endif()
option(BAX_LTO "Optimise the programs at link time (gcc)" ${is_lto_useful})
if(BAX_LTO)
    add_link_options(-fno-lto)
endif()

# Only for code of ours: objcopy changes the code under test.
function(bax_optimise_library library)
    if(BAX_LTO)
        target_compile_options(${library} PRIVATE -flto -ffat-lto-objects)
    endif()
endfunction()

function(bax_optimise_program program)
    if(BAX_LTO)
        target_link_options(${program} PRIVATE -flto -flto-partition=one)
    endif()
endfunction()

add_library(bax_flags INTERFACE)
target_compile_options(bax_flags INTERFACE -Wall -Wextra $<$<BOOL:${BAX_WERROR}>:-Werror>)

find_package(PkgConfig REQUIRED)
pkg_check_modules(GLIB REQUIRED IMPORTED_TARGET glib-2.0>=2.74)
pkg_check_modules(JSON_GLIB REQUIRED IMPORTED_TARGET json-glib-1.0)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)
