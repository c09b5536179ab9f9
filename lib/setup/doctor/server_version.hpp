// SPDX-License-Identifier: MIT
#pragma once

#include "setup/doctor/finding.hpp"

#include <string>
#include <string_view>

namespace upkeep::setup {

enum class Vendor { mariadb, mysql, tidb };

struct ServerVersion {
  Vendor vendor = Vendor::mysql;
  int major = 0, minor = 0, patch = 0;
};

/// From VERSION() and @@version_comment. Proxies' and replicas' `5.5.5-10.11.6-MariaDB` included.
ServerVersion parse_server_version(std::string_view version, std::string_view comment);

/// Whether named locks on such a server are what the suite needs. Pure.
Finding judge_server_version(const ServerVersion& version, const std::string& shown);

}  // namespace upkeep::setup
