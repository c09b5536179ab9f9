// SPDX-License-Identifier: MIT
// Lifecycle XML to a definition, with everything that is odd about it.
#pragma once

#include "patch/lifecycle/definition.hpp"
#include "patch/model/finding.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

struct Reading {
  Definition definition;
  std::vector<Finding> findings;  ///< by line
  std::string xml;                ///< what was read, as UTF-8

  [[nodiscard]] bool has_errors() const;
};

/// Reads aspect, configuration, lifecycle or scxml, or the older list of states with checkitems.
/// Nothing is expanded, fetched or run. Never throws about the text: that is a finding.
/// @param name of the lifecycle where the text does not say it
Reading read_lifecycle(std::string xml, const std::string& name);

/// The same from a file (at most 4 MiB of it are read). @throws Error(no_input)
Reading read_lifecycle_file(const std::filesystem::path& path);

/// What was loaded once, without findings. @throws DataError
Definition definition_of(const std::string& xml, const std::string& name);

/// `23d:2h:5m:52s` or `23:02:05:52` in seconds; nullopt where it is neither.
std::optional<std::int64_t> checkpoint_seconds(const std::string& text);

}  // namespace upkeep::patch::lifecycle
