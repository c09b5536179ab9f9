// SPDX-License-Identifier: MIT
// Small text helpers that several rooms need.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

/// The candidate closest to `word`, if any is close enough to be a likely typing error.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

/// `did you mean 'x'?`, or `fallback` where nothing is close.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string_view fallback = {});

/// `text` for terminals and one-line messages, valid UTF-8: control characters and bytes that are
/// not UTF-8 as `\xNN`, characters that change the order in which others are shown as `\uNNNN`.
std::string printable(std::string_view text);

/// Columns that valid UTF-8 text takes on a terminal; wide and combining characters counted right
/// where the C library knows them.
std::size_t display_width(std::string_view text);

/// Cuts valid UTF-8 text to at most `width` columns, with an ellipsis where something was cut.
std::string ellipsized(std::string_view text, std::size_t width);

/// The first `bytes` of a text at most, and not inside of a character, as valid UTF-8: what is none
/// becomes U+FFFD.
std::string utf8_prefix(const std::string& text, std::size_t bytes);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);
/// trim() that also takes away what a person cannot see: no-break and other Unicode blanks,
/// zero-width characters, byte order marks. Anything that is not UTF-8 stays.
std::string_view trim_blanks(std::string_view text);
/// `text` with a plain blank for each that trim_blanks() knows, and nothing for those without a
/// width and for marks of direction.
std::string plain_blanks(std::string_view text);
/// ASCII only.
std::string lower(std::string_view text);
/// Adds a clause to a sentence: `text; clause`.
void add_clause(std::string& text, std::string_view clause);
/// Every `from` replaced by `to`.
std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// A whole number, all of `text`; nullopt otherwise.
std::optional<long long> to_integer(std::string_view text);

}  // namespace upkeep
