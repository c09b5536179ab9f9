// SPDX-License-Identifier: MIT
// `upkeep init`: the control schema, its tables, and the directories.
#pragma once

#include "config/config.hpp"

#include <functional>
#include <string>

namespace upkeep::setup {

/// Receivers of messages. Each takes one line.
struct InitTellers {
  std::function<void(const std::string&)>
      done;  ///< something was created, or in a dry run would be
  std::function<void(const std::string&)> warning;  ///< something could not be created
};

/// Creates what is missing; idempotent, and safe to run concurrently.
/// @param dry_run changes nothing, only reports
/// @throws db::Error; Error(not_permitted) with the missing GRANT; ConfigError if the schema is
/// newer than this program
void initialise(const config::Config& config, bool dry_run, const InitTellers& tell);

/// The statements that an administrator has to run so that `account` (`user@host`) may use the
/// schema.
std::string grant_for(const std::string& schema, const std::string& account);

}  // namespace upkeep::setup
