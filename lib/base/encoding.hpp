// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep {

/// Whether `text` is well-formed UTF-8 (no surrogates, nothing overlong).
bool is_utf8(std::string_view text);

/// Converts `text` from `charset` (a name known to iconv(3)) to UTF-8. @throws DataError naming the
/// charset if a byte sequence is invalid in it, ConfigError if iconv does not know it
std::string to_utf8(std::string_view text, const std::string& charset);

/// `text` without a leading UTF-8 byte order mark.
std::string_view without_bom(std::string_view text);

}  // namespace upkeep
