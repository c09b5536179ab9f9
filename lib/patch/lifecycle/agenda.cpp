// SPDX-License-Identifier: MIT
#include "patch/lifecycle/agenda.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/lifecycle/survey.hpp"
#include "patch/model/keys.hpp"
#include "patch/query/query.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/recent_events.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sql_text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace upkeep::patch::lifecycle {

namespace {

/// Any of some conditions; the index helps if it helps with all of them.
Condition any_of(std::vector<Condition> conditions) {
  Condition any;
  bool indexed = true;
  for (Condition& one : conditions) {
    any.sql += fmt::format("{}({})", any.sql.empty() ? "" : " OR ", one.sql);
    indexed = indexed && !one.index_terms.empty();
    std::move(one.index_terms.begin(), one.index_terms.end(), std::back_inserter(any.index_terms));
  }
  if (!indexed) any.index_terms.clear();
  return any;
}

/// Numbers first, smallest first, then other texts; a missing priority comes last.
std::tuple<int, long long, std::string> rank(const Patch& patch) {
  const std::string priority = first_value(patch.fields, k_priority_key);
  if (priority.empty()) return {2, 0, {}};
  if (const auto number = to_integer(priority)) return {0, *number, {}};
  return {1, 0, priority};
}

void sort(std::vector<AgendaEntry>& entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const AgendaEntry& a, const AgendaEntry& b) {
    const auto key = [](const AgendaEntry& one) {
      return std::tuple(one.block, rank(one.patch), -one.since.value_or(std::chrono::seconds{0}));
    };
    return key(a) < key(b);
  });
}

std::string described(const Duty& duty) {
  if (!duty.first) return "nothing blocks it";
  return duty.more == 0 ? duty.first->detail
                        : fmt::format("{}; {} more", duty.first->detail, duty.more);
}

/// `Acme: NullPointerException in a mediator`
std::string described(const Patch& request) {
  const std::string client = join(values_in(request.fields, "overview_client"), ", ");
  const std::string text = summary_of(request);
  if (client.empty() || text.empty()) return client + text;
  return client + ": " + text;
}

}  // namespace

std::string_view to_word(Block block) {
  switch (block) {
    case Block::mine:
      return "mine";
    case Block::waiting:
      return "waiting";
    case Block::overdue:
      return "overdue";
    case Block::queue:
      return "queue";
  }
  return {};
}

/// Two statements: one that the term index narrows, and one for what it does not know.
std::vector<std::uint64_t> Agenda::candidates() {
  const Person& me = m_duties.me();
  const auto conditions = [&](const std::vector<std::string>& keys,
                              const std::vector<std::string>& names) {
    Selector selector;
    if (names.empty()) return std::vector<Condition>{};
    for (const std::string& key : keys) selector.terms.push_back({key, Operator::equal, names});
    return selector_sql(selector, m_context).conditions;
  };
  const auto select = [&](std::vector<Condition> any) {
    if (any.empty()) return std::vector<std::uint64_t>{};
    SelectorSql selected;
    selected.conditions = {unfinished(m_config), any_of(std::move(any))};
    selected.order = {{"p.id"}};
    return select_ids(m_connection, selected);
  };
  std::vector<std::uint64_t> ids = select(conditions(m_duties.people_keys(), me.names));
  std::vector<std::string> accounts = me.names;
  if (std::find(accounts.begin(), accounts.end(), me.login) == accounts.end()) {
    accounts.push_back(me.login);
  }
  std::vector<Condition> others = conditions({"created_by", "requested_by"}, accounts);
  for (const LoadedDefinition& one : m_loaded) {
    std::string states;
    for (const State& state : one.definition->states) {
      if (!Duties::needs_role(state, m_positions.rules())) continue;
      states += (states.empty() ? "" : ", ") + sql_text(state.name);
    }
    if (states.empty()) continue;
    others.push_back(
        {fmt::format(
             "p.lifecycle = {} AND COALESCE(p.lifecycle_version, {}) = {} AND p.state IN ({})",
             sql_text(one.name), m_newest.at(one.name), one.version, states),
         {}});
  }
  const std::vector<std::uint64_t> more = select(std::move(others));
  ids.insert(ids.end(), more.begin(), more.end());
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

const Definition* Agenda::definition_of(const Patch& patch) const {
  const auto newest = m_newest.find(*patch.lifecycle);
  if (newest == m_newest.end()) return nullptr;
  // Imported data may lack the version.
  const std::int64_t version = patch.lifecycle_version.value_or(newest->second);
  const auto found = std::find_if(m_loaded.begin(), m_loaded.end(), [&](const auto& one) {
    return one.name == *patch.lifecycle && one.version == version;
  });
  return found == m_loaded.end() ? nullptr : found->definition;
}

void Agenda::add_patch(Patch patch, const std::vector<Event>& events,
                       std::vector<AgendaEntry>& entries) {
  AgendaEntry entry;
  entry.state = *patch.state;
  if (patch.state_since) entry.since = time_since(*patch.state_since, m_now);
  const bool reminded = reminders(events).times > 0;
  std::vector<std::string> people = m_duties.responsible(patch, reminded);
  std::erase_if(people, [&](const std::string& one) { return m_duties.is_me(one); });
  const auto put = [&](Block block, const std::string& detail) {
    entry.block = block;
    const bool to_others = !people.empty() && !entry.is_mine;
    entry.others = to_others ? people : std::vector<std::string>();
    entry.detail = to_others ? fmt::format("{}: {}", join(people, ", "), detail) : detail;
  };
  const Definition* definition = definition_of(patch);
  const State* state = definition == nullptr ? nullptr : definition->find(*patch.state);
  if (state == nullptr) {
    if (!m_duties.concerns(patch)) return;
    entry.is_mine = people.empty();
    entry.reason = "target";
    const std::string why =
        definition == nullptr
            ? fmt::format("the lifecycle {} is not loaded", *patch.lifecycle)
            : fmt::format("'{}' is not a state of {}", *patch.state, definition->name);
    entry.patch = std::move(patch);
    put(entry.is_mine ? Block::mine : Block::waiting, why);
    entries.push_back(std::move(entry));
    return;
  }
  Position position{std::move(patch), definition, state, replay(events).progress()};
  const Duty duty = m_duties.of(position, m_positions.rules_for(position.patch), reminded);
  if (duty.whose == Duty::Whose::done) return;
  entry.is_mine = duty.whose == Duty::Whose::mine;
  if (!entry.is_mine && !m_duties.concerns(position.patch)) return;
  entry.patch = std::move(position.patch);
  entry.event = duty.event;
  entry.duty = duty;
  if (duty.first) entry.reason = duty.first->reason;
  put(entry.is_mine ? Block::mine : Block::waiting, described(duty));
  const auto late = overdue_of(entry.patch, *definition, events, m_config, m_now);
  if (late.empty()) {
    entries.push_back(std::move(entry));
    return;
  }
  entries.push_back(entry);
  const Overdue& latest = *std::max_element(
      late.begin(), late.end(), [](const auto& a, const auto& b) { return a.overdue < b.overdue; });
  entry.reason = latest.reason;
  entry.late = latest;
  put(Block::overdue, fmt::format("late by {}: {}", human_duration(latest.overdue), latest.detail));
  entries.push_back(std::move(entry));
}

void Agenda::add_patches(const std::vector<std::uint64_t>& ids, std::vector<AgendaEntry>& entries) {
  std::map<std::uint64_t, std::vector<Event>> events;
  for (Event& one : events_of_positions(m_connection, ids))
    events[one.patch].push_back(std::move(one));
  for (Patch& patch : patches_of(m_connection, ids)) {
    if (!patch.ref || !patch.lifecycle || !patch.state) continue;
    const std::uint64_t id = patch.id;
    add_patch(std::move(patch), events[id], entries);
  }
}

void Agenda::add_requests(bool may_promote, std::vector<AgendaEntry>& entries) {
  for (const db::Row& row : m_connection.query(
           fmt::format("SELECT {} FROM patch p WHERE p.queue_state = 'open' ORDER BY p.queue",
                       patch_columns()))) {
    AgendaEntry entry;
    entry.patch = patch_of(row);
    if (!may_promote && !m_duties.concerns(entry.patch)) continue;
    entry.block = may_promote ? Block::queue : Block::waiting;
    entry.state = entry.patch.state.value_or("open");
    entry.detail = described(entry.patch);
    if (entry.patch.requested_at) entry.since = time_since(*entry.patch.requested_at, m_now);
    entries.push_back(std::move(entry));
  }
}

std::vector<AgendaEntry> Agenda::entries(bool may_promote) {
  m_loaded = m_positions.library().loaded();
  for (const LoadedDefinition& one : m_loaded) {
    std::int64_t& newest = m_newest[one.name];
    newest = std::max(newest, one.version);
  }
  std::vector<AgendaEntry> entries;
  constexpr std::size_t k_patches_at_once = 2000;
  for_each_page(
      candidates(), [&](const std::vector<std::uint64_t>& page) { add_patches(page, entries); },
      k_patches_at_once);
  add_requests(may_promote, entries);
  sort(entries);
  return entries;
}

}  // namespace upkeep::patch::lifecycle
