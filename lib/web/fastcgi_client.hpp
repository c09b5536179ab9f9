// SPDX-License-Identifier: MIT
// Asks a FastCGI process for one page, as a web server does.
#pragma once

#include <chrono>
#include <filesystem>
#include <string>

namespace upkeep::web {

/// What a process on the socket answered.
struct FastCgiAnswer {
  int status = 0;  ///< of HTTP
  std::string body;
};

/// GETs `path` with no user. @throws Error(unavailable) if no process listens there, or if there is
/// no whole answer within `limit`; Error(not_permitted) if the socket must not be used
FastCgiAnswer ask_fastcgi(const std::filesystem::path& socket, const std::string& path,
                          std::chrono::milliseconds limit);

}  // namespace upkeep::web
