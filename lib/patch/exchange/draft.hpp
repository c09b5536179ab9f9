// SPDX-License-Identifier: MIT
// An imported row on its way to becoming a patch, independent of the file format. DraftMaker
// creates it.
#pragma once

#include "patch/model/patch.hpp"
#include "patch/store/jar_store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

struct Draft {
  Patch patch;  ///< ref may lack its number (0): the next number is drawn
  /// Its history, if the row has one; `revokes` is a position in it, counted from 1.
  std::vector<Event> events;
  /// How many events, from the first one on, come from the row; nullopt: all. The import adds the
  /// others.
  std::optional<std::size_t> own_events;
  std::vector<Jar> jars;  ///< recorded from its archive; empty: not in the row
  Document assumed;       ///< values of a new patch for fields that the row does not have
  std::vector<std::string> emptied;  ///< fields that the row has without a value
  std::string hash;                  ///< of the row's contents
  bool has_history = false;
  bool keeps_history = false;  ///< an update of an existing patch leaves its history alone
  bool says_state = false;
  bool says_category = false;  ///< in its own column, not in its field
  bool is_request = false;     ///< it has a queue id instead of a ref
};

/// Why a row is rejected, on one line.
std::string reject_reason(const Error& error);

/// Why a row whose category differs from that of its field is rejected.
std::string two_categories(const std::string& own, const std::string& of_field);

/// 128 bits of `text`, as 32 hexadecimal digits: identifies it, but does not protect it.
std::string fingerprint(std::string_view text);

}  // namespace upkeep::patch
