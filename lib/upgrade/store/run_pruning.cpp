// SPDX-License-Identifier: MIT
#include "upgrade/store/run_pruning.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "upgrade/model/ended_runs.hpp"
#include "upgrade/store/run_history.hpp"
#include "upgrade/store/sql_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

namespace upkeep::upgrade {

namespace {

constexpr int k_batch = 500;

std::string list_of(const std::vector<std::int64_t>& ids) {
  return fmt::format("{}", fmt::join(ids, ", "));
}

}  // namespace

RunPruning::RunPruning(db::Connection& connection, const std::string& schema)
    : m_connection(connection),
      m_run(db::quoted_identifier(schema) + ".run"),
      m_slot(db::quoted_identifier(schema) + ".slot"),
      m_sweep(db::quoted_identifier(schema) + ".sweep"),
      m_stop(db::quoted_identifier(schema) + ".stop"),
      m_pruned(db::quoted_identifier(schema) + ".pruned_run") {}

std::set<std::int64_t> RunPruning::in_use() {
  std::set<std::int64_t> runs;
  for (const db::Row& row :
       m_connection.query(fmt::format("SELECT id FROM {} WHERE state IN ('queued', 'running') UNION"
                                      " SELECT run FROM {} WHERE run IS NOT NULL",
                                      m_run, m_slot))) {
    runs.insert(row.integer(0));
  }
  return runs;
}

std::string RunPruning::kept_successes() {
  std::vector<std::int64_t> ids{0};
  for (const db::Row& target :
       m_connection.query(fmt::format("SELECT DISTINCT target FROM {}", m_run))) {
    for (const db::Row& row : m_connection.query(
             fmt::format("SELECT id FROM {} WHERE target = ? AND state = 'succeeded' AND"
                         " started_at IS NOT NULL ORDER BY id DESC LIMIT {}",
                         m_run, k_forecast_runs),
             {target.text(0)})) {
      ids.push_back(row.integer(0));
    }
  }
  return list_of(ids);
}

RunPruning::Batch RunPruning::next_batch(const std::string& select, std::int64_t after,
                                         WallTime limit) {
  Batch batch;
  for (const db::Row& row : m_connection.query(
           fmt::format("{} ORDER BY id LIMIT {}", select, k_batch), {after, to_sql(limit)})) {
    batch.ids.push_back(row.integer("id"));
    const WallTime at = from_sql(row.text("at"));
    batch.oldest = batch.oldest ? std::min(*batch.oldest, at) : at;
  }
  return batch;
}

PrunedRows RunPruning::prune(
    const std::string& select, WallTime limit,
    const std::function<std::int64_t(const std::vector<std::int64_t>&)>& remove) {
  PrunedRows pruned;
  std::int64_t after = 0;
  for (;;) {
    const Batch batch = next_batch(select, after, limit);
    if (batch.ids.empty()) return pruned;
    after = batch.ids.back();
    const std::int64_t count = remove(batch.ids);
    if (count == 0) continue;  // another process was faster
    pruned.count += count;
    pruned.oldest = pruned.oldest ? std::min(*pruned.oldest, *batch.oldest) : *batch.oldest;
  }
}

PrunedRows RunPruning::prune_runs(WallTime limit, bool dry_run) {
  // The state of a workspace depends on its newest success to the target, and on the failures
  // since: none of these goes. Nor does the newest run of all, so that no number is used again.
  const std::string select = fmt::format(
      "SELECT id, ended_at AS at FROM {0} r WHERE id > ? AND ended_at < ? AND active IS NULL"
      " AND id < (SELECT MAX(id) FROM {0}) AND id NOT IN ({2})"
      " AND NOT EXISTS (SELECT 1 FROM {1} l WHERE l.run = r.id)"
      " AND (state IN ('skipped', 'cancelled') OR EXISTS (SELECT 1 FROM {0} s WHERE"
      " s.workspace = r.workspace AND s.target = r.target AND s.state = 'succeeded'"
      " AND s.id > r.id))",
      m_run, m_slot, kept_successes());
  return prune(select, limit, [&](const std::vector<std::int64_t>& ids) {
    return dry_run ? static_cast<std::int64_t>(ids.size()) : remove_runs(ids);
  });
}

std::int64_t RunPruning::remove_runs(const std::vector<std::int64_t>& ids) {
  struct Total {
    std::int64_t runs = 0, us = 0;
  };
  return db::transact_for<std::int64_t>(m_connection, [&] {
    std::map<std::pair<std::string, int>, Total> totals;
    std::vector<std::int64_t> found;
    for (const db::Row& row : m_connection.query(fmt::format(
             "SELECT id, state, TIMESTAMPDIFF(MICROSECOND, started_at, ended_at) AS us FROM {}"
             " WHERE id IN ({}) AND active IS NULL ORDER BY id FOR UPDATE",
             m_run, list_of(ids)))) {
      found.push_back(row.integer("id"));
      std::optional<std::chrono::microseconds> time;
      if (const auto us = row.maybe_integer("us")) {
        time = std::chrono::microseconds(std::max<std::int64_t>(0, *us));
      }
      Total& total = totals[{row.text("state"), duration_class_s(time)}];
      ++total.runs;
      if (time) total.us += time->count();
    }
    if (found.empty()) return std::int64_t{0};
    m_connection.execute(fmt::format("DELETE FROM {} WHERE id IN ({})", m_run, list_of(found)));
    for (const auto& [key, total] : totals) {
      m_connection.execute(
          fmt::format("INSERT INTO {} (state, class_s, runs, us) VALUES (?, ?, ?, ?)"
                      " ON DUPLICATE KEY UPDATE runs = runs + VALUES(runs), us = us + VALUES(us)",
                      m_pruned),
          {key.first, key.second, total.runs, total.us});
    }
    return static_cast<std::int64_t>(found.size());
  });
}

PrunedRows RunPruning::prune_stops(WallTime limit, bool dry_run) {
  const std::string select = fmt::format(
      "SELECT id, at FROM {} t WHERE id > ? AND at < ? AND NOT EXISTS (SELECT 1 FROM {} s"
      " WHERE s.name = t.sweep AND s.stopped_at = t.at)",
      m_stop, m_sweep);
  return prune(select, limit, [&](const std::vector<std::int64_t>& ids) {
    if (dry_run) return static_cast<std::int64_t>(ids.size());
    std::uint64_t count = 0;
    db::repeat([&] {
      count = m_connection.execute(
          fmt::format("DELETE FROM {} WHERE id IN ({})", m_stop, list_of(ids)));
    });
    return static_cast<std::int64_t>(count);
  });
}

}  // namespace upkeep::upgrade
