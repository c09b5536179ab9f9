// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <optional>
#include <string>

namespace upkeep::patch::archive {

/// A file with a detached signature.
struct SignatureFile {
  std::string path;
  std::string called;  ///< in messages
};

/// Verifies a detached signature of an open file with the keys of `keyring`: a GnuPG home
/// directory, or a file of exported keys. Every key in it is trusted; no other key is used or
/// fetched.
/// @returns why the signature is not good; nullopt if it is
/// @throws Error(no_input) for an unreadable keyring, Error(unavailable) without gpg(1)
std::optional<std::string> signature_fault(const Fd& file, const SignatureFile& signature,
                                           const std::string& keyring);

}  // namespace upkeep::patch::archive
