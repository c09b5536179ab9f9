// SPDX-License-Identifier: MIT
// The values of a patch's fields, and their encoding in one column: one `key=value` line per value,
// so that the server itself can compare values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

using Values = std::vector<std::string>;

/// Field key -> its values; neither an empty list nor an empty value.
using Document = std::map<std::string, Values>;

/// `\n` key=value `\n` key=value `\n`, keys in order; empty for an empty document. Within a value a
/// line feed becomes the record separator (0x1E), and backslashes are doubled.
std::string encode(const Document& document);
/// The inverse; lines without `=` are skipped.
Document decode(std::string_view text);
/// The values of one key in an encoded document, without decoding the rest.
Values values_in(std::string_view text, const std::string& key);
/// The same for several keys, in one pass. @pre keys are sorted. @returns one entry per key
std::vector<Values> values_in(std::string_view text, const std::vector<std::string>& keys);
/// One value as it is encoded in the column.
std::string encode_value(std::string_view value);

/// The values of `key`; empty if there are none.
Values values_in(const Document& document, const std::string& key);
/// The first value of `key`; empty if there is none.
std::string first_value(const Document& document, const std::string& key);

}  // namespace upkeep::patch
