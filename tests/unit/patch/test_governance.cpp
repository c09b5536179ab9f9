// SPDX-License-Identifier: MIT
// What a governance registry keeps beside the fields: lifecycles in properties, histories.
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "patch/exchange/governance/history_reader.hpp"
#include "patch/exchange/governance/lifecycle_properties.hpp"
#include "patch/exchange/governance/resource.hpp"

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

namespace {

using PropertyList = std::vector<std::pair<std::string, std::string>>;

PropertyList item(const std::string& key, const std::string& name, const std::string& value) {
  return {
      {key, "status:Testing"}, {key, "name:" + name}, {key, "value:" + value}, {key, "order:0"}};
}

void append(PropertyList& to, const PropertyList& more) {
  to.insert(to.end(), more.begin(), more.end());
}

std::vector<Event> history_events(const std::string& items, Losses& losses,
                                  const std::string& zone = "") {
  const HistoryWords words{"Cycle", "Old Cycle", zone,
                           [](const std::string& name) { return name == "Qa" ? "QA" : name; },
                           [](const std::string& user) { return user + "@x"; }};
  return read_history("<lifecycleHistory>" + items + "</lifecycleHistory>", "it", words, "P-1",
                      losses);
}

}  // namespace

TEST_CASE("governance: a lifecycle in the properties", "[governance]") {
  PropertyList all{
      {"registry.LC.name", "Patch Cycle"},
      {"registry.lifecycle.PatchCycle.state", "Ready For QA"},
      {"registry.lifecycle.PatchCycle.lastStateUpdatedTime", "2013-01-02 03:04:05.6"},
      {"registry.lifecycle.PatchCycle.checkpoint", "x"},
      {"registry.lifecycle.Security.state", "Open"},
      {"registry.custom_lifecycle.checklist.transition.ui.PatchCycle.Promote", "x.jsp"},
      {"own", "1"}};
  const std::string key = "registry.custom_lifecycle.checklist.option.PatchCycle.0.item";
  append(all, item(key, "README: written", "true"));
  append(all,
         item("registry.custom_lifecycle.checklist.option.PatchCycle.1.item", "EULA", "false"));
  append(all, item("registry.custom_lifecycle.checklist.option.Security.0.item", "CVE", "true"));
  const std::string vote = "registry.custom_lifecycle.votes.option.PatchCycle.0.vote";
  append(all, {{vote, "name:Promote"}, {vote, "users:ann, bob"}, {vote, "current:2"}});
  const LifecycleProperties read = read_lifecycles(all);
  REQUIRE(read.lifecycle);
  CHECK(read.lifecycle->name == "Patch Cycle");
  CHECK(read.lifecycle->state == "Ready For QA");
  CHECK(read.lifecycle->since == "2013-01-02 03:04:05.6");
  CHECK(read.lifecycle->ticks == std::set<std::string>{"README: written"});
  CHECK(read.lifecycle->votes.at("Promote") == std::vector<std::string>{"ann", "bob"});
  REQUIRE(read.others.size() == 1);
  CHECK(read.others[0].name == "Security");
  CHECK(read.unread == PropertyList{{"own", "1"}});
}

TEST_CASE("governance: properties of old registries do not name the lifecycle", "[governance]") {
  PropertyList all = item("registry.custom_lifecycle.checklist.option.0.item", "README", "true");
  append(all, {{"registry.lifecycle.Patch.state", "Testing"}, {"registry.LC.name", "Patch"}});
  const LifecycleProperties read = read_lifecycles(all);
  REQUIRE(read.lifecycle);
  CHECK(read.lifecycle->ticks == std::set<std::string>{"README"});
  CHECK(read.others.empty());
  CHECK(!read_lifecycles({{"a", "b"}}).lifecycle);
}

TEST_CASE("governance: a history as events, in the order of their times", "[governance]") {
  Losses losses;
  const std::string head = "<item aspect='Old Cycle' user='u' ";
  const auto read = history_events(
      head +
          "order='2' state='Dev' targetState='Qa' timestamp='2013-01-02 03:04:05.678'>"
          "<action type='transition' name='Promote'><executors><e/></executors></action></item>" +
          head +
          "order='1' state='Dev' timestamp='2013-01-02 03:04:05.600'>"
          "<action type='itemClick' name='A'><value>value:true</value></action>"
          "<action type='itemClick' name='B'><value>value:false</value></action></item>" +
          head +
          "order='0' state='Dev' timestamp='2013-01-01 00:00:00.0'>"
          "<action type='association'/></item>" +
          head +
          "order='3' state='Qa' timestamp='2013-01-03 00:00:00.0'>"
          "<action type='vote' name='Promote'><value>vote:true</value></action></item>" +
          head +
          "order='4' state='Qa' timestamp='never'><action type='vote' name='x'/></item>"
          "<item aspect='Other' timestamp='2013-01-03 00:00:00.0'/>",
      losses);
  std::vector<std::string> words;
  words.reserve(read.size());
  for (const Event& one : read) words.push_back(one.at + " " + one.action + " " + one.actor);
  CHECK(words ==
        std::vector<std::string>{"2013-01-01T00:00:00Z attach u@x", "2013-01-02T03:04:05Z tick u@x",
                                 "2013-01-02T03:04:05Z untick u@x", "2013-01-02T03:04:05Z move u@x",
                                 "2013-01-03T00:00:00Z vote u@x"});
  CHECK(encode_changes(read[0].changes) ==
        R"([{"key":"lifecycle","from":null,"to":"Cycle"},{"key":"state","from":null,"to":"Dev"}])");
  CHECK(encode_changes(read[3].changes) == R"([{"key":"Promote","from":"Dev","to":"QA"}])");
  REQUIRE(losses.all().size() == 3);
  CHECK(text_of(losses.all()[0]) == "1 reports of executors in histories (first in P-1)");
}

TEST_CASE("governance: a history that counts backwards, in local time", "[governance]") {
  Losses losses;
  const std::string head = "<item aspect='' user='u' state='Dev' ";
  const auto read =
      history_events(head +
                         "order='0' timestamp='2013-01-02 03:00:00.0'><action type='itemClick' "
                         "name='B'/></item>" +
                         head +
                         "order='1' timestamp='2013-01-02 03:00:00.0'><action type='itemClick' "
                         "name='A'/></item>" +
                         head +
                         "order='2' timestamp='2013-01-01 03:00:00.0'><action "
                         "type='association'/></item>",
                     losses, "+05:30");
  REQUIRE(read.size() == 3);
  CHECK(read[0].at == "2012-12-31T21:30:00Z");
  CHECK(read[1].changes[0].key == "A");
  CHECK_THROWS_AS(read_history("<a/>", "it", {}, "P-1", losses), DataError);
}

TEST_CASE("governance: times of a registry", "[governance]") {
  CHECK(registry_time("2013-01-02 03:04:05.678", "") == "2013-01-02T03:04:05Z");
  CHECK(registry_time("2013-01-02 03:04:05", "+05:30") == "2013-01-01T21:34:05Z");
  CHECK(registry_time("2013-01-02T03:04:05+01:00", "+05:30") == "2013-01-02T02:04:05Z");
  CHECK(registry_time("1357095845678", "+05:30") == "2013-01-02T03:04:05Z");
  for (const char* none : {"", "0000-00-00 00:00:00", "soon", "99999999999999999", "2013"}) {
    CAPTURE(none);
    CHECK(registry_time(none, "").empty());
  }
}
