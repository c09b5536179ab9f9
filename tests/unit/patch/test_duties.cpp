// SPDX-License-Identifier: MIT
#include "base/file.hpp"
#include "catch2_compat.hpp"
#include "patch/lifecycle/duties.hpp"
#include "patch/query/me.hpp"

using namespace upkeep;                    // NOLINT
using namespace upkeep::patch;             // NOLINT
using namespace upkeep::patch::lifecycle;  // NOLINT

namespace {

const ArtifactType& shipped_type() {
  static const ArtifactType k_type =
      ArtifactType::parse(read_file(UPKEEP_SOURCE_DIR "/share/patch/patch.rxt"), "patch.rxt");
  return k_type;
}

State state_of(std::vector<Transition> transitions) {
  State state;
  state.id = state.name = "Open";
  state.transitions = std::move(transitions);
  return state;
}

}  // namespace

TEST_CASE("pmt duties: the event that leads on") {
  const State state =
      state_of({{"Stay", "Open"}, {"Hold", "OnHold"}, {"Never", ""}, {"Promote", "Closed"}});
  REQUIRE(next_event(state)->event == "Promote");
  REQUIRE(next_event(state_of({{"Stay", "Open"}, {"Hold", "OnHold"}}))->event == "Hold");
  REQUIRE(next_event(state_of({{"Promote", ""}, {"Stay", "Open"}})) == nullptr);
}

TEST_CASE("pmt duties: who is responsible") {
  const config::Patch config;
  const Duties duties(config, shipped_type(), {"ann", {"Ann Ames"}});
  Patch patch;
  patch.state = "Development";
  const auto people = [&](bool reminded = false) { return duties.responsible(patch, reminded); };
  CHECK(people().empty());
  patch.created_by = "carl";
  CHECK(people() == Values{"carl"});
  patch.fields["peopleInvolved_lead"] = {"lara"};
  CHECK(people() == Values{"lara"});
  patch.fields["peopleInvolved_qaedby"] = {"quinn"};
  patch.fields["peopleInvolved_developedby"] = {"ann ames"};
  CHECK(people() == Values{"ann ames"});
  CHECK(people(true) == Values{"ann ames", "lara"});
  patch.state = "Testing";
  CHECK(people() == Values{"quinn"});
  CHECK(duties.is_me("ANN AMES"));
  CHECK(duties.is_me("ann"));
  CHECK_FALSE(duties.is_me("anna"));
  CHECK(duties.concerns(patch));
  patch.fields.clear();
  CHECK_FALSE(duties.concerns(patch));
  patch.requested_by = "ann";
  CHECK(duties.concerns(patch));
}

TEST_CASE("pmt duties: what a person has to do") {
  config::Patch config;
  config.roles.emplace();  // of others
  Duties duties(config, shipped_type(), {"ann", {"ann"}});
  Definition definition;
  State state = state_of({{"Promote", "Closed"}, {"Sign", "Closed"}});
  state.items.push_back({"Read", {"Promote"}, RoleList{{"qa"}}, {}});
  state.items.push_back({"Built", {"Promote"}, std::nullopt, {}});
  state.approvals.push_back({"Sign", RoleList{{"lead"}}, 2});
  Position position;
  position.definition = &definition;
  position.state = &state;
  position.patch.state = "Open";
  Rules rules;
  const auto duty = [&] { return duties.of(position, rules, false); };
  // Without roles, only those who are named.
  CHECK(duty().whose == Duty::Whose::others);
  position.patch.fields["peopleInvolved_developedby"] = {"ann"};
  CHECK(duty().whose == Duty::Whose::mine);
  CHECK(duty().first->item == "Read");
  CHECK(duty().more == 1);
  // A developer who is not in QA builds it, and then it is up to others.
  rules.has_role = [](const std::string& role) { return role == "dev"; };
  CHECK(duty().first->item == "Built");
  position.progress.ticks["Built"] = {"ann", "2014-03-01T00:00:00Z"};
  CHECK(duty().whose == Duty::Whose::others);
  CHECK(duty().first->item == "Read");
  // A lead who is not named has to vote, once.
  position.patch.fields["peopleInvolved_developedby"] = {"bob"};
  rules.has_role = [](const std::string& role) { return role == "lead"; };
  CHECK(duty().event == "Sign");
  CHECK(duty().first->reason == "vote");
  position.progress.votes["Sign"] = {"ann"};
  CHECK(duty().whose == Duty::Whose::others);
  CHECK(Duties::needs_role(state, rules));
  rules.has_role = [](const std::string& role) { return role == "dev"; };
  CHECK_FALSE(Duties::needs_role(state, rules));
  // Nothing blocks it, and only one role may take the event.
  state.items.clear();
  state.approvals.clear();
  state.permissions.push_back({"Promote", {"dev"}});
  CHECK(duty().whose == Duty::Whose::mine);
  CHECK_FALSE(duty().first);
  state.transitions.clear();
  CHECK(duty().whose == Duty::Whose::done);
}

TEST_CASE("pmt duties: a person whom the patch names goes first") {
  config::Patch config;
  config.roles = {{"qa", {"quinn", "ann"}}};
  config.person = {"{user}@example.org"};
  Duties duties(config, shipped_type(), {"ann", {"ann@example.org"}});
  const Definition definition;
  State state = state_of({{"Promote", "Closed"}});
  state.items.push_back({"Read", {"Promote"}, RoleList{{"qa"}}, {}});
  Position position;
  position.definition = &definition;
  position.state = &state;
  position.patch.state = "Testing";
  Rules rules;
  rules.has_role = [](const std::string& role) { return role == "qa"; };
  for (const auto& [named, whose] : std::map<std::string, Duty::Whose>{
           {"quinn@example.org", Duty::Whose::others}, {"bob@example.org", Duty::Whose::mine}}) {
    CAPTURE(named);
    position.patch.fields["peopleInvolved_qaedby"] = {named};
    CHECK(duties.of(position, rules, false).whose == whose);
  }
}

TEST_CASE("pmt: a person's real name") {
  CHECK(real_name("Ann Ames,Room 3,555", "ann") == "Ann Ames");
  CHECK(real_name("& Ames", "ann") == "Ann Ames");
  CHECK(real_name("", "ann").empty());
  CHECK(real_name(" ,x", "ann").empty());
}

TEST_CASE("pmt: @me is replaced where it means a person") {
  const config::Patch config;
  const NameRule names(config.name);
  const SelectorContext context{shipped_type(), config, names};
  int asked = 0;
  const auto me = [&] {
    ++asked;
    return Person{"ann", {"Ann Ames", "ann@example.org"}};
  };
  const Selector selector = with_me(
      parse_selector({"developer=bob,@me", "created_by=@Me", "client=@me", "qa!=@me", "@me"}),
      context, me);
  CHECK(selector.terms[0].values == Values{"bob", "Ann Ames", "ann@example.org"});
  CHECK(selector.terms[1].values == Values{"ann", "Ann Ames", "ann@example.org"});
  CHECK(selector.terms[2].values == Values{"@me"});
  CHECK(selector.terms[3].values == Values{"Ann Ames", "ann@example.org"});
  CHECK(asked == 1);
  CHECK_THROWS_AS(with_me(parse_selector({"lead=@me"}), context,
                          [] {
                            return Person{"ann", {}};
                          }),
                  ConfigError);
}
