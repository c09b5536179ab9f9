// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// What we want of a workspace's db.php. The credentials in the file are passed over, on purpose:
/// what was never read cannot be shown.
struct DbPhp {
  std::string name;  ///< DB_NAME
  std::string host;  ///< DB_HOST: `host` or `host:port`
};

/// Reads `define ('KEY', 'value');` lines: the installer's padded layout and the new-site one.
/// Comments do not count; of two definitions the first counts, as in PHP.
DbPhp parse_db_php(std::string_view text);

}  // namespace upkeep::upgrade
