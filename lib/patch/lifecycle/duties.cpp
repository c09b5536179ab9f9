// SPDX-License-Identifier: MIT
#include "patch/lifecycle/duties.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/model/state_words.hpp"

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

constexpr const char* k_developer_key = "peopleInvolved_developedby";
constexpr const char* k_qa_key = "peopleInvolved_qaedby";
constexpr const char* k_lead_key = "peopleInvolved_lead";

bool same_name(const std::string& a, const std::string& b) {
  return same_ignoring_case(trim(a), trim(b));
}

bool leaves(const State& state, const Transition& transition) {
  return !transition.target.empty() && !same_state(transition.target, state.name);
}

/// The account that a template of [patch] person turns into `name`, or `name` itself.
std::string account_of(const std::string& name, const std::vector<std::string>& templates) {
  constexpr std::string_view k_user = "{user}";
  for (const std::string& one : templates) {
    const auto at = one.find(k_user);
    if (at == std::string::npos) continue;
    const std::string before = one.substr(0, at), after = one.substr(at + k_user.size());
    if (name.size() > before.size() + after.size() && name.starts_with(before) &&
        name.ends_with(after)) {
      return name.substr(before.size(), name.size() - before.size() - after.size());
    }
  }
  return name;
}

bool has_any(const RoleList& roles, const Rules& rules) {
  return roles && rules.has_role && std::any_of(roles->begin(), roles->end(), rules.has_role);
}

}  // namespace

const Transition* next_event(const State& state) {
  const Transition* first = nullptr;
  for (const Transition& one : state.transitions) {
    if (!leaves(state, one)) continue;
    if (lower(one.event) == "promote") return &one;
    if (first == nullptr) first = &one;
  }
  return first;
}

Duties::Duties(const config::Patch& config, const ArtifactType& type, Person me)
    : m_config(config), m_me(std::move(me)) {
  for (const Field& field : type.fields()) {
    if (is_people_field(field)) m_keys.push_back(field.key);
  }
}

bool Duties::is_me(const std::string& name) const {
  return same_name(name, m_me.login) ||
         std::any_of(m_me.names.begin(), m_me.names.end(),
                     [&](const std::string& own) { return same_name(own, name); });
}

std::vector<std::string> Duties::responsible(const Patch& patch, bool reminded) const {
  const auto values = [&](const char* key) {
    const auto found = patch.fields.find(key);
    return found == patch.fields.end() ? Values{} : found->second;
  };
  const bool testing = patch.state && is_one_of(m_config.qa_states, *patch.state);
  Values people = values(testing ? k_qa_key : k_developer_key);
  if (people.empty() || reminded) {
    for (std::string& lead : values(k_lead_key)) people.push_back(std::move(lead));
  }
  if (people.empty() && patch.created_by) people.push_back(*patch.created_by);
  return people;
}

bool Duties::concerns(const Patch& patch) const {
  for (const auto& account : {patch.created_by, patch.requested_by}) {
    if (account && is_me(*account)) return true;
  }
  return std::any_of(m_keys.begin(), m_keys.end(), [&](const std::string& key) {
    const auto found = patch.fields.find(key);
    return found != patch.fields.end() &&
           std::any_of(found->second.begin(), found->second.end(),
                       [&](const std::string& name) { return is_me(name); });
  });
}

bool Duties::has_voted(const Position& position, const std::string& event) const {
  const auto votes = position.progress.votes.find(event);
  return votes != position.progress.votes.end() &&
         std::find(votes->second.begin(), votes->second.end(), m_me.login) != votes->second.end();
}

bool Duties::may_clear(const Blocker& reason, const Position& position, const Rules& rules) const {
  if (reason.reason == "validation") return true;
  if (reason.reason != "item" && reason.reason != "vote") return false;
  if (role_fault(reason.roles, rules)) return false;
  return reason.reason == "item" || !has_voted(position, reason.event);
}

bool Duties::has_role(const std::string& name, const RoleList& roles) {
  const std::string account = account_of(name, m_config.person);
  const auto known = m_roles.try_emplace(account, m_config, account).first;
  return std::any_of(roles->begin(), roles->end(),
                     [&](const std::string& role) { return known->second.has(role); });
}

/// Whether the person has one of the roles, and no one whom the patch names for its state has.
bool Duties::is_left_to_me(const RoleList& roles, const std::vector<std::string>& named,
                           const Rules& rules) {
  return has_any(roles, rules) &&
         std::none_of(named.begin(), named.end(),
                      [&](const std::string& name) { return has_role(name, roles); });
}

Duty Duties::of(const Position& position, const Rules& rules, bool reminded) {
  const State& state = *position.state;
  const Transition* next = next_event(state);
  if (next == nullptr) return {};
  const std::vector<std::string> named = responsible(position.patch, reminded);
  const bool is_named =
      std::any_of(named.begin(), named.end(), [&](const std::string& one) { return is_me(one); });
  const auto mine = [&](const std::string& event, std::vector<Blocker> clearable) {
    Duty duty{.whose = Duty::Whose::mine, .event = event};
    if (clearable.empty()) return duty;
    duty.more = clearable.size() - 1;
    duty.first = std::move(clearable.front());
    return duty;
  };
  std::vector<Blocker> reasons = blockers(position.situation(), *next, rules);
  if (is_named) {
    std::vector<Blocker> clearable = reasons;
    std::erase_if(clearable, [&](const auto& one) { return !may_clear(one, position, rules); });
    if (reasons.empty() || !clearable.empty()) return mine(next->event, std::move(clearable));
  }
  for (const Transition& one : state.transitions) {
    if (one.target.empty() || !rules.has_role) continue;
    std::vector<Blocker> clearable = blockers(position.situation(), one, rules);
    std::erase_if(clearable, [&](const Blocker& reason) {
      return reason.reason == "validation" || !may_clear(reason, position, rules) ||
             !is_left_to_me(reason.roles, named, rules);
    });
    if (!clearable.empty()) return mine(one.event, std::move(clearable));
  }
  const bool is_mine_to_take =
      reasons.empty() &&
      std::any_of(state.permissions.begin(), state.permissions.end(), [&](const Permission& one) {
        return one.event == next->event && is_left_to_me(one.roles, named, rules);
      });
  if (is_mine_to_take) return mine(next->event, {});
  if (!is_named) {  // a permission that the person lacks is not what others wait for
    std::erase_if(reasons, [](const Blocker& one) { return one.reason == "permission"; });
  }
  Duty duty{.whose = Duty::Whose::others, .event = next->event};
  if (reasons.empty()) return duty;
  duty.more = reasons.size() - 1;
  duty.first = std::move(reasons.front());
  return duty;
}

bool Duties::needs_role(const State& state, const Rules& rules) {
  const auto needs = [&](const auto& all) {
    return std::any_of(all.begin(), all.end(),
                       [&](const auto& one) { return has_any(one.roles, rules); });
  };
  return needs(state.items) || needs(state.approvals) || needs(state.permissions);
}

}  // namespace upkeep::patch::lifecycle
