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

/// Parses VERSION() and @@version_comment, including `5.5.5-10.11.6-MariaDB` of proxies and
/// replicas.
ServerVersion parse_server_version(std::string_view version, std::string_view comment);

/// Whether named locks on such a server meet the suite's requirements. Pure.
Finding judge_server_version(const ServerVersion& version, const std::string& shown);

}  // namespace upkeep::setup
