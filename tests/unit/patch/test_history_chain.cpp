// SPDX-License-Identifier: MIT
#include "patch/store/history_chain.hpp"

#include "catch2_compat.hpp"

#include <set>

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

TEST_CASE("pmt chain: it begins with what a patch was called first") {
  CHECK(chain_start(17, std::nullopt) == "Q-17");
  CHECK(chain_start(17, PatchRef{"4.4.0", 1}) == "Q-17");
  CHECK(chain_start(std::nullopt, PatchRef{"4.4.0", 1}) == "4.4.0-1");
}

TEST_CASE("pmt chain: every text counts, and where it ends") {
  const EventText event{
      "2026-01-02 03:04:05", "ann", "pmt-patch", "edit", "[]", "a", "{}", std::chrono::seconds(60),
      "2026-01-01",          3};
  std::set<std::string> seen{chained("x", event)};
  CHECK(seen.begin()->size() == 64);
  CHECK(chained("x", event) == *seen.begin());
  CHECK(seen.insert(chained("y", event)).second);
  const auto other = [&](auto change) {
    EventText one = event;
    change(one);
    return seen.insert(chained("x", one)).second;
  };
  CHECK(other([](EventText& one) { one.at = "2026-01-02 03:04:06"; }));
  CHECK(other([](EventText& one) { one.actor = "bob"; }));
  CHECK(other([](EventText& one) { one.via = "web"; }));
  CHECK(other([](EventText& one) { one.action = "undo"; }));
  CHECK(other([](EventText& one) { one.changes = ""; }));
  CHECK(other([](EventText& one) { one.comment = ""; }));
  CHECK(other([](EventText& one) { one.inputs = ""; }));
  CHECK(other([](EventText& one) { one.time.reset(); }));
  CHECK(other([](EventText& one) { one.worked_on.reset(); }));
  CHECK(other([](EventText& one) { one.revokes.reset(); }));
  CHECK(other([](EventText& one) {  // the same letters in other fields
    one.comment = "";
    one.inputs = "a{}";
  }));
}
