// SPDX-License-Identifier: MIT
#include "setup/doctor/sudo_rules.hpp"

#include "catch2_compat.hpp"

#include <fmt/format.h>

using upkeep::setup::read_sudo_rules;

namespace {
const std::string k_program = "/usr/libexec/upkeep/ws-visitor";
const std::string k_head =
    "Matching Defaults entries for www-data on host:\n    env_reset, mail_badpass\n\n"
    "User www-data may run the following commands on host:\n";
}  // namespace

TEST_CASE("the rule that is shipped is enough, and no more") {
  const auto rules = read_sudo_rules(k_head + "    (upkeep) NOPASSWD: " + k_program + " \"\"\n",
                                     "upkeep", k_program);
  CHECK(rules.allowed);
  CHECK(rules.wider.empty());
}

TEST_CASE("the overseer may stand beside it") {
  const auto rules = read_sudo_rules(k_head + "    (upkeep) NOPASSWD: " + k_program +
                                         " \"\"\n    (upkeep) NOPASSWD: "
                                         "/usr/libexec/upkeep/ws-overseer \"\"\n",
                                     "upkeep", k_program);
  CHECK(rules.allowed);
  CHECK(rules.wider.empty());
}

TEST_CASE("any argument, another account or a password is not the rule") {
  for (const std::string& line :
       {"(upkeep) NOPASSWD: " + k_program, "(root) NOPASSWD: " + k_program + " \"\"",
        "(upkeep) " + k_program + " \"\"", std::string("(ALL) NOPASSWD: ALL")}) {
    const auto rules =
        read_sudo_rules(fmt::format("{}    {}\n", k_head, line), "upkeep", k_program);
    CHECK_FALSE(rules.allowed);
    CHECK(rules.wider == line);
  }
}

TEST_CASE("nothing at all") {
  const auto rules =
      read_sudo_rules("User www-data is not allowed to run sudo on host.\n", "upkeep", k_program);
  CHECK_FALSE(rules.allowed);
  CHECK(rules.wider.empty());
}
