// SPDX-License-Identifier: MIT
// Finds what users type in a definition.
#pragma once

#include "patch/lifecycle/definition.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// The transition of `state` called `event`. @throws Error(partial) suggesting the nearest event
const Transition& transition_called(const State& state, const std::string& event);

/// The item denoted by its number, its name or the unique start of one. @throws Error(partial)
const Item& item_called(const State& state, const std::string& word);

/// The items that `tick` denotes by these words, in the order of the words: each is what
/// item_called() accepts, a list of numbers like `1-6,8`, or `all`. An item of that very name comes
/// first. @throws Error(partial)
std::vector<const Item*> items_called(const State& state, const std::vector<std::string>& words);

/// The state denoted by a stage's name, in either spelling. @throws Error(partial)
const State& state_called(const Definition& definition, const std::string& name);

}  // namespace upkeep::patch::lifecycle
