# cmake -DFAULT=name -DMODULES=folder of ShoalModule.cmake -DFOLDER=folder to work in -P check_fault.cmake

set(lower_depends "")
set(upper_depends "DEPENDS lower")
set(upper_level 2)
set(lower_source "int lower() { return 1; }\n")
set(upper_source "#include \"lower/lower.hpp\"\n\nint upper() { return lower(); }\n")
if(FAULT STREQUAL "upward")
  set(lower_source "#include \"upper/upper.hpp\"\n\nint lower() { return upper(); }\n")
  set(expected "includes a header of 'upper', on which module 'lower' does not depend")
elseif(FAULT STREQUAL "sideways")
  set(upper_level 1)
  set(expected "'upper' .level 1. may not depend on 'lower' .level 1.")
elseif(FAULT STREQUAL "undeclared")
  set(upper_depends "")
  set(expected "includes a header of 'lower', on which module 'upper' does not depend")
elseif(FAULT STREQUAL "private")
  set(upper_source "#include \"lower/inside/detail.hpp\"\n\nint upper() { return detail(); }\n")
  set(expected "includes a private header of 'lower'")
endif()

file(REMOVE_RECURSE "${FOLDER}")
file(WRITE "${FOLDER}/CMakeLists.txt" "cmake_minimum_required(VERSION 3.25)\nproject(layers LANGUAGES CXX)\n"
     "include(\"${MODULES}/ShoalModule.cmake\")\nadd_library(shoal_flags INTERFACE)\n"
     "add_subdirectory(src/lower)\nadd_subdirectory(src/upper)\n")
file(WRITE "${FOLDER}/src/lower/CMakeLists.txt"
     "shoal_module(NAME lower LEVEL 1 SOURCES lower.cpp inside/detail.cpp ${lower_depends})\n")
file(WRITE "${FOLDER}/src/lower/lower.hpp" "int lower();\n")
file(WRITE "${FOLDER}/src/lower/lower.cpp" "${lower_source}")
file(WRITE "${FOLDER}/src/lower/inside/detail.hpp" "int detail();\n")
file(WRITE "${FOLDER}/src/lower/inside/detail.cpp" "#include \"lower/inside/detail.hpp\"\n\nint detail() { return 2; }\n")
file(WRITE "${FOLDER}/src/upper/CMakeLists.txt"
     "shoal_module(NAME upper LEVEL ${upper_level} SOURCES upper.cpp ${upper_depends})\n")
file(WRITE "${FOLDER}/src/upper/upper.hpp" "int upper();\n")
file(WRITE "${FOLDER}/src/upper/upper.cpp" "${upper_source}")

execute_process(COMMAND "${CMAKE_COMMAND}" -S "${FOLDER}" -B "${FOLDER}/build"
                RESULT_VARIABLE status OUTPUT_VARIABLE text ERROR_VARIABLE errors)
string(REGEX REPLACE "[ \n]+" " " text "${text}${errors}")
if(NOT expected)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "a tree without a fault was refused: ${text}")
  endif()
elseif(status EQUAL 0)
  message(FATAL_ERROR "the fault '${FAULT}' was not refused")
elseif(NOT text MATCHES "Layer check: .*${expected}")
  message(FATAL_ERROR "the fault '${FAULT}' was refused with another message: ${text}")
endif()
