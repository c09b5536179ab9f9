// SPDX-License-Identifier: MIT
// The names of files that are kept next to an archive: signatures and digests.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

enum class CompanionKind { digest, signature, unreadable_signature };

/// What the end of a companion's name says.
struct CompanionEnding {
  const char* ending;  ///< `.asc`
  CompanionKind kind;
  const char* algorithm = "";  ///< of a digest, as FileDigest has it; empty: any
};

/// In the order in which files are looked for: digests, then signatures.
const std::vector<CompanionEnding>& companion_endings();

/// `NAME.zip.asc`, `NAME.asc`, and both in capitals.
/// @param archive with or without a directory, which the result has too
std::vector<std::string> companion_names(const std::string& archive, std::string_view ending);

/// What a file of this name is to the archive; nullopt: it is not a companion of it.
std::optional<CompanionKind> companion_kind(const std::string& archive, const std::string& file);

}  // namespace upkeep::patch
