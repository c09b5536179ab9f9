// SPDX-License-Identifier: MIT
// Parts of histories.
#include "patch/store/history_part.hpp"
#include "patch/store/recent_events.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace upkeep::patch {

namespace {

std::vector<Event> events_in(const db::Rows& rows) {
  std::vector<Event> events;
  events.reserve(rows.size());
  for (const db::Row& row : rows) events.push_back(event_of(row));
  return events;
}

constexpr std::string_view k_last_event =
    "COALESCE((SELECT MAX(e.id) FROM event e WHERE e.patch = ";

}  // namespace

std::vector<Event> recent_events(db::Connection& connection, std::uint64_t patch,
                                 std::size_t newest, std::uint64_t also) {
  std::vector<Event> recent = events_in(connection.query(
      fmt::format("SELECT {} FROM event e WHERE e.patch = ? ORDER BY e.id DESC LIMIT {}",
                  event_columns(), newest),
      {patch}));
  std::reverse(recent.begin(), recent.end());
  if (recent.size() < newest) return recent;
  // The action is part of the index: what does not count is not read.
  std::vector<Event> events = events_in(
      connection.query(fmt::format("SELECT {} FROM event e WHERE e.patch = ? AND e.id < ?"
                                   " AND ({} OR e.action = 'eta' OR e.id = ?) ORDER BY e.id",
                                   event_columns(), k_of_position_sql),
                       {patch, recent.front().id, also}));
  events.insert(events.end(), std::make_move_iterator(recent.begin()),
                std::make_move_iterator(recent.end()));
  return events;
}

std::vector<Event> events_of_positions(db::Connection& connection,
                                       const std::vector<std::uint64_t>& patches) {
  if (patches.empty()) return {};
  return events_in(
      connection.query(fmt::format("SELECT {} FROM event e WHERE e.patch IN ({})"
                                   " AND ({} OR e.action = 'eta') ORDER BY e.patch, e.id",
                                   event_columns(), id_list(patches), k_of_position_sql)));
}

namespace {

/// Whatever has revoked one of the events may be much later than all of them.
std::set<std::uint64_t> revoked_among(db::Connection& connection, std::uint64_t patch,
                                      const std::vector<Event>& events) {
  std::set<std::uint64_t> revoked;
  if (events.empty()) return revoked;
  for (const db::Row& row :
       connection.query("SELECT e.revokes FROM event e WHERE e.patch = ? AND e.id > ?"
                        " AND e.revokes BETWEEN ? AND ?",
                        {patch, events.back().id, events.back().id, events.front().id})) {
    revoked.insert(unsigned_of(row, "revokes"));
  }
  return revoked;
}

}  // namespace

HistoryPart history_part(db::Connection& connection, std::uint64_t patch, std::uint64_t before,
                         std::size_t limit) {
  const std::string older = before == 0 ? "" : fmt::format(" AND e.id < {}", before);
  HistoryPart part{.events = events_in(connection.query(
                       fmt::format("SELECT {} FROM event e WHERE e.patch = ?{} ORDER BY e.id DESC"
                                   " LIMIT {}",
                                   event_columns(), older, limit + 1),
                       {patch}))};
  part.more = part.events.size() > limit;
  if (part.more) part.events.pop_back();
  part.revoked = revoked_among(connection, patch, part.events);
  return part;
}

HistoryPart history_event(db::Connection& connection, std::uint64_t patch, std::uint64_t event) {
  HistoryPart part{
      .events = events_in(connection.query(
          fmt::format("SELECT {} FROM event e WHERE e.patch = ? AND e.id = ?", event_columns()),
          {patch, event}))};
  part.revoked = revoked_among(connection, patch, part.events);
  return part;
}

std::optional<std::uint64_t> patch_of_event(db::Connection& connection, std::uint64_t event) {
  const db::Rows rows = connection.query("SELECT patch FROM event WHERE id = ?", {event});
  if (rows.empty()) return std::nullopt;
  return unsigned_of(rows[0], "patch");
}

std::vector<Event> events_after(db::Connection& connection, std::uint64_t patch,
                                std::uint64_t after, std::size_t limit) {
  return events_in(connection.query(
      fmt::format("SELECT {} FROM event e WHERE e.patch = ? AND e.id > ? ORDER BY e.id LIMIT {}",
                  event_columns(), limit),
      {patch, after}));
}

std::optional<PatchMark> mark_of(db::Connection& connection, const Subject& subject) {
  const std::string select = fmt::format(
      "SELECT p.id, p.version, {}p.id), 0) AS last_event FROM patch p WHERE ", k_last_event);
  const db::Rows rows =
      subject.queue ? connection.query(select + "p.queue = ?", {*subject.queue})
                    : connection.query(select + "p.platform_key = ? AND p.number = ?",
                                       {platform_key(subject.ref->platform), subject.ref->number});
  if (rows.empty()) return std::nullopt;
  return PatchMark{.id = unsigned_of(rows[0], "id"),
                   .version = static_cast<std::uint32_t>(rows[0].integer("version")),
                   .last_event = unsigned_of(rows[0], "last_event")};
}

std::uint64_t last_event_of(db::Connection& connection, std::uint64_t patch, Read read) {
  const db::Rows rows = connection.query(
      fmt::format("SELECT COALESCE(MAX(id), 0) AS last_event FROM event WHERE patch = ?{}",
                  read_clause(read)),
      {patch});
  return unsigned_of(rows.at(0), "last_event");
}

}  // namespace upkeep::patch
