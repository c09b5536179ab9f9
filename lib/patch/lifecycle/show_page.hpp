// SPDX-License-Identifier: MIT
#pragma once

#include "patch/lifecycle/position.hpp"
#include "patch/lifecycle/sent_back.hpp"
#include "record/text_style.hpp"

#include <optional>
#include <string>

namespace upkeep::patch::lifecycle {

/// Where a patch stands, as a checklist for people: its state and what sent it back there, the
/// items, and the events with what blocks them.
std::string show_page(const Position& position, const Rules& rules, const std::string& name,
                      const std::optional<SentBack>& back, const TextStyle& style);

}  // namespace upkeep::patch::lifecycle
