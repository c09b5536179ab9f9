// SPDX-License-Identifier: MIT
// One row of an import on its way to being a patch, whatever it was written in. DraftMaker makes
// it.
#pragma once

#include "patch/model/patch.hpp"
#include "patch/store/jar_store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

struct Draft {
  Patch patch;  ///< ref may lack its number (0): the next one is drawn
  /// Its history, where the row brings it; `revokes` is a place in it, from 1.
  std::vector<Event> events;
  std::vector<Jar> jars;  ///< recorded from its archive; empty: the row does not say
  Document assumed;       ///< what a new patch has in fields that the row does not name
  std::string hash;       ///< of what the row says
  bool has_history = false;
  bool says_state = false;
  bool says_category = false;  ///< by itself, not by its field
  bool is_request = false;     ///< it has no ref, but its queue id
};

/// Why a row is refused, on one line.
std::string reject_reason(const Error& error);

/// Why a row is refused whose category is not that of its field.
std::string two_categories(const std::string& own, const std::string& of_field);

/// 128 bits of `text`, as 32 hexadecimal digits: to recognise it again, not to protect it.
std::string fingerprint(std::string_view text);

}  // namespace upkeep::patch
