# shoal_test(NAME name SOURCES … DEPENDS modules… [LIBRARIES …] [LABELS label] [RANKS 1 2 4] [STARTS_MPI] [TIMEOUT seconds]
#            [SLOW_CASES Suite.Case:…])
#
# One GoogleTest program. Without RANKS each case is a ctest entry `name.Suite.Case`; a case that calls GTEST_SKIP shows
# as Skipped. With RANKS the whole program runs once per rank count, as `name.np1`, `name.np2`, … (tests/support/mpi_main.cpp).
# STARTS_MPI: a program without ranks that starts MPI all the same. SLOW_CASES: a pattern as of --gtest_filter; these cases get
# the label slow. Under the sanitizers slow cases are left out, and programs with ranks run with the most ranks only.

include(GoogleTest)

# For every test that starts MPI: root may run it, and leaks are not looked for, since what Open MPI's unloaded plug-ins
# keep until the process ends has no names left that a suppression could match.
set(SHOAL_NO_LEAK_CHECK "ASAN_OPTIONS=detect_leaks=0")
set(SHOAL_MPI_ENVIRONMENT
  "OMPI_ALLOW_RUN_AS_ROOT=1;OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1;OMP_NUM_THREADS=1;${SHOAL_NO_LEAK_CHECK}")

# Test programs are compiled with little optimisation, and under the sanitizers with none: that takes a third to a half off
# their build, and what is tested keeps its own.
# GCC 12 no longer knows a precompiled header's code as the system's, and warns of impossible accesses in std::string.
function(shoal_test_options target)
  target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds -Wno-restrict -Wno-stringop-overflow>)
  if(SHOAL_SANITIZE)
    target_compile_options(${target} PRIVATE -O0)
  else()
    target_compile_options(${target} PRIVATE $<$<CONFIG:Release>:-O1>)
  endif()
endfunction()

# The tree whose tests/data and ../shared/data test programs read: a copy of a tree (tests/slips/campaign) may name that
# one, so that its objects are the same and ccache has them.
set(SHOAL_DATA_TREE "${PROJECT_SOURCE_DIR}" CACHE PATH "Tree whose tests/data the tests read")

function(shoal_test)
  cmake_parse_arguments(ARG "STARTS_MPI" "NAME;TIMEOUT;SLOW_CASES" "SOURCES;DEPENDS;LIBRARIES;LABELS;RANKS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 300)
  endif()
  find_package(GTest REQUIRED)
  set(target shoal_${ARG_NAME})
  add_executable(${target} ${ARG_SOURCES})
  list(TRANSFORM ARG_DEPENDS PREPEND shoal::)
  target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}/tests")
  target_compile_definitions(${target} PRIVATE
    SHOAL_TEST_DATA="${SHOAL_DATA_TREE}/tests/data"
    SHOAL_SHARED_DATA="${SHOAL_DATA_TREE}/../shared/data")
  target_link_libraries(${target} PRIVATE ${ARG_DEPENDS} ${ARG_LIBRARIES} GTest::gmock fmt::fmt shoal_flags)
  shoal_test_options(${target})
  shoal_precompile_test(${target})
  if(ARG_RANKS)
    target_link_libraries(${target} PRIVATE shoal_test_mpi_main MPI::MPI_C)
    if(SHOAL_SANITIZE)
      list(GET ARG_RANKS -1 ARG_RANKS)
    endif()
    foreach(ranks IN LISTS ARG_RANKS)
      set(entry ${ARG_NAME}.np${ranks})
      add_test(NAME ${entry} COMMAND ${MPIEXEC_EXECUTABLE} --oversubscribe -n ${ranks} $<TARGET_FILE:${target}>)
      set_tests_properties(${entry} PROPERTIES PROCESSORS ${ranks} TIMEOUT ${ARG_TIMEOUT} LABELS "mpi;${ARG_LABELS}"
        ENVIRONMENT "${SHOAL_MPI_ENVIRONMENT}")
    endforeach()
  else()
    target_link_libraries(${target} PRIVATE GTest::gmock_main)
    set(environment)
    if(ARG_STARTS_MPI)
      set(environment ENVIRONMENT "${SHOAL_NO_LEAK_CHECK}")
    endif()
    # One label each: gtest_discover_tests makes properties of their own of what follows the first.
    set(label unit)
    if(ARG_LABELS)
      set(label ${ARG_LABELS})
    endif()
    set(others)
    if(ARG_SLOW_CASES)
      set(others TEST_FILTER "-${ARG_SLOW_CASES}")
      gtest_discover_tests(${target} TEST_PREFIX ${ARG_NAME}. TEST_FILTER "${ARG_SLOW_CASES}" TEST_LIST ${target}_slow
        DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS slow ${environment})
    endif()
    gtest_discover_tests(${target} TEST_PREFIX ${ARG_NAME}. ${others} DISCOVERY_TIMEOUT 60
      PROPERTIES TIMEOUT ${ARG_TIMEOUT} LABELS ${label} ${environment})
  endif()
endfunction()
