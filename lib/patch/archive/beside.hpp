// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

namespace upkeep::patch::archive {

/// Digests and signatures that are given with an archive instead of lying next to it.
/// @param archive its name. @param words `NAME=FILE` each
/// @returns FILE by NAME. @throws UsageError for a name that is not one of such a file, or is there
/// twice
std::map<std::string, std::string> given_companions(const std::string& archive,
                                                    const std::vector<std::string>& words);

/// @throws Error(no_input) unless these files can be read
void require_readable(const std::map<std::string, std::string>& given);

}  // namespace upkeep::patch::archive
