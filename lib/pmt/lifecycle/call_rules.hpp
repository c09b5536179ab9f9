// SPDX-License-Identifier: MIT
// What a definition asks for that can never hold, or always does.
#pragma once

#include "pmt/artifact_type.hpp"
#include "pmt/lifecycle/reader.hpp"

#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::pmt::lifecycle {

/// Rule and detail, in the order in which they are met.
struct CallFault {
  const char* rule;
  std::string detail;
};

/// Parameters of a validation that are missing, there twice, not known, or make no sense in
/// `state`.
std::vector<CallFault> parameter_faults(const Call& call, const State& state);

/// What only a registry can tell: fields that its artifact type does not have, and roles that
/// nobody can have. @param roles of `[patch.roles]`; nullopt: they are not enforced
std::vector<Finding> registry_findings(const Definition& definition, const ArtifactType& type,
                                       const std::optional<std::set<std::string>>& roles);

}  // namespace upkeep::pmt::lifecycle
