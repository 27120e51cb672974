# Build options and the flags that every target of Shoal shares (target shoal_flags).

set(SHOAL_WITH_CUDA AUTO CACHE STRING "Build the CUDA backend: AUTO (when nvcc is found), ON, OFF")
set_property(CACHE SHOAL_WITH_CUDA PROPERTY STRINGS AUTO ON OFF)
set(SHOAL_CUDA_ARCHITECTURES "80-real;90" CACHE STRING "CUDA architectures to compile for")
option(SHOAL_CUDA_EMULATED "Build the CUDA backend for the emulated GPU of tests/cuda_emulated, which needs neither nvcc nor a GPU" OFF)
set(SHOAL_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined")
set(SHOAL_SANITIZE_LESS "" CACHE STRING "Checks of the sanitizers that are left out")
option(SHOAL_WERROR "Treat warnings as errors" ON)
option(SHOAL_CHECK_HEADERS "Compile every header of every module by itself" OFF)
option(SHOAL_BUILD_TESTS "Build the tests and benchmarks" ON)
option(SHOAL_PRECOMPILE "Precompile the standard library's and GoogleTest's headers" ON)
option(SHOAL_FUZZ "Build the libFuzzer programs of tests/fuzz (clang 16 or newer)" OFF)

if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Build type" FORCE)
endif()
find_program(SHOAL_CCACHE ccache)
if(SHOAL_CCACHE)
  # Without these, ccache does not keep what was compiled with a precompiled header.
  set(CMAKE_C_COMPILER_LAUNCHER ${SHOAL_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;${SHOAL_CCACHE}")
  set(CMAKE_CUDA_COMPILER_LAUNCHER ${SHOAL_CCACHE})
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

add_library(shoal_flags INTERFACE)
# Contraction of a*b+c depends on the optimiser; the numbers of Shoal must not.
target_compile_options(shoal_flags INTERFACE
  $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wconversion -Wno-sign-conversion -ffp-contract=off>
  $<$<COMPILE_LANGUAGE:CUDA>:--expt-relaxed-constexpr -Xcompiler=-Wall,-Wextra,-Wno-unused-parameter,-ffp-contract=off --fmad=false>)
if(SHOAL_WERROR)
  target_compile_options(shoal_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-Werror>
    $<$<COMPILE_LANGUAGE:CUDA>:--Werror=all-warnings -Xcompiler=-Werror>)
endif()
if(SHOAL_FUZZ)
  # Coverage of every module, so that libFuzzer sees which branches an input takes.
  target_compile_options(shoal_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=fuzzer-no-link>)
endif()
if(SHOAL_SANITIZE)
  # GCC 12 sees uninitialised values in instrumented variants and vectors where there are none; the sanitizers see better.
  target_compile_options(shoal_flags INTERFACE $<$<CXX_COMPILER_ID:GNU>:$<$<COMPILE_LANGUAGE:CXX>:-Wno-maybe-uninitialized>>)
  target_compile_options(shoal_flags INTERFACE
    $<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${SHOAL_SANITIZE} -fno-sanitize-recover=undefined -fno-omit-frame-pointer>)
  if(SHOAL_SANITIZE_LESS)
    target_compile_options(shoal_flags INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fno-sanitize=${SHOAL_SANITIZE_LESS}>)
  endif()
  target_link_options(shoal_flags INTERFACE -fsanitize=${SHOAL_SANITIZE})
endif()
