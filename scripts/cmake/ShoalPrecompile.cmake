# shoal_precompile(target) and shoal_precompile_test(target): the target's sources see the headers that most of them include
# anyway already parsed, which saves a quarter of the time of a source and half of that of a test. What a header lacks is
# found all the same: the header check (SHOAL_CHECK_HEADERS) compiles each of them without.
#
# The headers are parsed once for all libraries with the same options, once for the module that reads options and once for all
# tests.

set(SHOAL_STANDARD_HEADERS <fmt/core.h> <algorithm> <array> <cmath> <cstdint> <functional> <limits> <map> <memory> <numeric>
    <optional> <span> <string> <string_view> <utility> <variant> <vector>)
set(SHOAL_OPTION_HEADERS <boost/any.hpp> <boost/program_options/errors.hpp> <boost/program_options/options_description.hpp>
    <boost/program_options/value_semantic.hpp>)
set(SHOAL_TEST_HEADERS <gmock/gmock.h> <gtest/gtest.h> <filesystem> <fstream> <random> <sstream> ${SHOAL_STANDARD_HEADERS})

# Under the sanitizers only the modules that compute in loops, which are those with OpenMP, are optimised: the others compile in
# two thirds of the time without.
function(shoal_sanitized_options target openmp)
  if(SHOAL_SANITIZE AND NOT openmp)
    target_compile_options(${target} PRIVATE -O0)
  endif()
endfunction()

# The target that owns the precompiled headers of libraries that do, or do not, use OpenMP.
function(shoal_precompiled_library openmp result)
  set(owner shoal_precompiled)
  if(openmp)
    set(owner shoal_precompiled_openmp)
  endif()
  if(NOT TARGET ${owner})
    file(WRITE "${PROJECT_BINARY_DIR}/${owner}.cpp" "")
    add_library(${owner} STATIC "${PROJECT_BINARY_DIR}/${owner}.cpp")
    target_link_libraries(${owner} PRIVATE shoal_flags fmt::fmt)
    if(openmp)
      target_link_libraries(${owner} PRIVATE OpenMP::OpenMP_CXX)
    endif()
    shoal_sanitized_options(${owner} ${openmp})
    target_precompile_headers(${owner} PRIVATE ${SHOAL_STANDARD_HEADERS})
  endif()
  set(${result} ${owner} PARENT_SCOPE)
endfunction()

# LIBRARIES: what the target links beside Shoal's own modules.
function(shoal_precompile target)
  set(openmp FALSE)
  if("OpenMP::OpenMP_CXX" IN_LIST ARGN)
    set(openmp TRUE)
  endif()
  shoal_sanitized_options(${target} ${openmp})
  if(NOT SHOAL_PRECOMPILE)
    return()
  endif()
  target_link_libraries(${target} PRIVATE fmt::fmt)
  if("Boost::program_options" IN_LIST ARGN)
    target_precompile_headers(${target} PRIVATE ${SHOAL_STANDARD_HEADERS} ${SHOAL_OPTION_HEADERS})
    return()
  endif()
  shoal_precompiled_library(${openmp} owner)
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

function(shoal_precompile_test target)
  if(NOT SHOAL_PRECOMPILE)
    return()
  endif()
  if(NOT TARGET shoal_precompiled_tests)
    file(WRITE "${PROJECT_BINARY_DIR}/shoal_precompiled_tests.cpp" "int main() {}\n")
    add_executable(shoal_precompiled_tests "${PROJECT_BINARY_DIR}/shoal_precompiled_tests.cpp")
    target_link_libraries(shoal_precompiled_tests PRIVATE shoal_flags GTest::gmock fmt::fmt)
    shoal_test_options(shoal_precompiled_tests)
    target_precompile_headers(shoal_precompiled_tests PRIVATE ${SHOAL_TEST_HEADERS})
  endif()
  target_precompile_headers(${target} REUSE_FROM shoal_precompiled_tests)
endfunction()
