// SPDX-License-Identifier: MIT
// What a process of pmt-web keeps between requests: nothing about people or patches.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"
#include "db/connection.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/store/type_store.hpp"
#include "web/process_slots.hpp"
#include "web/token.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web {

/// What the program gives to the application.
struct Surroundings {
  /// Finds and reads the configuration. @throws ConfigError
  std::function<config::Config()> load_config;
  std::string account;                          ///< the system user of this process
  std::filesystem::path binaries;               ///< the directory of the tools
  std::function<void(const std::string&)> log;  ///< one line
  std::function<WallTime()> now = wall_now;
  /// How pmt-verify is started: the program, and options before others; its whole environment.
  std::vector<std::string> verifier{}, verifier_environment{};
  /// The socket that this process serves with others; empty: it serves a single request.
  std::string socket{};
  std::filesystem::path run_directory{};  ///< of these processes; empty: upload_dir
};

struct Site {
  Surroundings around;
  config::Config config;
  web::TokenSigner signer;
  std::optional<db::Connection> connection{};
  std::optional<web::ProcessSlots> slots{};  ///< none: there are no other processes
  patch::ParsedTypes types{};
  patch::lifecycle::ParsedDefinitions definitions{};

  [[nodiscard]] const config::WebPatches& web() const { return *config.web_patches; }
};

}  // namespace upkeep::patch_web
