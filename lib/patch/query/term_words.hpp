// SPDX-License-Identifier: MIT
// The words behind the hashes of the term index, for `key~part`: a row of words beside each row of
// postings. Reading them all is far less than reading all documents.
#pragma once

#include "db/connection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace upkeep::patch {

/// The words of documents by the hash of their term.
class WordTexts {
 public:
  /// Each word once, however often it is added.
  void add(std::string_view word, std::uint32_t hash);
  /// The words with that hash, each followed by a blank; usually one or none.
  [[nodiscard]] std::string_view with_hash(std::uint32_t hash) const;
  [[nodiscard]] const std::unordered_map<std::uint32_t, std::string>& all() const noexcept {
    return m_texts;
  }

 private:
  std::unordered_map<std::uint32_t, std::string> m_texts;
};

/// The words of a row of the term index.
struct WordRow {
  std::uint32_t first_term = 0;
  std::string words;
};

/// Within the caller's transaction. @param rows one for each row of that segment's postings
void insert_words(db::Connection& connection, const std::string& segment,
                  const std::vector<WordRow>& rows);

/// Some words of a row of the term index.
struct FoundWords {
  std::string segment;  ///< as digits: larger than any signed number
  std::uint32_t first_term = 0;
  std::vector<std::uint32_t> terms;  ///< their hashes, sorted
};

/// The words that contain `part`. @pre `part` are letters and digits as word_parts() makes them
/// @returns nullopt if they are too many, or if segments of an earlier version have no words yet
std::optional<std::vector<FoundWords>> words_with(db::Connection& connection,
                                                  const std::string& part);

/// Adds the words of segments that an earlier version wrote. Safe to repeat. @returns how many
/// segments lacked them @throws db::Error
std::size_t add_missing_words(db::Connection& connection);

}  // namespace upkeep::patch
