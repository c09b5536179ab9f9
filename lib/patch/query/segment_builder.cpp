// SPDX-License-Identifier: MIT
#include "patch/query/segment_builder.hpp"

#include "patch/query/postings.hpp"
#include "patch/query/terms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <string>
#include <string_view>

namespace upkeep::patch {

namespace {

// The size of a segment's row: small enough that a query reads little, large enough that a segment
// has few rows.
constexpr std::size_t k_row_bytes = 1024;
constexpr std::size_t k_rows_at_once = 200;
constexpr std::size_t k_statement_bytes = std::size_t{1} << 20U;  // of one statement
// As large as the words of a row of postings can be, unless they are very long.
constexpr std::size_t k_word_row_bytes = 16384;

void append_hex(std::string& sql, std::string_view bytes) {
  static constexpr const char* k_digits = "0123456789ABCDEF";
  for (const char c : bytes) {
    sql += k_digits[static_cast<unsigned char>(c) >> 4U];
    sql += k_digits[static_cast<unsigned char>(c) & 15U];
  }
}

/// Writes the rows of a new segment, from its terms in order.
class SegmentWriter {
 public:
  explicit SegmentWriter(db::Connection& connection)
      : m_connection(connection), m_segment(random_segment()) {}

  /// @param patches a set. @param words those of the term
  void add(std::uint32_t term, const Ids& patches, std::string_view words) {
    // A term of very many patches has a row of its own: it is not read with others.
    const bool full = m_bytes.size() >= k_row_bytes || patches.size() >= k_row_bytes ||
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
    if (++m_rows == k_rows_at_once || m_sql.size() >= k_statement_bytes) send();
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
}

}  // namespace upkeep::patch
