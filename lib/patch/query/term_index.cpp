// SPDX-License-Identifier: MIT
#include "patch/query/term_index.hpp"

#include "base/text.hpp"
#include "db/named_lock.hpp"
#include "db/transaction.hpp"
#include "patch/query/postings.hpp"
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
#include <utility>

namespace upkeep::patch {

namespace {

// The size of a segment's row: small enough that a query reads little, large enough that a segment
// has few rows.
constexpr std::size_t k_row_bytes = 4096;
constexpr std::size_t k_rows_at_once = 200;
// As large as the words of 4096 bytes of postings can be, unless they are very long.
constexpr std::size_t k_word_row_bytes = 16384;
// Up to k_always candidates are always fetched one by one, more than k_never never.
constexpr std::size_t k_always = 200;
constexpr std::size_t k_never = 50'000;

void append_hex(std::string& sql, std::string_view bytes) {
  static constexpr const char* k_digits = "0123456789ABCDEF";
  for (const char c : bytes) {
    sql += k_digits[static_cast<unsigned char>(c) >> 4U];
    sql += k_digits[static_cast<unsigned char>(c) & 15U];
  }
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
        collect(row.view("postings"), first, {hash}, patches[term]);
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

/// The patches that have a word which contains `part`. @returns whether the index can tell
bool add_patches_with_part(db::Connection& connection, const std::string& part, Ids& patches) {
  const auto found = words_with(connection, part);
  if (!found) return false;
  std::map<std::pair<std::string, std::uint32_t>, const FoundWords*> rows;
  std::string wanted;
  for (const FoundWords& one : *found) {
    rows[{one.segment, one.first_term}] = &one;
    wanted += fmt::format("{}(segment = {} AND first_term = {})", wanted.empty() ? "" : " OR ",
                          one.segment, one.first_term);
  }
  if (wanted.empty()) return true;
  connection.query_each("SELECT segment, first_term, postings FROM term_index WHERE " + wanted,
                        [&](const db::Row& row) {
                          const auto first_term =
                              static_cast<std::uint32_t>(row.integer("first_term"));
                          const FoundWords& words = *rows.at({row.text("segment"), first_term});
                          collect(row.view("postings"), first_term, words.terms, patches);
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

/// Writes the rows of a new segment, from its terms in order.
class SegmentWriter {
 public:
  explicit SegmentWriter(db::Connection& connection)
      : m_connection(connection), m_segment(random_segment()) {}

  /// @param patches a set. @param words those of the term
  void add(std::uint32_t term, const Ids& patches, std::string_view words) {
    const bool full = m_bytes.size() >= k_row_bytes ||
                      (!m_words.empty() && m_words.back().words.size() >= k_word_row_bytes);
    if (full) end_row();
    if (m_bytes.empty()) {
      m_last_term = term;
      m_words.push_back({term, {}});
    }
    append_posting(m_bytes, term - m_last_term, patches.cbegin(), patches.cend());
    m_words.back().words += words;
    m_last_term = term;
  }

  void finish() {
    end_row();
    send();
    insert_words(m_connection, std::to_string(m_segment), m_words);
  }

 private:
  /// Nodes of a cluster write concurrently and share no sequence.
  static std::uint64_t random_segment() {
    std::random_device random;
    return (static_cast<std::uint64_t>(random()) << 32U) | random();
  }

  void end_row() {
    if (m_bytes.empty()) return;
    m_sql +=
        fmt::format("{}({},{},X'", m_sql.empty() ? "" : ",", m_segment, m_words.back().first_term);
    append_hex(m_sql, m_bytes);
    m_sql += "')";
    m_bytes.clear();
    if (++m_rows == k_rows_at_once) send();
  }

  void send() {
    if (m_rows > 0) m_connection.execute("INSERT INTO term_index VALUES " + m_sql);
    m_sql.clear();
    m_rows = 0;
  }

  db::Connection& m_connection;
  std::uint64_t m_segment;
  std::string m_sql, m_bytes;
  std::size_t m_rows = 0;  // in m_sql
  std::uint32_t m_last_term = 0;
  std::vector<WordRow> m_words;  // the last one belongs to the row that is being made
};

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
  const std::uint64_t index = m_patches.size();
  m_patches.push_back(patch);
  const auto take_word = [&](std::string_view word, std::uint32_t hash) {
    m_words.add(word, hash);
  };
  for (const std::uint64_t term : term_hashes(fields, take_word)) {
    m_postings.push_back((term << 32U) | index);
  }
}

void SegmentBuilder::write(db::Connection& connection) {
  if (m_postings.empty()) return;
  std::sort(m_postings.begin(), m_postings.end());
  SegmentWriter writer(connection);
  Ids patches;
  for (std::size_t i = 0; i < m_postings.size();) {
    const auto term = static_cast<std::uint32_t>(m_postings[i] >> 32U);
    patches.clear();
    for (; i < m_postings.size() && m_postings[i] >> 32U == term; ++i) {
      patches.push_back(m_patches[m_postings[i] & 0xFFFFFFFFU]);
    }
    make_set(patches);
    writer.add(term, patches, m_words.with_hash(term));
  }
  writer.finish();
  m_postings.clear();
  m_words.clear();
  m_patches.clear();
}

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
