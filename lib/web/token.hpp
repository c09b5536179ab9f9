// SPDX-License-Identifier: MIT
// Proof that a form came from a page of ours that this person has loaded: no server keeps anything.
#pragma once

#include "base/time.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::web {

/// Signs and verifies tokens with the secrets that all front ends share.
class TokenSigner {
 public:
  /// @param secrets the first signs, all verify. @pre at least one
  explicit TokenSigner(std::vector<std::string> secrets) : m_secrets(std::move(secrets)) {}

  /// Reads a secret per line, each of at least 32 bytes; blank lines and lines that begin with `#`
  /// do not count. Its group may read the file. @throws ConfigError naming it if it is missing,
  /// accessible to others, or has a line that is too short, or none
  static TokenSigner from_file(const std::filesystem::path& file);

  /// A token for the person, good for more than 47 and at most 48 hours. A clock that is behind by
  /// up to an hour accepts it.
  [[nodiscard]] std::string sign(std::string_view person, WallTime now) const;
  enum class Verdict { valid, expired, invalid };
  [[nodiscard]] Verdict verify(std::string_view token, std::string_view person, WallTime now) const;

 private:
  std::vector<std::string> m_secrets;
};

/// 128 random bits as hexadecimal text: the `once` of a form.
std::string random_once();

}  // namespace upkeep::web
