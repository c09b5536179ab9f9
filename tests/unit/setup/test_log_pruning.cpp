// SPDX-License-Identifier: MIT
#include "setup/prune/log_pruning.hpp"

#include "catch2_compat.hpp"

using upkeep::setup::run_of_log;

TEST_CASE("only the names of our logs belong to runs") {
  CHECK(run_of_log("12.log") == 12);
  CHECK(run_of_log("12.2.log") == 12);
  CHECK(run_of_log("12.hooks.log") == 12);
  CHECK(run_of_log("12.3.hooks.log") == 12);
  for (const char* name : {"", ".log", "log", "upkeep.log", "12", "12.log.gz", "12.txt", "x12.log",
                           "-1.log", "1 .log", "12..log", "12.2.3.log", "12.hooks.hooks.log",
                           ".hooks.log", "12.x.log", "12345678901234567890.log"}) {
    INFO(name);
    CHECK(!run_of_log(name));
  }
}
