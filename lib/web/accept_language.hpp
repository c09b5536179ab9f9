// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

namespace upkeep::web {

/// The language that a header Accept-Language prefers, by its weights and then its order; `es-419`
/// and `es` both stand for `es`, and `*` for every language that is not named.
/// @param header empty: it was not sent. Parts that are malformed are ignored
/// @param available by their primary subtags, in lower case; not empty
/// @returns one of `available`: the first one if the header names none of them
std::string_view preferred_language(std::string_view header,
                                    const std::vector<std::string_view>& available);

}  // namespace upkeep::web
