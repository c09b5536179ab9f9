// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "cli/person.hpp"

using upkeep::cli::invoking_person;

TEST_CASE("the person behind sudo counts where sudo leads to", "[cli]") {
  CHECK(invoking_person({"root", 0, 990, "ann"}) == "ann");
  CHECK(invoking_person({"upkeep", 990, 990, "ann"}) == "ann");
  CHECK(invoking_person({"root", 0, {}, "ann"}) == "ann");
  CHECK(invoking_person({"root", 0, 990, {}}) == "root");
}

TEST_CASE("a variable alone makes nobody another person", "[cli]") {
  CHECK(invoking_person({"bob", 1000, 990, "ann"}) == "bob");
  CHECK(invoking_person({"bob", 1000, {}, "ann"}) == "bob");
}

TEST_CASE("what is no account name is no person", "[cli]") {
  CHECK(invoking_person({"root", 0, 990, "ann\nbob"}) == "root");
  CHECK(invoking_person({"root", 0, 990, ""}) == "root");
  CHECK(invoking_person({"root", 0, 990, "-x"}) == "root");
}
