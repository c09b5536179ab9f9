// SPDX-License-Identifier: MIT
// Which jars a patch carries: recorded from its archive by pmt-verify.
#pragma once

#include "db/connection.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::pmt {

struct Jar {
  std::string name;     ///< of its file
  std::string bundle;   ///< what the server calls it: symbolic name, `_`, version, `.jar`
  std::string version;  ///< may be empty
  std::string md5, sha256;
  std::uint64_t size = 0;
};

/// By name. Empty where none were recorded.
std::vector<Jar> recorded_jars(db::Connection& connection, std::uint64_t patch);

/// Replaces what was recorded for the patch, in one transaction.
/// @returns whether that changed anything
bool record_jars(db::Connection& connection, std::uint64_t patch, std::vector<Jar> jars,
                 const std::string& who);

/// The version in a jar's file name: what follows the first `_` or `-` that a digit follows.
std::string version_in(const std::string& file_name);

}  // namespace upkeep::pmt
