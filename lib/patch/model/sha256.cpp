// SPDX-License-Identifier: MIT
#include "patch/model/sha256.hpp"

// The functions that OpenSSL 3 deprecates: their replacements first load its configuration and
// providers, which takes longer than everything else that drawing a number does here.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <array>
#include <string_view>

namespace upkeep::patch {

std::string sha256(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> bytes{};
  SHA256_CTX context;
  SHA256_Init(&context);
  SHA256_Update(&context, text.data(), text.size());
  SHA256_Final(bytes.data(), &context);
  static constexpr std::string_view k_digits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (const unsigned byte : bytes) {
    hex += k_digits[byte >> 4U];
    hex += k_digits[byte & 15U];
  }
  return hex;
}

}  // namespace upkeep::patch
