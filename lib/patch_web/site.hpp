// SPDX-License-Identifier: MIT
// What a process of pmt-web keeps between requests: nothing about people or patches.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"
#include "db/connection.hpp"
#include "web/token.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace upkeep::patch_web {

/// What the program gives to the application.
struct Surroundings {
  /// Finds and reads the configuration. @throws ConfigError
  std::function<config::Config()> load_config;
  std::string account;                          ///< the system user of this process
  std::filesystem::path binaries;               ///< the directory of the tools
  std::function<void(const std::string&)> log;  ///< one line
  std::function<WallTime()> now = wall_now;
};

struct Site {
  Surroundings around;
  config::Config config;
  web::TokenSigner signer;
  std::optional<db::Connection> connection{};

  [[nodiscard]] const config::WebPatches& web() const { return *config.web_patches; }
};

}  // namespace upkeep::patch_web
