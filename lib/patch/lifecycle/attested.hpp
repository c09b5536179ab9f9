// SPDX-License-Identifier: MIT
// What ticks attest ([patch.attests]): fields, and the recorded jars. Pure.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/store/jar_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// SHA-256 of each jar, by its name.
using JarDigests = std::map<std::string, std::string>;
JarDigests digests_of(const std::vector<Jar>& jars);

/// What an action is about to change.
struct ContentChange {
  std::vector<Change> fields{};
  std::optional<JarDigests> jars_before{}, jars_after{};  ///< both or none
};

/// The word of [patch.attests] for the recorded jars.
inline constexpr std::string_view k_attested_jars = "jars";

/// The changed keys that some item attests, each with such an item: fields, and `jars`. The first
/// recording of jars is no change of them.
std::map<std::string, std::string> attested_changes(const config::Patch& config,
                                                    const ContentChange& change);

/// A tick whose item attests another value than the one that is about to be written.
struct StaleTick {
  std::string item, by, at;
  std::string state;              ///< the earlier state in which it was ticked; empty: the current
  std::vector<std::string> keys;  ///< that change
};

/// Ticks of the current state and of earlier ones. What they attest is the value at their time: one
/// that has changed since and is written again is unchanged.
/// @param events the patch's history before the change
std::vector<StaleTick> stale_ticks(const config::Patch& config, const std::vector<Event>& events,
                                   const ContentChange& change);

/// Ticks of `progress`, which an undo has brought back, whose values have changed since.
/// @param fields, jars as they are now
std::vector<StaleTick> stale_ticks(const config::Patch& config, const Progress& progress,
                                   const std::vector<Event>& events, const Document& fields,
                                   const JarDigests& jars);

}  // namespace upkeep::patch::lifecycle
