// SPDX-License-Identifier: MIT
// What an archive without errors proves, apart from where it is applied: as JSON, it can be handed
// from the process that has read the archive to the one that acts.
#pragma once

#include "patch/lifecycle/attester.hpp"
#include "patch/model/patch.hpp"
#include "record/value.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::lifecycle {

struct ArchiveProof {
  std::string sha256;                        ///< of the archive
  std::optional<PatchRef> ref{};             ///< the patch that it belongs to
  std::vector<Jar> jars{};                   ///< in the order of the archive
  std::map<std::string, std::string> items;  ///< that it proves, each with the evidence
};

/// What an archive proves: an item is proven if all its rules are.
/// @param ticks the rules that prove each item. @param proved rules
std::map<std::string, std::string> proven_items(
    const std::map<std::string, std::vector<std::string>>& ticks,
    const std::vector<std::string>& proved);

/// `{sha256, patch, jars, items}`
Value proof_value(const ArchiveProof& proof);
/// @throws DataError unless it is what proof_value() makes
ArchiveProof parse_proof(std::string_view json);

/// How a proof is applied to a patch.
struct ProofUse {
  bool record = false, tick = false;
  std::string file;         ///< the archive's name
  std::string why{};        ///< may be empty
  std::vector<Jar> seen{};  ///< the recorded jars when the archive was checked
};
/// An archive of another patch proves nothing about this one.
Proof proof_for(const ArchiveProof& archive, const Patch& patch, const ProofUse& use);

}  // namespace upkeep::patch::lifecycle
