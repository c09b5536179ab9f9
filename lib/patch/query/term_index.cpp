// SPDX-License-Identifier: MIT
#include "patch/query/term_index.hpp"

#include "db/named_lock.hpp"
#include "db/transaction.hpp"
#include "patch/query/postings.hpp"
#include "patch/query/segment_builder.hpp"
#include "patch/query/term_words.hpp"
#include "patch/query/terms.hpp"
#include "patch/store/patch_store.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace upkeep::patch {

namespace {

// Up to k_always candidates are always fetched one by one, more than k_never never.
constexpr std::size_t k_always = 200;
constexpr std::size_t k_never = 50'000;

/// A row of the index: its segment, and its first term.
using RowKey = std::pair<std::string, std::uint32_t>;

/// That a row of the index is one of `rows`, which are not empty.
template <typename T>
std::string where_of(const std::map<RowKey, T>& rows) {
  std::string wanted;
  for (const auto& one : rows) {
    wanted += fmt::format("{}(segment = {} AND first_term = {})", wanted.empty() ? "" : " OR ",
                          one.first.first, one.first.second);
  }
  return wanted;
}

RowKey row_key_of(const db::Row& row) {
  return {row.text("segment"), static_cast<std::uint32_t>(row.integer("first_term"))};
}

/// In each segment the row that may have a term, with the terms: the last one that starts at or
/// before it. @pre there are terms
std::map<RowKey, std::vector<std::string>> rows_of(db::Connection& connection,
                                                   const std::vector<std::string>& terms) {
  std::string of_each;
  for (const std::string& term : terms) {
    of_each += fmt::format(
        "{}SELECT segment, MAX(first_term) AS first_term FROM term_index WHERE first_term <= {}"
        " GROUP BY segment",
        of_each.empty() ? "" : " UNION ", term_hash(term));
  }
  std::map<std::string, std::set<std::uint32_t>> starts;  // of rows, by segment
  for (const db::Row& row : connection.query(of_each)) {
    const RowKey key = row_key_of(row);
    starts[key.first].insert(key.second);
  }
  std::map<RowKey, std::vector<std::string>> rows;
  for (const auto& segment : starts) {
    for (const std::string& term : terms) {
      const auto after = segment.second.upper_bound(term_hash(term));
      if (after == segment.second.begin()) continue;
      rows[{segment.first, *std::prev(after)}].push_back(term);
    }
  }
  return rows;
}

/// The patches that contain each of some terms, from all segments. Two queries, because the server
/// may answer a single one by reading all postings.
/// @pre there are terms, but few
void add_patches_with(db::Connection& connection, const std::vector<std::string>& terms,
                      std::map<std::string, Ids>& patches) {
  const auto wanted = rows_of(connection, terms);
  if (wanted.empty()) return;
  for (const db::Row& row : connection.query(
           "SELECT segment, first_term, postings FROM term_index WHERE " + where_of(wanted))) {
    const RowKey key = row_key_of(row);
    for (const std::string& term : wanted.at(key)) {
      collect(row.view("postings"), key.second, {term_hash(term)}, patches[term]);
    }
  }
}

/// The patches that contain each of some terms, as sets.
std::map<std::string, Ids> patches_with(db::Connection& connection,
                                        const std::set<std::string>& terms) {
  constexpr std::size_t k_terms_at_once = 50;
  std::map<std::string, Ids> patches;
  std::vector<std::string> some;
  const auto read = [&] {
    if (!some.empty()) add_patches_with(connection, some, patches);
    some.clear();
  };
  for (const std::string& term : terms) {
    some.push_back(term);
    if (some.size() == k_terms_at_once) read();
  }
  read();
  for (auto& [term, ids] : patches) make_set(ids);
  return patches;
}

/// The patches that have a word which contains `part`. @returns whether the index can tell
bool add_patches_with_part(db::Connection& connection, const std::string& part, Ids& patches) {
  const auto found = words_with(connection, part);
  if (!found) return false;
  std::map<RowKey, const FoundWords*> rows;
  for (const FoundWords& one : *found) rows[{one.segment, one.first_term}] = &one;
  if (rows.empty()) return true;
  connection.query_each(
      "SELECT segment, first_term, postings FROM term_index WHERE " + where_of(rows),
      [&](const db::Row& row) {
        const RowKey key = row_key_of(row);
        collect(row.view("postings"), key.second, rows.at(key)->terms, patches);
      });
  return true;
}

/// @pre both are sets
Ids in_both(const Ids& some, const Ids& others) {
  Ids both;
  std::set_intersection(some.begin(), some.end(), others.begin(), others.end(),
                        std::back_inserter(both));
  return both;
}

/// The candidates of one condition, as a set; nullopt if the index does not help.
std::optional<Ids> candidates_of(db::Connection& connection, const Condition& condition) {
  if (condition.index_terms.empty() && condition.word_parts.empty()) return std::nullopt;
  std::set<std::string> wanted;
  for (const auto& terms : condition.index_terms) wanted.insert(terms.begin(), terms.end());
  const std::map<std::string, Ids> found = patches_with(connection, wanted);
  Ids any;
  for (const std::string& part : condition.word_parts) {
    if (!add_patches_with_part(connection, part, any)) return std::nullopt;
  }
  for (const auto& terms : condition.index_terms) {
    std::optional<Ids> all;
    for (const std::string& term : terms) {
      const auto one = found.find(term);
      const Ids some = one == found.end() ? Ids{} : one->second;
      all = all ? in_both(*all, some) : some;
      if (all->empty()) break;
    }
    if (all) any.insert(any.end(), all->begin(), all->end());
  }
  make_set(any);
  return any;
}

std::string index_lock(db::Connection& connection) {
  return db::lock_name("upkeep-index",
                       connection.query("SELECT DATABASE() AS name").at(0).text("name"));
}

/// Whether fetching the candidates costs less than reading patches in order until enough are found.
bool is_worth_it(db::Connection& connection, const SelectorSql& selected, std::size_t candidates) {
  if (candidates <= k_always) return true;
  if (candidates > k_never) return false;
  const std::int64_t all =
      connection.query("SELECT MAX(id) AS last FROM patch").at(0).maybe_integer("last").value_or(0);
  double read = static_cast<double>(all);
  if (selected.limit && selected.in_natural_order) {
    read *= static_cast<double>(*selected.limit) / static_cast<double>(candidates);
  }
  return static_cast<double>(candidates) < read;
}

}  // namespace

std::string narrowing_sql(db::Connection& connection, const SelectorSql& selected) {
  const auto& conditions = selected.conditions;
  if (std::none_of(conditions.begin(), conditions.end(), [](const Condition& one) {
        return !one.index_terms.empty() || !one.word_parts.empty();
      })) {
    return {};
  }
  // Before the segments: a patch that is indexed in between is found in at least one of them.
  const db::Rows stale = connection.query("SELECT id FROM patch WHERE stale = 1");
  std::optional<Ids> candidates;
  for (const Condition& condition : conditions) {
    auto some = candidates_of(connection, condition);
    if (!some) continue;
    if (!candidates) {
      candidates = std::move(some);
      continue;
    }
    candidates = in_both(*candidates, *some);
  }
  if (!candidates) return {};
  // Part of the list, not an OR: that would keep the server from using either index.
  for (const db::Row& row : stale) {
    candidates->push_back(unsigned_of(row, "id"));
  }
  make_set(*candidates);
  if (!is_worth_it(connection, selected, candidates->size())) return {};
  if (candidates->empty()) return " AND FALSE";
  return fmt::format(" AND p.id IN ({})", fmt::join(*candidates, ","));
}

void learn_segments(db::Connection& connection) {
  try {
    (void)connection.query("ANALYZE NO_WRITE_TO_BINLOG TABLE term_index, term_word");
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the server updates them itself, later
  }
}

bool lock_index(db::Connection& connection) {
  return db::get_lock(connection, index_lock(connection), std::chrono::seconds(0));
}

void release_index(db::Connection& connection) {
  db::release_lock(connection, index_lock(connection));
}

void index_stale(db::Connection& connection, std::size_t at_least) {
  constexpr std::size_t k_most = 5000;
  try {
    const db::Rows waiting = connection.query(fmt::format(
        "SELECT COUNT(*) AS patches FROM (SELECT 1 FROM patch WHERE stale = 1 LIMIT {}) s",
        at_least));
    if (waiting.at(0).integer("patches") < static_cast<std::int64_t>(at_least)) return;
    if (!lock_index(connection)) return;
    // An executor may lock a patch for a long time: do not wait for it, and do not make others wait
    // for the rows locked here.
    connection.execute("SET SESSION innodb_lock_wait_timeout = 1");
    // No gap locks: adding a patch never waits.
    connection.execute("SET TRANSACTION ISOLATION LEVEL READ COMMITTED");
    const auto work = [&] {
      SegmentBuilder builder;
      std::vector<std::uint64_t> ids;
      for (const db::Row& row : connection.query(fmt::format(
               "SELECT id, fields FROM patch WHERE stale = 1 ORDER BY id LIMIT {} FOR UPDATE",
               k_most))) {
        ids.push_back(unsigned_of(row, "id"));
        builder.add(ids.back(), decode(row.text("fields")));
      }
      if (ids.empty()) return;
      builder.write(connection);
      PatchStore(connection).mark_indexed(ids);
    };
    db::transact(connection, work, 1);
    release_index(connection);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): it is a cache; the rows remain stale
  }
}

}  // namespace upkeep::patch
