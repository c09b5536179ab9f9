// SPDX-License-Identifier: MIT
// The state of a workspace: every tool uses the same words and the same rule.
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
/// nullopt for an unknown word.
std::optional<State> parse_state(std::string_view text);
/// The six words, for suggestions.
const std::vector<std::string>& state_words();

/// The detail of a workspace that no server has.
inline constexpr const char* k_no_such_workspace = "no such workspace";

/// One examined workspace.
struct WorkspaceStatus {
  std::string workspace;
  State state = State::unknown;
  std::optional<std::string> version;  ///< the highest one of which all probes hold
  std::string target, server, schema, detail;
  bool away = false;          ///< its server, or one that may have it, did not answer
  bool ignores_case = false;  ///< `Acme` and `acme` are the same workspace
  std::string problem;        ///< why the target's probes could not be read
  std::string missing;        ///< the target's probes that do not hold, if only some do
  RunFacts runs;
  /// Whether all probes of the target hold, regardless of the runs; `unknown` if that could not be
  /// read.
  Answer target_holds = Answer::unknown;
  std::optional<Hold> hold;  ///< a person keeps it from being upgraded; also in detail
};

/// The answer for a web server's gate: the word of the state, or `held` if a person keeps the
/// workspace from being upgraded and lets its users in.
std::string_view gate_word(const WorkspaceStatus& status);

/// Whether a person keeps it from being upgraded and keeps its users out.
bool is_closed(const WorkspaceStatus& status);

/// Whether no server has it, as opposed to a workspace that could not be examined.
bool does_not_exist(const WorkspaceStatus& status);

/// Sets state, version, target_holds and detail from the facts. The rule is described in upkeep(7),
/// WORKSPACE STATES: a probe alone is not proof.
/// @param explain detail names every probe of the target that does not hold
void decide(WorkspaceStatus& status, const SchemaFacts& facts, const config::Config& config,
            const Marker& marker, bool explain);

}  // namespace upkeep::upgrade
