// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <optional>
#include <string>

namespace upkeep::patch::archive {

/// Verifies a detached signature of an open file with the keys of `keyring`: a GnuPG home
/// directory, or a file of exported keys. Every key in it is trusted; no other key is looked
/// at or fetched.
/// @returns why it is not a good signature; nullopt if it is one
/// @throws Error(no_input) for a keyring that can't be read, Error(unavailable) without gpg(1)
std::optional<std::string> signature_fault(const Fd& file, const std::string& signature,
                                           const std::string& keyring);

}  // namespace upkeep::patch::archive
