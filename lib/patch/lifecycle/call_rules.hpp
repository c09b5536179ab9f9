// SPDX-License-Identifier: MIT
// Requirements of a definition that can never be met, or always are.
#pragma once

#include "patch/lifecycle/definition_reader.hpp"
#include "patch/model/artifact_type.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// Rule and detail, in the order of the definition.
struct CallFault {
  const char* rule;
  std::string detail;
};

/// Parameters of a validation that are missing, repeated, unknown, or meaningless in `state`.
std::vector<CallFault> parameter_faults(const Call& call, const State& state);

/// The same for an execution, for the parameters that the suite reads; all others belong to the
/// command that it runs.
std::vector<CallFault> executor_faults(const Call& call);

/// The parts of a site's configuration that a definition refers to.
struct Configured {
  std::optional<std::set<std::string>> roles{};  ///< of `[patch.roles]`; nullopt: not enforced
  std::vector<std::string> executors{};          ///< the NAMEs of `[executor.NAME]`
};

/// Findings that need a registry: fields that its artifact type lacks, roles that no user has, and
/// executors that are not configured.
std::vector<Finding> registry_findings(const Definition& definition, const ArtifactType& type,
                                       const Configured& configured);

}  // namespace upkeep::patch::lifecycle
