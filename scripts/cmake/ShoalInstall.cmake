# cmake --install BUILD --prefix PREFIX: the program, its scripts, jobs and configurations, manual pages and completion, in a tree
# that may be moved. The program itself needs the shared libraries of the machine (scripts/bundle packs them, too).
include(GNUInstallDirs)
set(SHOAL_INSTALLED_SHARE "${CMAKE_INSTALL_DATADIR}/shoal")

# Libraries that are not in the linker's own folders, such as Debian's parallel HDF5, are found where they were linked from.
set_target_properties(shoal PROPERTIES INSTALL_RPATH_USE_LINK_PATH ON)
install(TARGETS shoal RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/configs" "${PROJECT_SOURCE_DIR}/jobs" "${PROJECT_SOURCE_DIR}/workflows" DESTINATION "${SHOAL_INSTALLED_SHARE}"
  USE_SOURCE_PERMISSIONS)
install(PROGRAMS "${PROJECT_SOURCE_DIR}/scripts/report" "${PROJECT_SOURCE_DIR}/scripts/join_stores"
  "${PROJECT_SOURCE_DIR}/scripts/export_onnx.py" "${PROJECT_SOURCE_DIR}/scripts/plot_logos.py"
  "${PROJECT_SOURCE_DIR}/scripts/shoal-train"
  DESTINATION "${SHOAL_INSTALLED_SHARE}/scripts")
install(DIRECTORY "${PROJECT_SOURCE_DIR}/scripts/report_parts" "${PROJECT_SOURCE_DIR}/scripts/shoal" DESTINATION "${SHOAL_INSTALLED_SHARE}/scripts"
  FILES_MATCHING PATTERN "*.py")
install(FILES "${PROJECT_SOURCE_DIR}/scripts/completion/shoal.bash"
  DESTINATION "${CMAKE_INSTALL_DATADIR}/bash-completion/completions" RENAME shoal)
install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" "${PROJECT_SOURCE_DIR}/CITATION.cff" DESTINATION "${CMAKE_INSTALL_DOCDIR}")

# A command of its own for each script that users start.
foreach(pair IN ITEMS "shoal-report report" "shoal-join-stores join_stores" "shoal-export-onnx export_onnx.py"
    "shoal-train shoal-train")
  separate_arguments(pair UNIX_COMMAND "${pair}")
  list(GET pair 0 command)
  list(GET pair 1 script)
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/installed/${command}" @ONLY CONTENT [[#!/bin/sh
# Starts a script of Shoal with SHOAL_PYTHON, or the python3 of the path.
here="$(dirname "$(readlink -f "$0")")"
exec "${SHOAL_PYTHON:-python3}" "$here/../@SHOAL_INSTALLED_SHARE@/scripts/@script@" "$@"
]])
  install(PROGRAMS "${PROJECT_BINARY_DIR}/installed/${command}" DESTINATION "${CMAKE_INSTALL_BINDIR}")
endforeach()

# Written by the program that was just installed.
install(CODE "
  execute_process(COMMAND \"${PROJECT_SOURCE_DIR}/scripts/manual_pages\"
    \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_BINDIR}/shoal\" \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_MANDIR}\"
    OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)")
