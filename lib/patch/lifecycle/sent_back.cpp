// SPDX-License-Identifier: MIT
#include "patch/lifecycle/sent_back.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/engine.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

using Moves = std::vector<Replay::Move>;

/// Whether `move` went back, after the moves before it.
bool went_back(const Moves& moves, Moves::const_iterator move) {
  const std::string name = lower(move->name);
  if (name == "demote" || name == "promote") return name == "demote";
  return std::any_of(moves.begin(), move, [&](const Replay::Move& one) {
    return one.from == move->to || one.to == move->to;
  });
}

}  // namespace

std::optional<SentBack> sent_back(const std::vector<Event>& events) {
  const Replay walk = replay(events);
  Moves moves = walk.moves();
  std::erase_if(moves, [](const Replay::Move& one) { return one.stays(); });
  std::optional<SentBack> found;
  for (auto move = moves.cend(); move != moves.cbegin() && went_back(moves, move - 1); --move) {
    const Replay::Move& one = *(move - 1);
    const auto event = std::find_if(events.begin(), events.end(),
                                    [&](const Event& each) { return each.id == one.event; });
    const bool says_why = !trim(event->comment).empty();
    if (!found || says_why) found = SentBack{one.from, event->actor, one.at, event->comment};
    if (says_why) break;
  }
  return found;
}

std::string sent_back_text(const SentBack& sent, const TextStyle& style) {
  std::string text = fmt::format("sent back from {} by {} {}", printable(sent.from),
                                 printable(sent.by), printable(human_time(sent.at, style)));
  const std::string comment = replace_all(std::string(trim(sent.comment)), "\n", " ");
  if (!comment.empty()) text += fmt::format(": '{}'", printable(comment));
  return text;
}

}  // namespace upkeep::patch::lifecycle
