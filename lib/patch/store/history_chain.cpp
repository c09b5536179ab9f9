// SPDX-License-Identifier: MIT
#include "patch/store/history_chain.hpp"

#include "db/transaction.hpp"
#include "patch/model/sha256.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace upkeep::patch {

namespace {

/// Prefixed with its length, so that the boundary between two texts is unambiguous.
void append(std::string& all, const std::string& text) {
  all += fmt::format("{}:{},", text.size(), text);
}

EventText stored_text(const db::Row& row) {
  EventText text{.at = row.text("at"),
                 .actor = row.text("actor"),
                 .via = row.text("via"),
                 .action = row.text("action"),
                 .changes = row.text("changes"),
                 .comment = row.text("comment"),
                 .inputs = row.text("inputs"),
                 .time = row.maybe_seconds("time_s"),
                 .worked_on = row.maybe_text("worked_on"),
                 .revokes = {}};
  if (!row.is_null("revokes")) text.revokes = unsigned_of(row, "revokes");
  return text;
}

/// One patch's history, event by event.
class Walk {
 public:
  Walk(const db::Row& patch, std::optional<std::string> block)
      : m_patch(unsigned_of(patch, "id")),
        m_last(patch.maybe_text("history_hash")),
        m_block(std::move(block)) {
    m_previous = m_block ? *m_block : chain_start(maybe_number(patch, "queue"), ref_of(patch));
  }

  void take(const db::Row& row, const std::function<void(const Break&)>& found) {
    const std::uint64_t event = unsigned_of(row, "id");
    const auto& stored = row.maybe_text("hash");
    if (!stored) {
      if (m_begun) {
        found({m_patch, event, "unchained", "it has no hash, but the events before it have one"});
      }
      return;
    }
    const bool first = !std::exchange(m_begun, true);
    if (chained(m_previous, stored_text(row)) != *stored) {
      found({m_patch, event, first && m_block ? "earlier" : "changed",
             first && m_block
                 ? "it does not continue the block of events from before the hash chains: that"
                   " block or this event was changed"
                 : "it does not continue the event before it: it was changed, or events before it"
                   " were changed, deleted, inserted or reordered"});
    }
    m_previous = *stored;
  }

  void end(const std::function<void(const Break&)>& found) const {
    if (m_last == m_previous || (!m_last && !m_begun && !m_block)) return;
    if (!m_begun && m_block) {
      found({m_patch,
             {},
             "earlier",
             "the events from before the hash chains are not what they were"});
    } else {
      found({m_patch, {}, "cut", "its last events are missing, or were added without the tools"});
    }
  }

 private:
  std::uint64_t m_patch;
  std::optional<std::string> m_last, m_block;
  std::string m_previous;
  bool m_begun = false;
};

}  // namespace

std::string chain_start(const std::optional<std::uint32_t>& queue,
                        const std::optional<PatchRef>& ref) {
  return queue ? queue_id(*queue) : ref ? to_string(*ref) : "";
}

std::string chained(const std::string& previous, const EventText& event) {
  std::string all;
  append(all, previous);
  for (const std::string* text : {&event.at, &event.actor, &event.via, &event.action,
                                  &event.changes, &event.comment, &event.inputs}) {
    append(all, *text);
  }
  append(all, event.time ? std::to_string(event.time->count()) : "");
  append(all, event.worked_on.value_or(""));
  append(all, event.revokes ? std::to_string(*event.revokes) : "");
  return sha256(all);
}

std::string earlier_events_sql(const std::string& condition) {
  // Each text with its length, as above; event ids are included.
  std::string all;
  for (const char* column :
       {"id", "at", "actor", "via", "action", "changes", "comment", "inputs", "time_s"}) {
    all += fmt::format("{0}COALESCE(LENGTH(e.{1}), ''), ':', COALESCE(e.{1}, '')",
                       all.empty() ? "" : ", ',', ", column);
  }
  return fmt::format(
      "SELECT e.patch AS patch, SHA2(GROUP_CONCAT(SHA2(CONCAT({}), 256) ORDER BY e.id SEPARATOR"
      " ''), 256) AS block FROM event e WHERE e.hash IS NULL{} GROUP BY e.patch",
      all, condition);
}

std::uint64_t verify_histories(db::Connection& connection, const std::vector<std::uint64_t>& ids,
                               const std::function<void(const Break&)>& found) {
  std::uint64_t checked = 0;
  if (ids.empty()) return checked;
  const db::ReadsTables whole(connection);  // a chain has every event
  connection.execute("SET SESSION group_concat_max_len = 1073741824");
  std::vector<Break> breaks;
  const auto note = [&](const Break& one) { breaks.push_back(one); };
  db::in_snapshot(connection, [&] {
    breaks.clear();
    checked = 0;
    const std::string list = id_list(ids);
    std::map<std::uint64_t, std::string> blocks;
    // Only the events before the first hash are the block: later ones are reported by the walk.
    for (const db::Row& row : connection.query(earlier_events_sql(fmt::format(
             " AND e.patch IN ({}) AND e.id < COALESCE((SELECT MIN(f.id) FROM event f WHERE"
             " f.patch = e.patch AND f.hash IS NOT NULL), 18446744073709551615)",
             list)))) {
      blocks[unsigned_of(row, "patch")] = row.text("block");
    }
    std::map<std::uint64_t, Walk> walks;
    for (const db::Row& row : connection.query(fmt::format(
             "SELECT id, queue, platform, number, history_hash FROM patch WHERE id IN ({})",
             list))) {
      const std::uint64_t id = unsigned_of(row, "id");
      const auto block = blocks.find(id);
      walks.emplace(id,
                    Walk(row, block == blocks.end() ? std::nullopt : std::optional(block->second)));
    }
    for (const db::Row& row : connection.query(
             fmt::format("SELECT id, patch, at, actor, via, action, changes, comment, inputs, "
                         "time_s, worked_on,"
                         " revokes, hash FROM event WHERE patch IN ({}) ORDER BY patch, id",
                         list))) {
      ++checked;
      const auto walk = walks.find(unsigned_of(row, "patch"));
      if (walk != walks.end()) walk->second.take(row, note);
    }
    for (const auto& [id, walk] : walks) walk.end(note);
  });
  for (const Break& one : breaks) found(one);
  return checked;
}

void find_orphans(db::Connection& connection, const std::function<void(const Break&)>& found) {
  for (const db::Row& row : connection.query(
           "SELECT e.patch, MIN(e.id) AS id FROM event e LEFT JOIN patch p ON p.id = e.patch"
           " WHERE p.id IS NULL GROUP BY e.patch")) {
    found({.patch = unsigned_of(row, "patch"),
           .event = unsigned_of(row, "id"),
           .problem = "no-patch",
           .detail = "its patch was deleted"});
  }
}

}  // namespace upkeep::patch
