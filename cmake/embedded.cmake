# SPDX-License-Identifier: MIT
# The C++ libraries that are linked statically. A tool that answers within 4 ms notices every
# library
# that the loader has to bind: libstdc++ and the libraries that depend on it account for a fifth of its
# time. Libraries for which this system has no archive, and all libraries with -DUPKEEP_EMBED=OFF, are
# linked dynamically.
set(embedded ${CMAKE_CURRENT_LIST_DIR}/embedded)

# toml++ is compiled by its users.
add_library(upkeep_toml STATIC ${embedded}/toml.cpp)
target_include_directories(upkeep_toml SYSTEM PUBLIC ${TOMLPLUSPLUS_INCLUDE})
target_compile_definitions(upkeep_toml PUBLIC TOML_HEADER_ONLY=0)

set(UPKEEP_FMT fmt::fmt)
if(UPKEEP_EMBED)
  # Debian's fmt has no archive, but works header-only. A test compilation finds out, since it
  # depends on the version.
  try_compile(UPKEEP_FMT_EMBEDS ${CMAKE_BINARY_DIR}/fmt-check SOURCES ${embedded}/fmt.cpp ${embedded}/fmt_check.cpp
              CXX_STANDARD 20)
  if(UPKEEP_FMT_EMBEDS)
    add_library(upkeep_fmt STATIC ${embedded}/fmt.cpp)
    set(UPKEEP_FMT upkeep_fmt)
  endif()
  find_library(PUGIXML_ARCHIVE libpugixml.a)
  find_library(MYSQLCPPCONN_ARCHIVE libmysqlcppconn-static.a)
  find_library(MARIADB_CLIENT NAMES mariadb libmariadb.so.3)
endif()

set(UPKEEP_PUGIXML pugixml::pugixml)
if(PUGIXML_ARCHIVE)
  set(UPKEEP_PUGIXML ${PUGIXML_ARCHIVE})
endif()

add_library(upkeep_mysqlcppconn INTERFACE)
target_include_directories(upkeep_mysqlcppconn SYSTEM INTERFACE ${MYSQLCPPCONN_INCLUDE} ${MARIADB_INCLUDE})
if(MYSQLCPPCONN_ARCHIVE AND MARIADB_CLIENT)
  target_link_libraries(upkeep_mysqlcppconn INTERFACE ${MYSQLCPPCONN_ARCHIVE} ${MARIADB_CLIENT})
else()
  target_link_libraries(upkeep_mysqlcppconn INTERFACE ${MYSQLCPPCONN_LIBRARY})
endif()

# Only for programs whose other libraries are written in C: a process must not contain two copies of
# libstdc++.
add_library(upkeep_embedded_runtime INTERFACE)
if(UPKEEP_FMT_EMBEDS AND MYSQLCPPCONN_ARCHIVE AND MARIADB_CLIENT AND PUGIXML_ARCHIVE AND NOT UPKEEP_SANITIZE)
  target_link_options(upkeep_embedded_runtime INTERFACE -static-libstdc++ -static-libgcc)
endif()
