// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "base/exit_status.hpp"
#include "catch2_compat.hpp"

#include <csignal>

using upkeep::code;
using upkeep::ExitStatus;
using upkeep::worse;

TEST_CASE("the map of exit statuses is the one of the manual", "[exit_status]") {
  CHECK(code(ExitStatus::ok) == 0);
  CHECK(code(ExitStatus::no) == 1);
  CHECK(code(ExitStatus::partial) == 2);
  CHECK(code(ExitStatus::usage) == 64);
  CHECK(code(ExitStatus::bad_data) == 65);
  CHECK(code(ExitStatus::no_input) == 66);
  CHECK(code(ExitStatus::unavailable) == 69);
  CHECK(code(ExitStatus::internal) == 70);
  CHECK(code(ExitStatus::cannot_create) == 73);
  CHECK(code(ExitStatus::write_error) == 74);
  CHECK(code(ExitStatus::try_later) == 75);
  CHECK(code(ExitStatus::lock_lost) == 76);
  CHECK(code(ExitStatus::not_permitted) == 77);
  CHECK(code(ExitStatus::config) == 78);
  CHECK(code(ExitStatus::time_limit) == 124);
  CHECK(code(upkeep::killed_by(SIGTERM)) == 143);
}

TEST_CASE("over many records the worst status wins", "[exit_status]") {
  CHECK(worse(ExitStatus::ok, ExitStatus::no) == ExitStatus::no);
  CHECK(worse(ExitStatus::partial, ExitStatus::no) == ExitStatus::partial);
  CHECK(worse(ExitStatus::partial, ExitStatus::usage) == ExitStatus::usage);
  CHECK(worse(ExitStatus::ok, ExitStatus::ok) == ExitStatus::ok);
}

TEST_CASE("errors carry their status and advice", "[error]") {
  CHECK(upkeep::UsageError("x").status() == ExitStatus::usage);
  CHECK(upkeep::DataError("x").status() == ExitStatus::bad_data);
  CHECK(upkeep::ConfigError("x").status() == ExitStatus::config);
  CHECK(upkeep::UsageError("what", "do this").message() == "what; do this");
  CHECK(upkeep::UsageError("what").message() == "what");
}
