// SPDX-License-Identifier: MIT
// Events in words.
#pragma once

#include "patch/model/artifact_type.hpp"
#include "patch/model/event.hpp"
#include "patch/model/patch.hpp"
#include "record/text_style.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The words that event_words() uses. `{}` are filled in.
struct EventVocabulary {
  std::map<EventKind, std::string> verbs;  ///< of every kind but `unknown`
  std::string in_state, to_state;          ///< between a verb and a state
  std::string estimate;                    ///< shortest, longest, likely
  std::string inputs, removed, on_day, revoked, event;
};

/// The one of the tools.
const EventVocabulary& english_events();

/// An event in words.
struct EventWords {
  std::string head;               ///< `moved Testing -> Released`
  std::string state;              ///< the end of `head`, if that is a state
  std::string remark;             ///< in parentheses behind it; may be empty
  std::vector<std::string> list;  ///< what it changed, if that is more than one thing
};
/// @param revoked its time no longer counts
EventWords event_words(const Event& event, bool revoked, const ArtifactType& type,
                       const NameRule& names, const TextStyle& style,
                       const EventVocabulary& vocabulary = english_events());
/// Those of the events whose time a later one has revoked.
std::set<std::uint64_t> revoked_events(const std::vector<Event>& events);

}  // namespace upkeep::patch
