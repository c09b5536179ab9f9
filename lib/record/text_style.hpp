// SPDX-License-Identifier: MIT
// How a table is written for people. Records say what a column contains by its name and its value;
// everything else about columns is the caller's knowledge.
#pragma once

#include "base/color.hpp"
#include "base/time.hpp"
#include "record/value.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep {

/// What is known of a column by its name.
struct ColumnTraits {
  /// Where a cell that is too long is cut: in a name to be copied nowhere, in a path at the front.
  /// A sentence to act on is not cut, but wrapped.
  enum class Cut { back, front, never, wrap };
  int rank = 50;  ///< see LayoutColumn::rank
  Cut cut = Cut::back;
  bool work_time = false;  ///< its durations are hours worked, which are not counted in days
};

struct TextStyle {
  std::size_t width = 0;  ///< of the terminal; 0: columns are neither dropped nor cut
  bool color = false;
  WallTime now{};
  /// Whether times are relative to `now`, which is wrong once the text is read later.
  bool relative = true;
  /// Every column has the default traits if empty.
  std::function<ColumnTraits(std::string_view column)> traits{};
  /// The colour of a cell; no colours if empty.
  std::function<Color(std::string_view column, std::string_view text)> color_of{};
  /// Called once if columns had to be dropped, with their names.
  std::function<void(const std::vector<std::string>&)> dropped{};
};

/// `3h ago`, or the date if that is a week or longer away; `2014-03-01 14:05` (UTC) if times are
/// not relative.
std::string human_time(WallTime time, const TextStyle& style);

/// The same for ISO 8601; other text is unchanged.
std::string human_time(const std::string& iso, const TextStyle& style);

/// A value as people read it, on one line: lists joined with `, `, ISO times as by human_time(),
/// numbers in columns named `..._s` or `seconds` as durations.
std::string human_text(std::string_view column, const Value& value, bool work_time,
                       const TextStyle& style);

}  // namespace upkeep
