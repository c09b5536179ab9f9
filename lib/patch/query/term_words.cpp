// SPDX-License-Identifier: MIT
#include "patch/query/term_words.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/query/postings.hpp"
#include "patch/query/query.hpp"
#include "patch/query/terms.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

// With more of them, reading the documents costs no more.
constexpr std::size_t k_most_word_rows = 400;
constexpr std::size_t k_most_words = 20'000;
constexpr std::size_t k_insert_bytes = std::size_t{1} << 20U;  // of one statement

bool holds_word(std::string_view words, std::string_view word) {
  const std::vector<std::string> all = split(words, ' ');
  return std::find(all.begin(), all.end(), word) != all.end();
}

bool all_segments_have_words(db::Connection& connection) {
  // COUNT(DISTINCT segment) would read all postings; DISTINCT skips from one segment to the next.
  return connection
             .query(
                 "SELECT (SELECT COUNT(*) FROM (SELECT DISTINCT segment FROM term_index) i) ="
                 " (SELECT COUNT(*) FROM (SELECT DISTINCT segment FROM term_word) w)"
                 " AS complete")
             .at(0)
             .integer("complete") == 1;
}

std::vector<std::string> segments_of(db::Connection& connection, const char* table) {
  std::vector<std::string> segments;
  for (const db::Row& row :
       connection.query(fmt::format("SELECT DISTINCT segment FROM {}", table))) {
    segments.push_back(row.text("segment"));
  }
  std::sort(segments.begin(), segments.end());
  return segments;
}

/// From the documents as they are now: a patch that has changed since is in a later segment as
/// well, or stale.
void add_words_of(db::Connection& connection, const std::string& segment) {
  std::vector<WordRow> rows;
  Ids patches;
  connection.query_each(
      fmt::format("SELECT first_term, postings FROM term_index WHERE segment = {} ORDER BY"
                  " first_term",
                  segment),
      [&](const db::Row& row) {
        rows.push_back({static_cast<std::uint32_t>(row.integer("first_term")), {}});
        collect_all(row.view("postings"), patches);
        make_set(patches);
      });
  if (rows.empty()) return;
  WordTexts texts;
  for_each_page(patches, [&](const Ids& page) {
    for (const db::Row& row : connection.query(
             fmt::format("SELECT fields FROM patch WHERE id IN ({})", fmt::join(page, ",")))) {
      (void)term_hashes(decode(row.text("fields")),
                        [&](std::string_view word, std::uint32_t hash) { texts.add(word, hash); });
    }
  });
  for (const auto& one : texts.all()) {
    auto after = std::upper_bound(
        rows.begin(), rows.end(), one.first,
        [](std::uint32_t term, const WordRow& row) { return term < row.first_term; });
    if (after != rows.begin()) std::prev(after)->words += one.second;
  }
  db::transact(connection, [&] { insert_words(connection, segment, rows); });
}

}  // namespace

void WordTexts::add(std::string_view word, std::uint32_t hash) {
  constexpr std::size_t k_usual = 50'000;
  if (m_texts.empty()) m_texts.reserve(k_usual);
  std::string& texts = m_texts[hash];
  // Nearly always the same word as before.
  const bool same = texts.size() == word.size() + 1 && texts.starts_with(word);
  if (same || (!texts.empty() && holds_word(texts, word))) return;
  texts += word;
  texts += ' ';
}

std::string_view WordTexts::with_hash(std::uint32_t hash) const {
  const auto found = m_texts.find(hash);
  return found == m_texts.end() ? std::string_view() : found->second;
}

void insert_words(db::Connection& connection, const std::string& segment,
                  const std::vector<WordRow>& rows) {
  std::string values;
  const auto send = [&] {
    if (!values.empty()) connection.execute("INSERT INTO term_word VALUES " + values);
    values.clear();
  };
  for (const WordRow& row : rows) {
    // Letters, digits and blanks: nothing to be quoted.
    values += fmt::format("{}({},{},'{}')", values.empty() ? "" : ",", segment, row.first_term,
                          row.words);
    if (values.size() >= k_insert_bytes) send();
  }
  send();
}

std::optional<std::vector<FoundWords>> words_with(db::Connection& connection,
                                                  const std::string& part) {
  if (!all_segments_have_words(connection)) return std::nullopt;
  const db::Rows rows = connection.query(
      fmt::format("SELECT segment, first_term, words FROM term_word WHERE LOCATE(?, words) > 0"
                  " LIMIT {}",
                  k_most_word_rows + 1),
      {part});
  if (rows.size() > k_most_word_rows) return std::nullopt;
  std::size_t count = 0;
  std::vector<FoundWords> found;
  for (const db::Row& row : rows) {
    FoundWords words{
        row.text("segment"), static_cast<std::uint32_t>(row.integer("first_term")), {}};
    const std::string_view text = row.view("words");
    for (std::size_t at = 0; (at = text.find(part, at)) != std::string_view::npos;) {
      const std::size_t blank = text.rfind(' ', at);
      const std::size_t start = blank == std::string_view::npos ? 0 : blank + 1;
      const std::size_t end = std::min(text.find(' ', at), text.size());
      words.terms.push_back(term_hash(text.substr(start, end - start)));
      at = end;
    }
    count += words.terms.size();
    if (count > k_most_words) return std::nullopt;
    std::sort(words.terms.begin(), words.terms.end());
    if (!words.terms.empty()) found.push_back(std::move(words));
  }
  return found;
}

std::size_t add_missing_words(db::Connection& connection) {
  std::size_t count = 0;
  const std::vector<std::string> with_words = segments_of(connection, "term_word");
  for (const std::string& segment : segments_of(connection, "term_index")) {
    if (std::binary_search(with_words.begin(), with_words.end(), segment)) continue;
    add_words_of(connection, segment);
    ++count;
  }
  return count;
}

}  // namespace upkeep::patch
