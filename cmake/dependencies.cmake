# SPDX-License-Identifier: MIT
# Everything comes from Debian 12 (and configures on 13).
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(CLI11 REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_path(TOMLPLUSPLUS_INCLUDE toml++/toml.h REQUIRED)
find_package(pugixml REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto)
pkg_check_modules(GPGME REQUIRED IMPORTED_TARGET gpgme)

pkg_check_modules(FCGI REQUIRED IMPORTED_TARGET fcgi)

# Connector/C++ 1.1 provides neither a pkg-config file nor a CMake package.
find_path(MYSQLCPPCONN_INCLUDE cppconn/driver.h REQUIRED)
find_library(MYSQLCPPCONN_LIBRARY mysqlcppconn REQUIRED)
# The names of the server's errors.
find_path(MARIADB_INCLUDE mariadb/mysqld_error.h REQUIRED)

# Neither does libcsv.
find_path(LIBCSV_INCLUDE csv.h REQUIRED)
find_library(LIBCSV_LIBRARY csv REQUIRED)
add_library(upkeep_libcsv INTERFACE)
target_include_directories(upkeep_libcsv SYSTEM INTERFACE ${LIBCSV_INCLUDE})
target_link_libraries(upkeep_libcsv INTERFACE ${LIBCSV_LIBRARY})

if(UPKEEP_TESTS)
  find_package(Catch2 REQUIRED)  # 2 on Debian 12, 3 on Debian 13
endif()

include(${CMAKE_CURRENT_LIST_DIR}/embedded.cmake)
