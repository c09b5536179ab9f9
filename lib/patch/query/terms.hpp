// SPDX-License-Identifier: MIT
// The terms under which a document can be found: its whole values, and its words.
#pragma once

#include "patch/model/document.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// The term for "this field has this value", ignoring case. nullopt if the value has letters other
/// than ASCII, because only the server knows which of those it considers equal.
std::optional<std::string> value_term(const std::string& key, std::string_view value);

/// The term for "this word occurs"; nullopt as above.
std::optional<std::string> word_term(std::string_view word);

/// The longest run of letters and digits in `text`, as words are indexed: a row that contains
/// `text` has a word that contains the run. nullopt if there is none.
std::optional<std::string> word_part(std::string_view text);

/// Takes a word as it is indexed, and the hash of its term.
using WordTaker = std::function<void(std::string_view word, std::uint32_t hash)>;

/// The hashes of all terms of a document, some of them repeatedly. Calls `take_word` for those that
/// are words.
std::vector<std::uint32_t> term_hashes(
    const Document& document, const WordTaker& take_word = [](auto, auto) {});

/// The hash under which a term is indexed.
std::uint32_t term_hash(std::string_view term);

}  // namespace upkeep::patch
