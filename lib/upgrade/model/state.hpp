// SPDX-License-Identifier: MIT
// The state of a workspace: the same word, by the same rule, in every tool.
#pragma once

#include "config/config.hpp"
#include "upgrade/model/hold.hpp"
#include "upgrade/model/marker.hpp"
#include "upgrade/model/run_facts.hpp"
#include "upgrade/model/schema_facts.hpp"
#include "upgrade/model/version.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

enum class State { upgraded, pending, queued, running, failed, unknown };

std::string_view word(State state);
/// nullopt for a text that is none of the words.
std::optional<State> parse_state(std::string_view text);
/// The six words, for proposals.
const std::vector<std::string>& state_words();

/// The detail of one that no server has.
inline constexpr const char* k_no_such_workspace = "no such workspace";

/// One examined workspace.
struct WorkspaceStatus {
  std::string workspace;
  State state = State::unknown;
  std::optional<std::string> version;  ///< the highest one whose probes all hold
  std::string target, server, schema, detail;
  bool away = false;          ///< its server, or one that may have it, gave no answer
  bool ignores_case = false;  ///< `Acme` and `acme` are one workspace
  std::string problem;        ///< why it could not be seen whether the target's probes hold
  std::string missing;        ///< the probes of the target that do not hold, where some do not
  RunFacts runs;
  /// Whether every probe of the target holds, whatever the runs say; `unknown` where it could not
  /// be seen.
  Answer target_holds = Answer::unknown;
  std::optional<Hold> hold;  ///< a person keeps it from being upgraded; detail says so, too
};

/// What a web server's gate is answered: the state's word, or `held` where a person keeps the
/// workspace from being upgraded and lets its users in.
std::string_view gate_word(const WorkspaceStatus& status);

/// Whether a person keeps it from being upgraded, and its users out.
bool is_closed(const WorkspaceStatus& status);

/// Whether no server has it, as opposed to one that could not be looked at.
bool does_not_exist(const WorkspaceStatus& status);

/// Fills state, version, target_holds and detail from what was found. The rule of upkeep(7),
/// WORKSPACE STATES: a probe alone is not proof.
/// @param explain detail names every probe of the target that does not hold
void decide(WorkspaceStatus& status, const SchemaFacts& facts, const config::Config& config,
            const Marker& marker, bool explain);

}  // namespace upkeep::upgrade
