// SPDX-License-Identifier: MIT
// Times and texts as stored in the control tables.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// Length limit in bytes of texts from a person (requested_by, reason); the rest is truncated.
inline constexpr std::size_t k_words_bytes = 255;
/// Length limit in bytes of a run's detail: a little less than that of TEXT.
inline constexpr std::size_t k_detail_bytes = 60000;

/// A text from a person, truncated to the limit.
std::string fitting(const std::string& text);
std::optional<std::string> fitting(const std::optional<std::string>& text);

/// Converts DATETIME text in UTC from the server. @throws Error(internal) for any other text
WallTime from_sql(const std::string& text);
/// The same; nullopt for NULL.
std::optional<WallTime> from_sql(const std::optional<std::string>& text);
/// A time as DATETIME(3) text in UTC.
std::string to_sql(WallTime time);
std::optional<std::string> to_sql(const std::optional<WallTime>& time);

/// `?, ?, ?` for an IN with that many values, at least one.
std::string marks_for(std::size_t count);

}  // namespace upkeep::upgrade
