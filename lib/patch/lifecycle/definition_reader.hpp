// SPDX-License-Identifier: MIT
// Reads lifecycle XML as a definition, with findings about everything odd in it.
#pragma once

#include "patch/lifecycle/definition.hpp"
#include "patch/model/finding.hpp"

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

struct Reading {
  Definition definition;
  std::vector<Finding> findings;  ///< by line
  std::string xml;                ///< the text that was read, as UTF-8

  [[nodiscard]] bool has_errors() const;
};

/// Reads aspect, configuration, lifecycle or scxml, or the older list of states with checkitems.
/// Nothing is expanded, fetched or run. Never throws about the text: problems are findings.
/// @param name of the lifecycle, if the text does not give it
Reading read_lifecycle(const std::string& xml, const std::string& name);

/// The same from a file, of which at most 4 MiB are read. @throws Error(no_input)
Reading read_lifecycle_file(const std::filesystem::path& path);

/// Reads a text that was loaded before, without findings. @throws DataError
Definition definition_of(const std::string& xml, const std::string& name);

/// `23d:2h:5m:52s` or `23:02:05:52`; nullopt for anything else.
std::optional<std::chrono::seconds> checkpoint_time(const std::string& text);

}  // namespace upkeep::patch::lifecycle
