// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep::patch {

/// Whether `text` is well-formed UTF-8 (no surrogates, nothing overlong).
bool is_utf8(std::string_view text);

/// `text` from `charset` (as iconv(3) names it) to UTF-8. @throws DataError naming the charset
/// where a byte sequence does not belong to it, ConfigError where iconv does not know it
std::string to_utf8(std::string_view text, const std::string& charset);

/// `text` without a UTF-8 byte order mark at its front.
std::string_view without_bom(std::string_view text);

}  // namespace upkeep::patch
