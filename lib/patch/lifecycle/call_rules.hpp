// SPDX-License-Identifier: MIT
// What a definition asks for that can never hold, or always does.
#pragma once

#include "patch/lifecycle/definition_reader.hpp"
#include "patch/model/artifact_type.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Rule and detail, in the order in which they are met.
struct CallFault {
  const char* rule;
  std::string detail;
};

/// Parameters of a validation that are missing, there twice, not known, or make no sense in
/// `state`.
std::vector<CallFault> parameter_faults(const Call& call, const State& state);

/// The same for an execution, as far as the suite reads its parameters; all others belong to the
/// command that it runs.
std::vector<CallFault> executor_faults(const Call& call);

/// What a site's configuration has that a definition may ask for.
struct Configured {
  std::optional<std::set<std::string>> roles{};  ///< of `[patch.roles]`; nullopt: not enforced
  std::vector<std::string> executors{};          ///< the NAMEs of `[executor.NAME]`
};

/// What only a registry can tell: fields that its artifact type does not have, roles that no
/// user has, and executors that are not configured.
std::vector<Finding> registry_findings(const Definition& definition, const ArtifactType& type,
                                       const Configured& configured);

}  // namespace upkeep::patch::lifecycle
