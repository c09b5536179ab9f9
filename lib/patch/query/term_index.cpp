// SPDX-License-Identifier: MIT
#include "patch/query/term_index.hpp"

#include "base/text.hpp"
#include "db/named_lock.hpp"
#include "db/transaction.hpp"
#include "patch/query/terms.hpp"
#include "patch/store/patch_store.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <set>

namespace upkeep::patch {

namespace {

// The size of a segment's row: small enough that a query reads little, large enough that a segment
// has few rows.
constexpr std::size_t k_row_bytes = 4096;
constexpr std::size_t k_rows_at_once = 200;
// Up to k_always candidates are always fetched one by one, more than k_never never.
constexpr std::size_t k_always = 200;
constexpr std::size_t k_never = 50'000;

using Ids = std::vector<std::uint64_t>;

void append_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out += static_cast<char>((value & 0x7FU) | 0x80U);
    value >>= 7U;
  }
  out += static_cast<char>(value);
}

std::optional<std::uint64_t> take_varint(std::string_view& text) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !text.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(text.front());
    text.remove_prefix(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if (byte < 0x80U) return value;
  }
  return std::nullopt;
}

/// `postings` = (difference to the previous term, count, (difference to the previous patch) *
/// count) ...
void collect(std::string_view postings, std::uint32_t first_term, std::uint32_t wanted,
             Ids& patches) {
  std::uint64_t term = first_term;
  bool first = true;
  while (!postings.empty()) {
    const auto step = take_varint(postings);
    const auto count = take_varint(postings);
    if (!step || !count) return;
    term = first ? first_term : term + *step;
    first = false;
    std::uint64_t patch = 0;
    for (std::uint64_t i = 0; i < *count; ++i) {
      const auto next = take_varint(postings);
      if (!next) return;
      patch += *next;
      if (term == wanted) patches.push_back(patch);
    }
    if (term > wanted) return;
  }
}

void make_set(Ids& ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
}

/// The patches that contain each of some terms, from all segments.
/// @pre there are terms, but few
void add_patches_with(db::Connection& connection, const std::vector<std::string>& terms,
                      std::map<std::string, Ids>& patches) {
  // The last row of each segment that starts at or before a term. Two queries, because the server
  // may answer a single one by reading all postings.
  std::string of_each;
  for (const std::string& term : terms) {
    of_each += fmt::format(
        "{}SELECT segment, MAX(first_term) AS first_term FROM term_index WHERE first_term <= {}"
        " GROUP BY segment",
        of_each.empty() ? "" : " UNION ", term_hash(term));
  }
  std::string wanted;
  for (const db::Row& row : connection.query(of_each)) {
    wanted += fmt::format("{}(segment = {} AND first_term = {})", wanted.empty() ? "" : " OR ",
                          row.view("segment"), row.view("first_term"));
  }
  if (wanted.empty()) return;
  const db::Rows rows =
      connection.query("SELECT first_term, postings FROM term_index WHERE " + wanted);
  for (const db::Row& row : rows) {
    const auto first = static_cast<std::uint32_t>(row.integer("first_term"));
    for (const std::string& term : terms) {
      if (const std::uint32_t hash = term_hash(term); hash >= first) {
        collect(row.view("postings"), first, hash, patches[term]);
      }
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

/// @pre both are sets
Ids in_both(const Ids& some, const Ids& others) {
  Ids both;
  std::set_intersection(some.begin(), some.end(), others.begin(), others.end(),
                        std::back_inserter(both));
  return both;
}

/// The candidates of one condition, as a set; nullopt if the index does not help.
std::optional<Ids> candidates_of(db::Connection& connection, const Condition& condition) {
  if (condition.index_terms.empty()) return std::nullopt;
  std::set<std::string> wanted;
  for (const auto& terms : condition.index_terms) wanted.insert(terms.begin(), terms.end());
  const std::map<std::string, Ids> found = patches_with(connection, wanted);
  Ids any;
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

void SegmentBuilder::add(std::uint64_t patch, const Document& fields) {
  ++m_patches;
  for (const std::uint32_t term : term_hashes(fields)) m_postings.emplace_back(term, patch);
}

void SegmentBuilder::write(db::Connection& connection) {
  if (m_postings.empty()) return;
  std::sort(m_postings.begin(), m_postings.end());
  // Nodes of a cluster write concurrently and share no sequence.
  std::random_device random;
  const std::uint64_t segment = (static_cast<std::uint64_t>(random()) << 32U) | random();
  std::string sql;
  std::size_t rows = 0;
  const auto send = [&] {
    if (rows > 0) connection.execute("INSERT INTO term_index VALUES " + sql);
    sql.clear();
    rows = 0;
  };
  std::string bytes;
  std::uint32_t first_term = 0, last_term = 0;
  const auto end_row = [&] {
    if (bytes.empty()) return;
    static constexpr const char* k_digits = "0123456789ABCDEF";
    sql += fmt::format("{}({},{},X'", sql.empty() ? "" : ",", segment, first_term);
    for (const char c : bytes) {
      sql += k_digits[static_cast<unsigned char>(c) >> 4U];
      sql += k_digits[static_cast<unsigned char>(c) & 15U];
    }
    sql += "')";
    bytes.clear();
    if (++rows == k_rows_at_once) send();
  };
  for (std::size_t i = 0; i < m_postings.size();) {
    std::size_t end = i;
    const std::uint32_t term = m_postings[i].first;
    while (end < m_postings.size() && m_postings[end].first == term) ++end;
    if (bytes.size() >= k_row_bytes) end_row();
    if (bytes.empty()) first_term = last_term = term;
    append_varint(bytes, term - last_term);
    append_varint(bytes, end - i);
    std::uint64_t before = 0;
    for (; i < end; ++i) {
      append_varint(bytes, m_postings[i].second - before);
      before = m_postings[i].second;
    }
    last_term = term;
  }
  end_row();
  send();
  m_postings.clear();
  m_patches = 0;
}

std::string narrowing_sql(db::Connection& connection, const SelectorSql& selected) {
  const auto& conditions = selected.conditions;
  if (std::none_of(conditions.begin(), conditions.end(),
                   [](const Condition& one) { return !one.index_terms.empty(); })) {
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
    (void)connection.query("ANALYZE NO_WRITE_TO_BINLOG TABLE term_index");
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the server updates them itself, later
  }
}

void index_stale(db::Connection& connection, std::size_t at_least) {
  constexpr std::size_t k_most = 5000;
  try {
    const db::Rows waiting = connection.query(fmt::format(
        "SELECT COUNT(*) AS patches FROM (SELECT 1 FROM patch WHERE stale = 1 LIMIT {}) s",
        at_least));
    if (waiting.at(0).integer("patches") < static_cast<std::int64_t>(at_least)) return;
    const std::string lock = db::lock_name(
        "upkeep-index", connection.query("SELECT DATABASE() AS name").at(0).text("name"));
    if (!db::get_lock(connection, lock, std::chrono::seconds(0))) return;
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
    db::release_lock(connection, lock);
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): it is a cache; the rows remain stale
  }
}

}  // namespace upkeep::patch
