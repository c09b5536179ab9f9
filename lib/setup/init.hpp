// SPDX-License-Identifier: MIT
// `upkeep init`: the control schema, its tables, and the directories.
#pragma once

#include "config/config.hpp"

#include <functional>
#include <string>

namespace upkeep::setup {

/// Receivers of messages. Each takes one line.
struct InitTellers {
  std::function<void(const std::string&)> done;     ///< something was made (or, dry, would be)
  std::function<void(const std::string&)> warning;  ///< something that could not be made
};

/// Makes what is missing; running it again, or twice at once, changes nothing more.
/// @param dry_run changes nothing, and tells what it would do
/// @throws db::Error; Error(not_permitted) with the GRANT that is missing; ConfigError where the
///   schema is newer than this program
void initialise(const config::Config& config, bool dry_run, const InitTellers& tell);

/// What an administrator has to run so that `account` (`user@host`) may use the schema.
std::string grant_for(const std::string& schema, const std::string& account);

}  // namespace upkeep::setup
