// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace upkeep::upgrade {

/// The needed parts of a workspace's db.php. The credentials in the file are deliberately skipped,
/// so that they cannot be disclosed.
struct DbPhp {
  std::string name;  ///< DB_NAME
  std::string host;  ///< DB_HOST: `host` or `host:port`
};

/// Reads `define ('KEY', 'value');` lines, in the installer's padded layout and that of new sites.
/// Comments are ignored; of two definitions the first one counts, as in PHP.
DbPhp parse_db_php(std::string_view text);

}  // namespace upkeep::upgrade
