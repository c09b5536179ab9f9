// SPDX-License-Identifier: MIT
// Times and texts as the control tables keep them.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// The room for a person's words (requested_by, reason); more of them is cut.
inline constexpr std::size_t k_words_bytes = 255;
/// The room for what happened to a run: a little less than a TEXT's.
inline constexpr std::size_t k_detail_bytes = 60000;

/// As much of a person's words as there is room for.
std::string fitting(const std::string& text);
std::optional<std::string> fitting(const std::optional<std::string>& text);

/// DATETIME text in UTC from the server as a time. @throws Error(internal) for any other text
WallTime from_sql(const std::string& text);
/// The same; nullopt for NULL.
std::optional<WallTime> from_sql(const std::optional<std::string>& text);
/// A time as DATETIME(3) text in UTC.
std::string to_sql(WallTime time);
std::optional<std::string> to_sql(const std::optional<WallTime>& time);

}  // namespace upkeep::upgrade
