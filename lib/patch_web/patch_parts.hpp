// SPDX-License-Identifier: MIT
// The parts of the page of a patch or request.
#pragma once

#include "patch/lifecycle/position.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch_web {

/// How many events the page shows.
inline constexpr std::size_t k_newest_events = 50;

/// What the page of one patch shows.
struct PatchView {
  patch::Patch patch;
  std::string name;
  /// Oldest first: the newest ones, and those that its position and its estimates are made of.
  std::vector<patch::Event> events;
  /// None if it has no lifecycle, or one that cannot be read.
  std::optional<patch::lifecycle::Position> position{};
  patch::lifecycle::Rules rules{};
  bool live = true;    ///< false: as it was at another time; nothing can be done to it
  std::string stay{};  ///< the stay in its state, for forms
};

/// The events that leave the state: what leads on first, what blocks each, and buttons.
void next_step_part(Markup& out, Visit& visit, const PatchView& view);
/// What the person has just done, with its inverse as a button; nothing without `did=EVENT`.
void did_part(Markup& out, Visit& visit, const PatchView& view);
/// A button that numbers an open request for the person, or a link to where its platform is asked
/// for; nothing if the person may not take it.
void take_button(Markup& out, Visit& visit, const patch::Patch& request);
/// Taking or declining an open request, or reopening a declined one.
void request_part(Markup& out, Visit& visit, const PatchView& view);
/// Comment, time, estimate, links.
void more_acts_part(Markup& out, Visit& visit, const PatchView& view);
/// The checklist of the state.
void checklist_part(Markup& out, Visit& visit, const PatchView& view);
/// Fields, table by table, and links.
void details_part(Markup& out, Visit& visit, const PatchView& view);
/// The customer's sentence, if there is an estimate.
void customer_part(Markup& out, Visit& visit, const PatchView& view);
/// Its newest events, newest first, with a link to the others.
void history_part(Markup& out, Visit& visit, const PatchView& view);
/// One list of events, newest first.
/// @param revoked those whose time no longer counts
/// @param more adds to an event, which is revoked or not; empty: nothing
void event_list(Markup& out, Visit& visit, const std::vector<const patch::Event*>& events,
                const std::set<std::uint64_t>& revoked,
                const std::function<void(const patch::Event& event, bool revoked)>& more = {});

}  // namespace upkeep::patch_web
