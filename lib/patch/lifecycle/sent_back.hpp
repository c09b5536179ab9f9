// SPDX-License-Identifier: MIT
// Why a patch is back in a state: what the person wrote who sent it there.
#pragma once

#include "patch/model/event.hpp"
#include "record/text_style.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

struct SentBack {
  std::string from;  ///< the state that it came from
  std::string by, at;
  std::string comment;  ///< may be empty
};

/// The move that entered the current state, if it went back: a Demote, or a move other than a
/// Promote into a state that the patch has been in before. Of several such moves in a row, the last
/// with a comment, if there is one. Undone moves do not count.
/// @param events all events of the patch, oldest first
std::optional<SentBack> sent_back(const std::vector<Event>& events);

/// `sent back from Testing by bob 3h ago: 'readme lacks steps'`, printable
std::string sent_back_text(const SentBack& sent, const TextStyle& style);

}  // namespace upkeep::patch::lifecycle
