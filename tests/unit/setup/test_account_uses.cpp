// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "setup/doctor/account_uses.hpp"

#include <algorithm>

using namespace upkeep;  // NOLINT

namespace {

bool has(const std::vector<std::string>& all, const std::string& part) {
  return std::any_of(all.begin(), all.end(),
                     [&](const std::string& one) { return one.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("setup: a patch account adds to histories and does not rewrite them") {
  config::Config config;
  config.database.schema = "up`keep";
  const auto sql =
      setup::account_sql(*setup::find_account_use("patches"), config, "patches", "localhost");
  CHECK(has(
      sql,
      "GRANT SELECT, INSERT, UPDATE (`pending`) ON `up``keep`.`event` TO 'patches'@'localhost';"));
  CHECK(!has(sql, "DELETE ON `up``keep`.`patch` "));
  CHECK(!has(sql, "ALL"));
}

TEST_CASE("setup: workspaces are seen by their pattern alone") {
  config::Config config;
  config.workspaces.schema = "wf_{workspace}";
  const auto sql = setup::account_sql(*setup::find_account_use("web"), config, "web", "%");
  CHECK(has(sql, "GRANT SELECT ON `wf\\_%`.* TO 'web'@'%';"));
  CHECK(!has(sql, "INSERT"));
}

TEST_CASE("setup: names of accounts are names") {
  const config::Config config;
  const auto& use = *setup::find_account_use("reader");
  CHECK(setup::find_account_use("readers") == nullptr);
  for (const char* user : {"", "x'; DROP", "a b", "`"}) {
    CHECK_THROWS_AS(setup::account_sql(use, config, user, "localhost"), UsageError);
  }
  CHECK_THROWS_AS(setup::account_sql(use, config, "x", "a'b"), UsageError);
}
