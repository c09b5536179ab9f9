// SPDX-License-Identifier: MIT
// The terms under which a document can be found: its whole values, and its words.
#pragma once

#include "patch/model/document.hpp"

#include <cstdint>
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

/// Every term of a document, each once, sorted by its hash.
std::vector<std::uint32_t> term_hashes(const Document& document);

/// The hash under which a term is indexed.
std::uint32_t term_hash(std::string_view term);

}  // namespace upkeep::patch
