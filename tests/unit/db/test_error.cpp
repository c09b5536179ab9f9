// SPDX-License-Identifier: MIT
// What the server refuses has its status and its advice; 70 is for our own faults.
#include "db/error.hpp"

#include "catch2_compat.hpp"

#include <fmt/format.h>

#include <vector>

using upkeep::ExitStatus;

namespace {

struct Everyday {
  ExitStatus status;
  std::vector<int> numbers;
};

const std::vector<Everyday> k_everyday{
    {ExitStatus::not_permitted,
     {1044, 1045, 1129, 1130, 1142, 1227, 1524, 1698, 1820, 1862, 2059, 3118, 3159, 3955, 4150,
      4151}},
    {ExitStatus::unavailable,
     {3,    28,   1004, 1005, 1006, 1016, 1021, 1025, 1030, 1033, 1035, 1459, 1665, 1053,
      1114, 1153, 1290, 1792, 1836, 1874, 2002, 2003, 2006, 2013, 2026, 3032, 3168, 4031}},
    {ExitStatus::try_later, {1040, 1203, 1205, 1213, 1226, 1317, 1969, 3024, 3572}},
    {ExitStatus::config, {1049, 1054, 1146}},
};

}  // namespace

TEST_CASE("errors of everyday life say what helps", "[db]") {
  for (const Everyday& kind : k_everyday) {
    for (const int number : kind.numbers) {
      CAPTURE(number);
      const upkeep::db::Error error(number, "the server's words", "db1:3306");
      CHECK(error.status() == kind.status);
      CHECK_FALSE(error.advice().empty());
      CHECK(std::string(error.what()).find(fmt::format("[{}]", number)) != std::string::npos);
    }
  }
  CHECK(upkeep::db::Error(1064, "You have an error in your SQL syntax", "x").status() ==
        ExitStatus::internal);
  CHECK(upkeep::db::Error(1062, "Duplicate entry", "x").status() == ExitStatus::internal);
}

TEST_CASE("an account that logs in by its Unix name", "[db]") {
  const std::string denied = "Access denied for user 'upkeep'@'localhost'";
  const auto advice = [](int number, const std::string& text, const std::string& where) {
    return upkeep::db::Error(number, text, where).advice();
  };
  CHECK(advice(1698, denied, "/run/mysqld/mysqld.sock").find("sudo -u upkeep") !=
        std::string::npos);
  CHECK(advice(1045, denied + " (using password: NO)", "/run/s").find("sudo -u upkeep") !=
        std::string::npos);
  CHECK(advice(1045, denied + " (using password: YES)", "/run/s").find("sudo") ==
        std::string::npos);
  CHECK(advice(1045, denied + " (using password: NO)", "db1:3306").find("sudo") ==
        std::string::npos);
}
