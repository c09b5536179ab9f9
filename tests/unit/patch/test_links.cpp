// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/model/bundle_name.hpp"
#include "patch/report/links.hpp"
#include "patch/store/jar_store.hpp"

using namespace upkeep::patch;          // NOLINT
using namespace upkeep::patch::report;  // NOLINT

namespace {

PatchRef ref(std::uint32_t number) {
  return {"4.4.0", number};
}

bool contains(LinkGraph& graph, std::uint32_t one, std::uint32_t other) {
  const auto found = graph.contained({graph.node(ref(other))});
  const auto node = graph.node(ref(one));
  return node && !found.empty() && (found[*node].words[0] & 1U) != 0;
}

}  // namespace

TEST_CASE("links: what contains what, directly and through others") {
  LinkGraph graph;
  graph.add(ref(3), {{"requires", ref(2)}, {"conflicts", ref(1)}});
  graph.add(ref(2), {{"supersedes", ref(1)}, {"ported-from", ref(9)}});
  REQUIRE(contains(graph, 3, 2));
  REQUIRE(contains(graph, 3, 1));
  REQUIRE(contains(graph, 2, 1));
  REQUIRE_FALSE(contains(graph, 1, 2));
  REQUIRE_FALSE(contains(graph, 2, 9));
  REQUIRE_FALSE(contains(graph, 7, 1));
  REQUIRE(graph.conflict(graph.node(ref(1)), graph.node(ref(3))));
  REQUIRE_FALSE(graph.conflict(graph.node(ref(1)), graph.node(ref(2))));
  REQUIRE_FALSE(graph.conflict(graph.node(ref(1)), std::nullopt));
  // What is added later counts, too.
  graph.add(ref(1), {{"requires", ref(8)}});
  REQUIRE(contains(graph, 3, 8));
}

TEST_CASE("links: cycles contain one another") {
  LinkGraph graph;
  graph.add(ref(1), {{"requires", ref(2)}});
  graph.add(ref(2), {{"requires", ref(3)}, {"requires", ref(4)}});
  graph.add(ref(3), {{"requires", ref(1)}});
  graph.add(ref(5), {{"supersedes", ref(5)}, {"requires", ref(1)}});
  for (std::uint32_t one = 1; one <= 3; ++one) {
    for (std::uint32_t other = 1; other <= 4; ++other) REQUIRE(contains(graph, one, other));
    REQUIRE(contains(graph, 5, one));
    REQUIRE_FALSE(contains(graph, one, 5));
  }
  REQUIRE_FALSE(contains(graph, 4, 1));
}

TEST_CASE("links: a long chain is no recursion") {
  LinkGraph graph;
  constexpr std::uint32_t k_length = 200000;
  for (std::uint32_t i = 1; i < k_length; ++i) graph.add(ref(i + 1), {{"supersedes", ref(i)}});
  REQUIRE(contains(graph, k_length, 1));
  REQUIRE_FALSE(contains(graph, 1, k_length));
}

TEST_CASE("jars: names in a field, versions in names") {
  REQUIRE(listed_jars({"a/b_1.0.jar, c.jar", "", " d-2.jar\n/e.jar"}) ==
          Values{"b_1.0.jar", "c.jar", "d-2.jar", "e.jar"});
  REQUIRE(bundle_name("org.example.a_4.2.0.jar").version == "4.2.0");
  REQUIRE(bundle_name("poi-ooxml-3.9.0.wso2v1.jar").version == "3.9.0.wso2v1");
  REQUIRE(bundle_name("plain.jar").version.empty());
}

TEST_CASE("jars: the same, whoever recorded them") {
  Jar a{"a.jar", "a.jar", "", "m", "s", 1, {}, {}}, b = a;
  b.name = "b.jar";
  Jar later = a;
  later.recorded_by = "eve";
  REQUIRE(same_jars({a, b}, {b, later}));
  later.size = 2;
  REQUIRE_FALSE(same_jars({a}, {later}));
  REQUIRE_FALSE(same_jars({a}, {a, b}));
}
