// SPDX-License-Identifier: MIT
// pmt-verify's examination of one archive.
#pragma once

#include "patch/archive/examination.hpp"

namespace upkeep::patch::archive {

struct Request {
  std::string file;
  const Profile& profile;
  const Expected* expected = nullptr;  ///< null: not compared with the registry
  std::string keyring;                 ///< empty: the archive must not be signed yet
  /// The files of the product that an update is for; null: unknown.
  const std::set<std::string, std::less<>>* product = nullptr;
  bool digest = false;  ///< whether to compute its SHA-256, which takes another pass
  /// Its file name, if `file` is a descriptor: the files next to it are those of `beside`. Empty:
  /// that of `file`.
  std::string name{};
  /// Digests and signatures, by name: paths of their contents.
  std::map<std::string, std::string> beside{};
};

struct Verdict {
  std::vector<Finding> findings;
  bool has_errors = false;
  std::optional<PatchRef> ref;      ///< the patch that it belongs to, if known
  std::vector<Jar> jars;            ///< in the order of the archive
  std::vector<std::string> proved;  ///< rules that were checked, without a finding
  std::string sha256;               ///< of the archive that was read, if requested
};

/// Reads the archive once, as a stream; nothing is unpacked to disk, memory and time are bounded.
/// @throws Error(no_input) if it can't be read; DataError if it is not a zip, truncated, corrupt
/// or modified while being read
Verdict verify(const Request& request);

}  // namespace upkeep::patch::archive
