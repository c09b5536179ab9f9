// SPDX-License-Identifier: MIT
#include "setup/doctor/server_version.hpp"

#include "catch2_compat.hpp"

using namespace upkeep::setup;  // NOLINT(google-build-using-namespace)

namespace {

CheckResult judged(const char* version, const char* comment) {
  return judge_server_version(parse_server_version(version, comment), version).result;
}

}  // namespace

TEST_CASE("vendors and numbers are read from what servers say", "[setup]") {
  const auto mariadb = parse_server_version("10.11.6-MariaDB-0+deb12u1", "Debian 12");
  CHECK(mariadb.vendor == Vendor::mariadb);
  CHECK(mariadb.major == 10);
  CHECK(mariadb.minor == 11);
  CHECK(mariadb.patch == 6);
  const auto prefixed = parse_server_version("5.5.5-10.4.32-MariaDB", "");
  CHECK(prefixed.major == 10);
  CHECK(prefixed.minor == 4);
  const auto mysql = parse_server_version("8.4.3", "MySQL Community Server - GPL");
  CHECK(mysql.vendor == Vendor::mysql);
  CHECK(mysql.major == 8);
  const auto tidb = parse_server_version("8.0.11-TiDB-v7.5.1", "TiDB Server");
  CHECK(tidb.vendor == Vendor::tidb);
  const auto nonsense = parse_server_version("", "");
  CHECK(nonsense.major == 0);
}

TEST_CASE("servers whose named locks do not do are told", "[setup]") {
  CHECK(judged("10.11.6-MariaDB", "") == CheckResult::ok);
  CHECK(judged("11.8.1-MariaDB", "") == CheckResult::ok);
  CHECK(judged("10.1.48-MariaDB", "") == CheckResult::fail);
  CHECK(judged("9.1.0", "MySQL Community Server - GPL") == CheckResult::ok);
  CHECK(judged("5.7.44-log", "Percona Server") == CheckResult::ok);
  CHECK(judged("5.6.51", "MySQL Community Server (GPL)") == CheckResult::fail);
  CHECK(judged("8.0.11-TiDB-v7.5.1", "") == CheckResult::warning);
}
