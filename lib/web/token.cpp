// SPDX-License-Identifier: MIT
#include "web/token.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>
#include <sys/stat.h>

namespace upkeep::web {

namespace {

constexpr std::size_t k_shortest_secret = 32;
constexpr std::size_t k_longest_secrets = 65536;
constexpr long long k_good_for_hours = 48;
constexpr std::size_t k_longest_token = 128;

long long hour_of(WallTime time) {
  return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

std::string hex_of(const unsigned char* bytes, std::size_t size) {
  std::string out;
  out.reserve(size * 2);
  for (std::size_t i = 0; i < size; ++i) out += fmt::format("{:02x}", bytes[i]);
  return out;
}

/// The signature of a token, which is good for nothing else that is signed with the secret.
std::string signature(const std::string& secret, std::string_view person, long long hour) {
  const std::string text = fmt::format("pmt-web form\n{}\n{}", hour, person);
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
  unsigned size = 0;
  if (::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
             reinterpret_cast<const unsigned char*>(text.data()),  // NOLINT
             text.size(), bytes.data(), &size) == nullptr) {
    throw Error(ExitStatus::internal, "libcrypto failed");
  }
  return hex_of(bytes.data(), size);
}

/// Takes the same time wherever they differ.
bool is_same(std::string_view a, std::string_view b) {
  return a.size() == b.size() && ::CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string make_secret_advice(const std::string& file) {
  return fmt::format(
      "create it: (umask 027; openssl rand -hex 32 > {}), and give it to the group of pmt-web's "
      "account",
      file);
}

std::string read_secrets(const std::filesystem::path& file) {
  try {
    const Fd opened = open_regular_file(file);
    struct stat info {};
    constexpr mode_t k_forbidden = 037;
    if (::fstat(opened.get(), &info) == 0 && (info.st_mode & k_forbidden) != 0) {
      throw ConfigError(fmt::format("{} is accessible to others (mode {:04o})", file.string(),
                                    info.st_mode & 07777U),
                        fmt::format("chmod 0640 {}, and replace the secrets in it", file.string()));
    }
    std::string text = read_rest(opened.get(), file, k_longest_secrets);
    if (text.size() > k_longest_secrets) {
      throw ConfigError(fmt::format("{} is too long for a file of secrets", file.string()),
                        make_secret_advice(file.string()));
    }
    return text;
  } catch (const ConfigError&) {
    throw;
  } catch (const Error& error) {
    throw ConfigError(error.what(),
                      error.advice().empty() ? make_secret_advice(file.string()) : error.advice());
  }
}

}  // namespace

TokenSigner TokenSigner::from_file(const std::filesystem::path& file) {
  std::vector<std::string> secrets;
  std::size_t number = 0;
  for (std::string& line : split(read_secrets(file), '\n')) {
    ++number;
    if (line.ends_with('\r')) line.pop_back();
    if (line.starts_with('#') || trim(line).empty()) continue;
    if (line.size() < k_shortest_secret) {
      throw ConfigError(fmt::format("line {} of {} is shorter than {} bytes", number, file.string(),
                                    k_shortest_secret),
                        "replace it: openssl rand -hex 32");
    }
    secrets.push_back(std::move(line));
  }
  if (secrets.empty()) {
    throw ConfigError(fmt::format("{} contains no secret", file.string()),
                      make_secret_advice(file.string()));
  }
  return TokenSigner(std::move(secrets));
}

std::string TokenSigner::sign(std::string_view person, WallTime now) const {
  const long long hour = hour_of(now);
  return fmt::format("{}.{}", hour, signature(m_secrets.front(), person, hour));
}

TokenSigner::Verdict TokenSigner::verify(std::string_view token, std::string_view person,
                                         WallTime now) const {
  const auto dot = token.find('.');
  if (dot == std::string_view::npos || token.size() > k_longest_token) return Verdict::invalid;
  const auto hour = to_integer(token.substr(0, dot));
  if (!hour) return Verdict::invalid;
  bool is_ours = false;
  for (const std::string& secret : m_secrets) {
    if (is_same(signature(secret, person, *hour), token.substr(dot + 1))) is_ours = true;
  }
  if (!is_ours) return Verdict::invalid;
  const long long age = hour_of(now) - *hour;
  if (age < -1) return Verdict::invalid;
  return age < k_good_for_hours ? Verdict::valid : Verdict::expired;
}

std::string random_once() {
  std::array<unsigned char, 16> bytes{};
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t got = ::getrandom(bytes.data() + done, bytes.size() - done, 0);
    if (got < 0 && errno != EINTR) {
      throw Error(ExitStatus::internal, fmt::format("no random numbers: {}", std::strerror(errno)));
    }
    if (got > 0) done += static_cast<std::size_t>(got);
  }
  return hex_of(bytes.data(), bytes.size());
}

}  // namespace upkeep::web
