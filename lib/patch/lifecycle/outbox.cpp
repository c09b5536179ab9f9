// SPDX-License-Identifier: MIT
#include "patch/lifecycle/outbox.hpp"

#include "base/process.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/eta.hpp"
#include "patch/lifecycle/event_json.hpp"
#include "patch/lifecycle/executors.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/lifecycle/records.hpp"
#include "patch/query/query.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace upkeep::patch::lifecycle {

namespace {

constexpr std::chrono::seconds k_longest_pause{3600};
/// How long an event waits for the configuration that has announced it.
constexpr std::chrono::hours k_longest_unwanted{24 * 7};

/// A patch by its id; its row always exists, because patches are never deleted.
Patch patch_by_id(db::Connection& connection, std::uint64_t id) {
  const db::Rows rows =
      connection.query(fmt::format("SELECT {} FROM patch p WHERE p.id = ?", patch_columns()), {id});
  return rows.empty() ? Patch{} : patch_of(rows[0]);
}

}  // namespace

struct Outbox::Delivery {
  std::string notify;
  const Event& event;
  std::int64_t tries = 0;  // previous tries
};

Outbox::Outbox(db::Connection& connection, const config::Config& config, Registry& registry)
    : m_connection(connection), m_deliveries(connection), m_config(config), m_registry(registry) {}

/// An entry that this configuration lacks has the default pauses and tries.
const config::Notify& Outbox::entry(const std::string& notify) const {
  static const config::Notify k_missing;
  const auto found = m_config.notify.find(notify);
  return found == m_config.notify.end() ? k_missing : found->second;
}

/// The entries that ask for the event, and those for which it waits although this configuration
/// does not have them: another one may.
std::vector<std::string> Outbox::wanting(const Event& event,
                                         const std::map<std::string, DeliveryRow>& known) const {
  std::vector<std::string> names;
  const std::string kind = event.kind == EventKind::remind ? "overdue" : event.action;
  for (const auto& [name, notify] : m_config.notify) {
    if (std::find(notify.on.begin(), notify.on.end(), kind) != notify.on.end())
      names.push_back(name);
  }
  for (const auto& [name, row] : known) {
    const bool waits = row.state == DeliveryState::waiting;
    if (waits && !m_config.notify.contains(name)) names.push_back(name);
  }
  return names;
}

std::string Outbox::patch_name(std::uint64_t id) {
  return name_of(patch_by_id(m_connection, id), m_registry.names());
}

std::vector<std::uint64_t> Outbox::unmet() {
  std::vector<std::uint64_t> ids;
  for (const db::Row& row :
       m_connection.query("SELECT id FROM event WHERE pending = 1 ORDER BY id")) {
    const std::uint64_t id = unsigned_of(row, "id");
    if (!m_met.contains(id)) ids.push_back(id);
  }
  return ids;
}

DeliveryReport Outbox::deliver(bool revived) {
  DeliveryReport report;
  {
    const db::ReadsTables all(m_connection);  // the events of everybody
    report = deliver_all(revived);
  }
  if (m_connection.reads_views()) {
    std::erase_if(report.failed, [&](const Undelivered& one) {
      return m_connection.query("SELECT 1 FROM event WHERE id = ?", {one.event}).empty();
    });
  }
  return report;
}

DeliveryReport Outbox::deliver_all(bool revived) {
  DeliveryReport report;
  m_held.clear();
  m_met.clear();
  if (!revived && unmet().empty()) return report;
  DeliveryLease lease(m_connection);
  // Processes that wrote an event while we held the lock have skipped their delivery: it is ours,
  // whether the event came before the lock was released or at that moment.
  do {
    if (!lease.take()) {
      report.busy = m_met.empty();
      return report;
    }
    if (std::exchange(revived, false)) revive();
    for (auto ids = unmet(); !ids.empty(); ids = unmet()) {
      for_each_page(ids, [&](const std::vector<std::uint64_t>& page) {
        for (const db::Row& row : m_connection.query(
                 fmt::format("SELECT {} FROM event e WHERE e.id IN ({}) ORDER BY e.id",
                             event_columns(), id_list(page)))) {
          const Event event = event_of(row);
          m_met.insert(event.id);
          deliver_event(event, lease, report);
        }
      });
    }
    lease.give_up();
  } while (!unmet().empty());
  return report;
}

void Outbox::deliver_event(const Event& event, DeliveryLease& lease, DeliveryReport& report) {
  const auto known = m_deliveries.of_event(event.id);
  const auto wanted = wanting(event, known);
  if (wanted.empty() && known.empty() && time_since(event.at, wall_now()) < k_longest_unwanted) {
    ++report.unwanted;
    return;
  }
  std::size_t open = 0, notes = 0;
  bool dead = false;
  for (const std::string& name : wanted) {
    const auto before = known.find(name);
    const DeliveryRow past = before == known.end() ? DeliveryRow{} : before->second;
    dead = dead || past.state == DeliveryState::dead;
    if (past.state != DeliveryState::waiting) continue;
    // A waiting event delays later ones of the same patch.
    if (past.later || m_held.contains({name, event.patch})) {
      m_held.insert({name, event.patch});
      ++open;
      continue;
    }
    const Delivery delivery{.notify = name, .event = event, .tries = past.tries};
    lease.keep(entry(name).timeout);
    const std::string fault = attempt(name, event);
    if (fault.empty()) {
      ++report.sent;
      if (wanted.size() > 1 || before != known.end()) {
        ++notes;
        m_deliveries.note_sent(event.id, name, delivery.tries + 1);
      }
      continue;
    }
    const std::size_t failed = report.failed.size();
    note_failure(delivery, entry(name), fault, report);
    if (report.failed[failed].tries < entry(name).tries) {
      m_held.insert({name, event.patch});
      ++open;
    } else {
      dead = true;
    }
  }
  if (open > 0) return;
  EventStore::set_delivered(m_connection, event.id);
  // If another delivery is dead, the notes stay: a revival must not send the event twice.
  if (!dead && (notes > 0 || !known.empty())) m_deliveries.forget_sent(event.id);
}

/// @returns the error; empty: it was delivered
std::string Outbox::attempt(const std::string& notify, const Event& event) {
  if (!m_config.notify.contains(notify)) {
    return fmt::format("the configuration has no [notify.{}]", notify);
  }
  const config::Notify& entry = m_config.notify.at(notify);
  const Patch patch = patch_by_id(m_connection, event.patch);
  const Change change = event.changes.empty() ? Change{} : event.changes.front();
  ValueObject object = event_object(event, change, patch, m_registry.type(), m_registry.names());
  if (event.changes.size() > 1) {
    ValueList all;
    for (const Change& one : event.changes) {
      all.emplace_back(ValueObject{{"key", one.key}, {"from", one.from}, {"to", one.to}});
    }
    object.emplace_back("changes", std::move(all));
  }
  if ((event.kind == EventKind::estimate || event.kind == EventKind::remind) && patch.lifecycle &&
      patch.lifecycle_version) {
    // The dates for customers.
    Library library(m_connection);
    const Eta eta = eta_of(patch, library.get(*patch.lifecycle, *patch.lifecycle_version),
                           events_of(m_connection, patch.id), m_config.patch, wall_now());
    if (eta.promised()) {
      object.emplace_back("public",
                          ValueObject{{"earliest", eta.earliest}, {"latest", eta.latest}});
    } else if (!eta.unestimated.empty()) {
      object.emplace_back("unestimated", ValueList(eta.unestimated.begin(), eta.unestimated.end()));
    }
  }
  object.emplace_back("state", shown_state_of(patch));
  if (auto refused = refused_to_root(entry.command, m_config.upgrade.as_root)) return *refused;
  SpawnOptions options;
  options.argv = entry.command;
  options.environment = child_environment(entry.env);
  options.new_session = true;
  try {
    const Finished end =
        run_process(options, to_json(Value(std::move(object))) + "\n", entry.timeout);
    if (end.timed_out)
      return fmt::format("terminated after its time limit of {} s", entry.timeout.count());
    if (end.exit_status == 0) return {};
    std::string said(trim(end.err));
    if (const auto line = said.rfind('\n'); line != std::string::npos) said = said.substr(line + 1);
    constexpr std::size_t k_longest = 300;
    return fmt::format("status {}{}", end.exit_status,
                       said.empty() ? "" : ": " + ellipsized(printable(said), k_longest));
  } catch (const Error& error) {
    return error.what();
  }
}

void Outbox::note_failure(const Delivery& delivery, const config::Notify& notify,
                          const std::string& why, DeliveryReport& report) {
  const std::int64_t tries = delivery.tries + 1;
  std::chrono::seconds pause = notify.first_retry;
  for (std::int64_t i = 1; i < tries && pause < k_longest_pause; ++i) pause *= 2;
  pause = std::min(pause, k_longest_pause);
  const bool dead = tries >= notify.tries;
  m_deliveries.note_failed(delivery.event.id, delivery.notify, tries,
                           dead ? DeliveryState::dead : DeliveryState::waiting, pause, why);
  report.failed.push_back({.patch = patch_name(delivery.event.patch),
                           .at = delivery.event.at,
                           .notify = delivery.notify,
                           .detail = dead ? why + "; abandoned" : why,
                           .event = delivery.event.id,
                           .tries = tries});
}

std::vector<Undelivered> Outbox::dead() {
  std::vector<Undelivered> found;
  for (const db::Row& row : m_connection.query(
           "SELECT e.patch, e.at, d.notify, d.detail, e.id, d.tries FROM delivery d"
           " JOIN event e ON e.id = d.event WHERE d.state = 'dead' ORDER BY e.id, d.notify")) {
    found.push_back({.patch = patch_name(unsigned_of(row, "patch")),
                     .at = iso_time(row.maybe_text("at")).value_or(""),
                     .notify = row.text("notify"),
                     .detail = row.text("detail"),
                     .event = unsigned_of(row, "id"),
                     .tries = row.integer("tries")});
  }
  return found;
}

std::size_t Outbox::revivable() {
  const auto all = dead();
  return static_cast<std::size_t>(
      std::count_if(all.begin(), all.end(),
                    [&](const Undelivered& one) { return m_config.notify.contains(one.notify); }));
}

void Outbox::revive_dead() {
  DeliveryLease lease(m_connection);
  if (!lease.take()) {
    throw Error(ExitStatus::try_later, "another deliverer is running: nothing was revived",
                "try again when it is done");
  }
  revive();
  lease.give_up();
}

void Outbox::revive() {
  // The events first: if this is killed in between, no delivery is left without a pending event.
  EventStore::revive(m_connection);
  m_deliveries.revive();
}

std::int64_t Outbox::waiting() {
  return m_connection.query("SELECT COUNT(*) AS events FROM event WHERE pending = 1")
      .at(0)
      .integer("events");
}

}  // namespace upkeep::patch::lifecycle
