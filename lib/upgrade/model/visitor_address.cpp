// SPDX-License-Identifier: MIT
#include "upgrade/model/visitor_address.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include <arpa/inet.h>

namespace upkeep::upgrade {

namespace {

using Bytes = std::array<unsigned char, 16>;

/// The IPv6 prefixes that are followed by an IPv4 address: mapped, translated, NAT64.
constexpr std::array<Bytes, 3> k_holds_ipv4{{
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff},
    {0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0},
    {0, 0x64, 0xff, 0x9b},
}};

std::string text_of(int family, const unsigned char* bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, bytes, text.data(), text.size());
  return text.data();
}

}  // namespace

std::optional<std::string> visitor_of(const std::string& text) {
  Bytes bytes{};
  if (::inet_pton(AF_INET, text.c_str(), bytes.data()) == 1) return text_of(AF_INET, bytes.data());
  const std::string without_zone = text.substr(0, text.find('%'));
  if (text.find('\0') != std::string::npos ||
      ::inet_pton(AF_INET6, without_zone.c_str(), bytes.data()) != 1) {
    return std::nullopt;
  }
  constexpr std::ptrdiff_t k_prefix = 12, k_network = 8;
  for (const Bytes& prefix : k_holds_ipv4) {
    if (std::equal(bytes.begin(), bytes.begin() + k_prefix, prefix.begin()))
      return text_of(AF_INET, bytes.data() + k_prefix);
  }
  std::fill(bytes.begin() + k_network, bytes.end(), static_cast<unsigned char>(0));
  return text_of(AF_INET6, bytes.data()) + "/64";
}

}  // namespace upkeep::upgrade
