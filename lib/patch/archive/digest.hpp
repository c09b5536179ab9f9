// SPDX-License-Identifier: MIT
#pragma once

#include "base/fd.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace upkeep::patch::archive {

/// A digest of the data passed to it, by libcrypto.
class Digest {
 public:
  /// @param algorithm a name known to libcrypto: `MD5`, `SHA1`, `SHA256`, `SHA512`
  explicit Digest(const char* algorithm);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void feed(std::string_view data);
  /// Lower-case hexadecimal; no more data may be added afterwards.
  [[nodiscard]] std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> m_context;
};

/// The digest of a whole open file, at any position. @throws Error(no_input)
std::string digest_of(const Fd& file, const char* algorithm);

}  // namespace upkeep::patch::archive
