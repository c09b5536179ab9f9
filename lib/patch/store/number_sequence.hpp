// SPDX-License-Identifier: MIT
// The numbers of a platform's patches: the last one drawn, and the highest that may be drawn. What
// lies above a cap are private numbers (such as patch9999): they do not take part in the counting.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch_name.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct NumberSequence {
  std::string platform;
  std::uint32_t last = 0;            ///< 0: none has been drawn
  std::optional<std::uint32_t> cap;  ///< no number above it is drawn
};

/// Of every platform that has one, by version. @throws db::Error
std::vector<NumberSequence> number_sequences(db::Connection& connection);

/// Caps a platform, or lifts its cap: its numbers go on behind the highest one that counts. To be
/// called in a transaction. @returns the sequence as it is then. @throws DataError for a platform
/// that is none; db::Error
NumberSequence set_cap(db::Connection& connection, const std::string& platform,
                       std::optional<std::uint32_t> cap);

/// The platforms that have a cap, with it. @throws db::Error
std::map<std::string, std::uint32_t> number_caps(db::Connection& connection);

/// @throws Error(no) where `number` lies above the cap
void check_cap(const PatchRef& ref, std::optional<std::int64_t> cap);

/// Warns where a server, which compares the names of directories as text, would apply this patch
/// before patches with lower numbers. @throws db::Error
void warn_of_order(db::Connection& connection, const PatchRef& ref);

}  // namespace upkeep::patch
