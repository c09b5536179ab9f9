// SPDX-License-Identifier: MIT
// What a patch's fields hold, and how that is one column: one line a value, `key=value`, so that
// the server itself can compare values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

using Values = std::vector<std::string>;

/// Field key -> its values; never an empty list, never an empty value.
using Document = std::map<std::string, Values>;

/// `\n` key=value `\n` key=value `\n`, keys in order; empty for an empty document. In a value a
/// line feed is the record separator (0x1E), a backslash is doubled.
std::string encode(const Document& document);
/// The reverse; lines without `=` are skipped.
Document decode(std::string_view text);
/// The values of one key in an encoded document, without reading the rest of it.
Values values_in(std::string_view text, const std::string& key);
/// The same for several keys, in one pass. @pre keys are sorted. @returns one an entry of `keys`
std::vector<Values> values_in(std::string_view text, const std::vector<std::string>& keys);
/// One value as it stands in the column.
std::string encode_value(std::string_view value);

/// The first value of `key`; empty where there is none.
std::string first_value(const Document& document, const std::string& key);

}  // namespace upkeep::patch
