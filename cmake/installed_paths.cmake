# SPDX-License-Identifier: MIT
# Runs at the end of an installation. Replaces paths below /usr in installed files by the actual
# prefix, so that Apache's file, the sudo rule and the pages are right under every prefix,
# `cmake --install --prefix` included.
foreach(place BINDIR DATADIR LIBEXECDIR LIBDIR)
  cmake_path(ABSOLUTE_PATH UPKEEP_${place} BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
endforeach()
# From the helpers to the tools.
file(RELATIVE_PATH bin_from_helpers "${UPKEEP_LIBEXECDIR}/upkeep" "${UPKEEP_BINDIR}")
foreach(path IN LISTS UPKEEP_FILES)
  cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
  set(path "$ENV{DESTDIR}${path}")
  file(READ "${path}" before)
  # By way of words that no path contains: what is replaced may contain what is yet to be replaced.
  string(REGEX REPLACE "/usr/bin/(ws-|pmt-)" "@BIN@/\\1" after "${before}")
  string(REPLACE "/usr/share/upkeep" "@DATA@/upkeep" after "${after}")
  string(REPLACE "/usr/libexec/upkeep" "@LIBEXEC@/upkeep" after "${after}")
  string(REPLACE "/usr/lib/upkeep" "@LIB@/upkeep" after "${after}")
  string(REPLACE "{0%/*}/../../bin" "{0%/*}/@FROM@" after "${after}")
  string(REPLACE "{0%/*}/../../../bin" "{0%/*}/../@FROM@" after "${after}")
  string(REPLACE "@BIN@" "${UPKEEP_BINDIR}" after "${after}")
  string(REPLACE "@DATA@" "${UPKEEP_DATADIR}" after "${after}")
  string(REPLACE "@LIBEXEC@" "${UPKEEP_LIBEXECDIR}" after "${after}")
  string(REPLACE "@LIB@" "${UPKEEP_LIBDIR}" after "${after}")
  string(REPLACE "@FROM@" "${bin_from_helpers}" after "${after}")
  if(NOT after STREQUAL before)
    file(WRITE "${path}" "${after}")
  endif()
endforeach()
