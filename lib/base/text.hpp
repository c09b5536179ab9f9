// SPDX-License-Identifier: MIT
// Small text helpers shared by several libraries.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

/// The candidate closest to `word`, if any is close enough to be a likely typo.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);

/// `did you mean 'x'?`, or `fallback` if nothing is close.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates,
                         std::string_view fallback = {});

/// `text` for terminals and one-line messages, as valid UTF-8: control characters and bytes that
/// are not UTF-8 become `\xNN`, characters that change the display order become `\uNNNN`.
std::string printable(std::string_view text);

/// The number of terminal columns that valid UTF-8 text occupies. Wide and combining characters are
/// counted correctly if the C library knows them.
std::size_t display_width(std::string_view text);

/// Cuts valid UTF-8 text to at most `width` columns, with an ellipsis if anything was cut.
std::string ellipsized(std::string_view text, std::size_t width);

/// Valid UTF-8 text in lines of at most `width` columns, broken at blanks; a longer word has a line
/// of its own. At least one line. @param width 0: unlimited
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// At most the first `bytes` bytes of a text, never ending within a character, as valid UTF-8:
/// invalid bytes become U+FFFD.
std::string utf8_prefix(const std::string& text, std::size_t bytes);

std::vector<std::string> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string_view trim(std::string_view text);
/// trim() that also removes invisible characters: no-break and other Unicode blanks, zero-width
/// characters, byte order marks. Invalid UTF-8 is kept.
std::string_view trim_blanks(std::string_view text);
/// `text` with every blank known to trim_blanks() replaced by a space; zero-width characters and
/// direction marks are removed.
std::string plain_blanks(std::string_view text);
/// ASCII only.
std::string lower(std::string_view text);
/// Appends a clause to a sentence: `text; clause`.
void add_clause(std::string& text, std::string_view clause);
/// `text` with every `from` replaced by `to`.
std::string replace_all(std::string text, std::string_view from, std::string_view to);
/// All of `text` as a whole number; nullopt otherwise.
std::optional<long long> to_integer(std::string_view text);

}  // namespace upkeep
