// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/exchange/link_cycles.hpp"

using namespace upkeep::patch;  // NOLINT

namespace {

PatchRef patch_of_number(std::uint32_t number) {
  return {"4.4.0", number};
}

Link link_to(const char* type, std::uint32_t number) {
  return {type, patch_of_number(number)};
}

}  // namespace

TEST_CASE("links that lead back are found through others", "[link-cycles]") {
  LinkCycles cycles;
  CHECK_FALSE(cycles.closes(patch_of_number(1), link_to("requires", 2)));
  CHECK(cycles.closes(patch_of_number(1), link_to("requires", 1)));
  CHECK(cycles.add(patch_of_number(1), link_to("requires", 2)));
  CHECK(cycles.add(patch_of_number(2), link_to("supersedes", 3)));
  CHECK(cycles.add(patch_of_number(4), link_to("requires", 1)));
  CHECK(cycles.closes(patch_of_number(3), link_to("requires", 1)));
  CHECK(cycles.closes(patch_of_number(3), link_to("supersedes", 4)));
  CHECK_FALSE(cycles.closes(patch_of_number(3), link_to("ported-from", 1)));
  CHECK_FALSE(cycles.closes(patch_of_number(3), link_to("conflicts", 1)));
  CHECK_FALSE(cycles.closes(patch_of_number(1), link_to("requires", 3)));
}

TEST_CASE("links are added once and can be removed", "[link-cycles]") {
  LinkCycles cycles;
  CHECK(cycles.add(patch_of_number(1), link_to("requires", 2)));
  CHECK_FALSE(cycles.add(patch_of_number(1), link_to("supersedes", 2)));
  CHECK_FALSE(cycles.add(patch_of_number(1), link_to("conflicts", 3)));
  CHECK(cycles.closes(patch_of_number(2), link_to("requires", 1)));
  cycles.remove(patch_of_number(1), link_to("requires", 2));
  CHECK_FALSE(cycles.closes(patch_of_number(2), link_to("requires", 1)));
  CHECK(cycles.add(patch_of_number(1), link_to("requires", 2)));
}

TEST_CASE("platforms are compared as versions", "[link-cycles]") {
  LinkCycles cycles;
  CHECK(cycles.add({"4.4.0", 1}, {"requires", {"4.4.0", 2}}));
  CHECK_FALSE(cycles.closes({"4.2.0", 2}, {"requires", {"4.4.0", 1}}));
  CHECK(cycles.closes({"4.4.0", 2}, {"requires", {"4.4.0", 1}}));
}
