// SPDX-License-Identifier: MIT
#include "patch/lifecycle/survey.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch/lifecycle/eta.hpp"
#include "patch/model/state_words.hpp"
#include "patch/query/query.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/recent_events.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sql_text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

namespace upkeep::patch::lifecycle {

namespace {

constexpr std::size_t k_page = 2000;

struct Entry {
  Patch patch;
  Replay walk;
};

/// Patches with the events since their state was entered: one query per page.
std::unordered_map<std::uint64_t, Entry> read_page(db::Connection& connection,
                                                   const std::vector<std::uint64_t>& ids) {
  std::unordered_map<std::uint64_t, Entry> page;
  page.reserve(ids.size());
  const db::Rows rows = connection.query(fmt::format(
      "SELECT p.id, p.platform, p.number, p.queue, p.lifecycle, p.lifecycle_version, p.state,"
      " p.state_since, p.state_event, {}, p.fields, e.id AS event, e.at, e.actor, e.action, "
      "e.changes"
      " FROM patch p LEFT JOIN event e ON e.patch = p.id AND e.id > COALESCE(p.state_event, 0)"
      " AND {} WHERE p.id IN ({}) AND p.state IS NOT NULL ORDER BY p.id, e.id",
      links_column(), k_of_position_sql, id_list(ids)));
  for (const db::Row& row : rows) {
    const std::uint64_t id = unsigned_of(row, "id");
    const auto [at, fresh] = page.try_emplace(id);
    Entry& entry = at->second;
    if (fresh) {
      Patch& patch = entry.patch;
      patch.id = id;
      patch.ref = ref_of(row);
      patch.queue = maybe_number(row, "queue");
      patch.lifecycle = row.maybe_text("lifecycle");
      patch.lifecycle_version = row.maybe_integer("lifecycle_version");
      patch.state = row.maybe_text("state");
      patch.state_since = iso_time(row.maybe_text("state_since"));
      patch.state_event = row.maybe_integer("state_event");
      patch.links = links_of(row);
      patch.fields = decode(row.text("fields"));
    }
    if (row.is_null("event")) continue;
    Event event;
    event.id = unsigned_of(row, "event");
    event.at = iso_time(row.maybe_text("at")).value_or("");
    event.actor = row.text("actor");
    event.changes = decode_changes(row.text("changes"));
    event.kind = kind_of(row.view("action"), event.changes);
    entry.walk.take(event);
  }
  return page;
}

std::vector<BlockedEvent> blockers_of(PositionReader& positions, Patch& patch,
                                      const Progress& progress) {
  std::vector<BlockedEvent> blocked;
  const std::string since = patch.state_since.value_or("");
  const auto nowhere = [&](const std::string& why) {
    blocked.push_back({{"", "target", why}, since});
    return blocked;
  };
  if (!patch.lifecycle) return nowhere("it has a state but no lifecycle");
  try {
    if (!patch.lifecycle_version)
      patch.lifecycle_version = positions.library().newest(*patch.lifecycle);
    const Definition& definition =
        positions.library().get(*patch.lifecycle, *patch.lifecycle_version);
    const State* state = definition.find(*patch.state);
    if (state == nullptr) {
      return nowhere(fmt::format("'{}' is not a state of {}", *patch.state, definition.name));
    }
    Rules rules = positions.rules_for(patch);
    rules.has_role = nullptr;  // permissions are not considered
    const Situation situation{definition, *state, progress, patch};
    for (const Transition& one : state->transitions) {
      if (one.target.empty()) continue;
      for (Blocker& blocker : blockers(situation, one, rules)) {
        blocked.push_back({std::move(blocker), since});
      }
    }
  } catch (const db::Error&) {
    throw;
  } catch (const Error& error) {
    return nowhere(error.what());
  }
  return blocked;
}

}  // namespace

Condition unfinished(const config::Patch& config) {
  return {fmt::format("p.lifecycle IS NOT NULL AND p.state IS NOT NULL AND NOT {}",
                      in_states_sql(config.released)),
          {}};
}

void for_each_blocked(
    db::Connection& connection, PositionReader& positions, const std::vector<std::uint64_t>& ids,
    const std::function<void(const Patch&, const std::vector<BlockedEvent>&)>& take) {
  for (std::size_t start = 0; start < ids.size(); start += k_page) {
    const auto begin = ids.begin() + static_cast<std::ptrdiff_t>(start);
    const std::vector<std::uint64_t> some(
        begin, begin + static_cast<std::ptrdiff_t>(std::min(k_page, ids.size() - start)));
    auto page = read_page(connection, some);
    for (const std::uint64_t id : some) {
      const auto found = page.find(id);
      if (found == page.end()) continue;
      Entry& entry = found->second;
      take(entry.patch, blockers_of(positions, entry.patch, entry.walk.progress()));
    }
  }
}

void for_each_blocked(
    db::Connection& connection, PositionReader& positions, const SelectorSql& selected,
    const std::function<void(const Patch&, const std::vector<BlockedEvent>&)>& take) {
  for_each_blocked(connection, positions, select_ids(connection, selected), take);
}

std::vector<Visit> visits_of(const std::vector<Event>& events) {
  std::vector<Visit> visits;
  std::vector<bool> moved;  // per move that was not undone: whether it changed the state
  const auto enter = [&](const std::string& state, const std::string& at) {
    if (!visits.empty()) visits.back().to = at;
    visits.push_back({state, at, {}});
  };
  for (const Event& event : events) {
    for (const Change& change : event.changes) {
      if ((event.kind == EventKind::create || event.kind == EventKind::attach) &&
          change.key == "state") {
        enter(to_text(change.to), event.at);
        moved.clear();
      } else if (event.kind == EventKind::move) {
        moved.push_back(to_text(change.from) != to_text(change.to));
        if (moved.back()) enter(to_text(change.to), event.at);
      } else if (event.kind == EventKind::undo && !moved.empty()) {
        if (moved.back() && visits.size() > 1) {
          visits.pop_back();
          visits.back().to.clear();
        }
        moved.pop_back();
      }
      if (event.kind == EventKind::migrate && change.key == k_renamed_state && !visits.empty()) {
        visits.back().state = to_text(change.to);
      }
      // Dates that a move set follow it.
      if (event.kind == EventKind::move || event.kind == EventKind::undo) break;
    }
  }
  return visits;
}

namespace {

std::chrono::seconds between(WallTime from, WallTime to) {
  return std::chrono::floor<std::chrono::seconds>(to) -
         std::chrono::floor<std::chrono::seconds>(from);
}

}  // namespace

Reminded reminders(const std::vector<Event>& events) {
  Reminded reminded;
  for (const Event& event : events) {
    const bool entered = event.kind == EventKind::move || event.kind == EventKind::undo ||
                         event.kind == EventKind::attach || event.kind == EventKind::migrate;
    if (entered) reminded = {};
    if (event.kind != EventKind::remind) continue;
    ++reminded.times;
    reminded.at = event.at;
  }
  return reminded;
}

std::vector<Overdue> overdue_of(const Patch& patch, const Definition& definition,
                                const std::vector<Event>& events, const config::Patch& config,
                                WallTime now) {
  std::vector<Overdue> found;
  const auto since = parse_iso8601(patch.state_since.value_or(""));
  const State* state = patch.state ? definition.find(*patch.state) : nullptr;
  if (!since || state == nullptr) return found;
  const auto add = [&](const char* reason, std::chrono::seconds time, const char* detail,
                       std::string limit) {
    Overdue one;
    one.reason = reason;
    one.overdue = time;
    one.detail = fmt::format(fmt::runtime(detail), limit);
    one.limit = std::move(limit);
    found.push_back(std::move(one));
  };
  const Eta eta = eta_of(patch, definition, events, config, now);
  if (eta.known() && same_state(eta.stages.front().stage, *patch.state)) {
    const auto start = std::chrono::floor<std::chrono::days>(*since);
    const auto day = working_day(config);
    const auto days = (eta.stages.front().worst + day - std::chrono::seconds(1)) / day;
    const auto end = add_business_days(start, days) + std::chrono::days{1};  // including that day
    if (now >= end) {
      add("estimate", between(end, now), "due by {} (worst case)",
          iso_day(end - std::chrono::days{1}));
    }
  }
  const std::chrono::seconds elapsed = between(*since, now);
  const Checkpoint* passed = nullptr;
  for (const Checkpoint& one : state->checkpoints) {
    if (one.max.count() > 0 && elapsed > one.max && (passed == nullptr || one.max > passed->max)) {
      passed = &one;
    }
  }
  if (passed != nullptr) {
    add("checkpoint", elapsed - passed->max, "past {}",
        passed->id + (passed->colour.empty() ? "" : " (" + passed->colour + ")"));
  }
  const Reminded reminded = reminders(events);
  const bool testing = is_one_of(config.qa_states, *patch.state);
  for (Overdue& one : found) {
    one.reminders = reminded.times;
    one.reminded_at = reminded.at;
    one.nudge = reminded.times > 0 ? "lead" : testing ? "qa" : "developer";
    one.who = first_value(patch.fields, one.nudge == "lead" ? "peopleInvolved_lead"
                                        : testing           ? "peopleInvolved_qaedby"
                                                            : "peopleInvolved_developedby");
  }
  return found;
}

}  // namespace upkeep::patch::lifecycle
