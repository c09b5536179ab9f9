// SPDX-License-Identifier: MIT
// The pages that ws-progress generates for the CGI programs, see upkeep-web(7).
#pragma once

#include "base/exit_status.hpp"
#include "base/io.hpp"
#include "config/config.hpp"
#include "db/connection.hpp"

#include <string>

namespace upkeep::tools {

/// The options of --page.
struct PageOptions {
  std::string texts;  ///< the file with the page's texts
  std::string lang, accept_language, skin, login;
};

/// Prints the page without scripts for the published record on stdin. Does not use the database.
ExitStatus print_visitor_page(Io& io, const PageOptions& options);

/// Prints the end of the log of the newest run of the workspace `asked`. @throws Error(no_input) if
/// there is none
ExitStatus print_log(Io& io, const config::Config& config, const std::string& asked, bool html);

}  // namespace upkeep::tools
