# SPDX-License-Identifier: MIT
# Runs at the end of an installation. Replaces paths below /usr in installed files by the actual
# prefix, so that Apache's file, the sudo rule and the pages are right under every prefix,
# `cmake --install --prefix` included.
foreach(place BINDIR DATADIR LIBEXECDIR LIBDIR)
  cmake_path(ABSOLUTE_PATH UPKEEP_${place} BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
endforeach()
foreach(path IN LISTS UPKEEP_FILES)
  cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY "${CMAKE_INSTALL_PREFIX}" NORMALIZE)
  set(path "$ENV{DESTDIR}${path}")
  file(READ "${path}" before)
  string(REPLACE "/usr/bin/ws-" "${UPKEEP_BINDIR}/ws-" after "${before}")
  string(REPLACE "/usr/bin/pmt-" "${UPKEEP_BINDIR}/pmt-" after "${after}")
  string(REPLACE "/usr/share/upkeep" "${UPKEEP_DATADIR}/upkeep" after "${after}")
  string(REPLACE "/usr/libexec/upkeep" "${UPKEEP_LIBEXECDIR}/upkeep" after "${after}")
  string(REPLACE "/usr/lib/upkeep" "${UPKEEP_LIBDIR}/upkeep" after "${after}")
  if(NOT after STREQUAL before)
    file(WRITE "${path}" "${after}")
  endif()
endforeach()
