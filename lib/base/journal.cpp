// SPDX-License-Identifier: MIT
#include "base/journal.hpp"

#include "base/fd.hpp"

#include <cstdint>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>

namespace upkeep {

namespace {

constexpr std::string_view k_socket = "/run/systemd/journal/socket";
constexpr int k_length_bytes = 8, k_byte_bits = 8;

/// As a little-endian number of 64 bits.
std::string length_of(std::string_view value) {
  std::string bytes;
  auto left = static_cast<std::uint64_t>(value.size());
  for (int i = 0; i < k_length_bytes; ++i) {
    bytes += static_cast<char>(left & 0xFFU);
    left >>= static_cast<unsigned>(k_byte_bits);
  }
  return bytes;
}

}  // namespace

std::string journal_entry(const JournalFields& fields) {
  std::string entry;
  for (const auto& [name, value] : fields) {
    entry += name;
    if (value.find('\n') == std::string::npos) {
      entry += '=';
    } else {
      entry += '\n';
      entry += length_of(value);
    }
    entry += value;
    entry += '\n';
  }
  return entry;
}

bool send_to_journal(const JournalFields& fields) noexcept {
  try {
    const std::string entry = journal_entry(fields);
    const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket) return false;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, k_socket.data(), k_socket.size());
    const auto* to = reinterpret_cast<const sockaddr*>(&address);  // NOLINT: the interface
    return ::sendto(socket.get(), entry.data(), entry.size(), MSG_NOSIGNAL, to, sizeof address) >=
           0;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace upkeep
