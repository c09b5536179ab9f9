// SPDX-License-Identifier: MIT
#include "patch/archive/digest.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <openssl/evp.h>
#include <unistd.h>

namespace upkeep::patch::archive {

struct Digest::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> md{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Digest::Digest(const char* algorithm) : m_context(std::make_unique<Context>()) {
  const EVP_MD* type = EVP_get_digestbyname(algorithm);
  if (type == nullptr || EVP_DigestInit_ex(m_context->md.get(), type, nullptr) != 1) {
    throw Error(ExitStatus::internal, fmt::format("libcrypto lacks {}", algorithm));
  }
}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::feed(std::string_view data) {
  if (EVP_DigestUpdate(m_context->md.get(), data.data(), data.size()) != 1) {
    throw Error(ExitStatus::internal, "libcrypto failed");
  }
}

std::string Digest::hex() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (EVP_DigestFinal_ex(m_context->md.get(), bytes.data(), &size) != 1) {
    throw Error(ExitStatus::internal, "libcrypto failed");
  }
  std::string out;
  for (unsigned i = 0; i < size; ++i) out += fmt::format("{:02x}", bytes[i]);
  return out;
}

std::string digest_of(const Fd& file, const char* algorithm) {
  Digest digest(algorithm);
  std::vector<char> buffer(256U << 10U);
  off_t place = 0;
  for (;;) {
    const ssize_t n = ::pread(file.get(), buffer.data(), buffer.size(), place);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(ExitStatus::no_input, std::strerror(errno));
    if (n == 0) return digest.hex();
    digest.feed({buffer.data(), static_cast<std::size_t>(n)});
    place += n;
  }
}

}  // namespace upkeep::patch::archive
