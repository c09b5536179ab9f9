// SPDX-License-Identifier: MIT
// `upkeep gate`: the part of a web server's configuration that is the gate and its page.
#pragma once

#include "config/config.hpp"

#include <filesystem>
#include <string>

namespace upkeep::setup {

enum class WebServer { apache, nginx };

/// The file for the profile of [upgrade]. @param prefix where the suite is installed, like /usr
/// @throws ConfigError if the profile does not say which addresses have a workspace
std::string gate_file(const config::Config& config, WebServer server,
                      const std::filesystem::path& prefix);

}  // namespace upkeep::setup
