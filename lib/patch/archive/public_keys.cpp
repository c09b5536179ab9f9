// SPDX-License-Identifier: MIT
#include "patch/archive/public_keys.hpp"

#include "base/text.hpp"

#include <cstddef>
#include <cstdint>

namespace upkeep::patch::archive {

namespace {

// RFC 4880 4.3 and 9.1.
constexpr unsigned k_secret_key = 5, k_public_key = 6, k_secret_subkey = 7, k_public_subkey = 14;
constexpr unsigned k_elgamal = 16, k_dsa = 17, k_ecdh = 18, k_ecdsa = 19, k_eddsa = 22;

/// Thrown for an unknown format: the keys are returned unchanged.
struct Unknown {};

class Packets {
 public:
  explicit Packets(std::string_view bytes) : m_bytes(bytes) {}
  [[nodiscard]] bool done() const { return m_at == m_bytes.size(); }

  std::string_view take(std::size_t size) {
    if (size > m_bytes.size() - m_at) throw Unknown{};
    const std::string_view part = m_bytes.substr(m_at, size);
    m_at += size;
    return part;
  }
  std::size_t number(std::size_t size) {
    std::size_t value = 0;
    for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }
  [[nodiscard]] std::size_t place() const { return m_at; }

 private:
  std::string_view m_bytes;
  std::size_t m_at = 0;
};

struct Packet {
  unsigned tag = 0;
  std::string_view body, whole;
};

Packet next_packet(Packets& packets, std::string_view bytes) {
  constexpr std::size_t k_packet = 0x80, k_new_format = 0x40;
  const std::size_t start = packets.place(), head = packets.number(1);
  if ((head & k_packet) == 0) throw Unknown{};
  Packet packet;
  std::size_t length = 0;
  if ((head & k_new_format) != 0) {
    packet.tag = static_cast<unsigned>(head & 0x3fU);
    length = packets.number(1);
    if (length >= 192 && length < 224) {
      length = ((length - 192) << 8U) + packets.number(1) + 192;
    } else if (length == 255) {
      length = packets.number(4);
    } else if (length >= 224) {
      throw Unknown{};  // partial lengths, which keys do not have
    }
  } else {
    packet.tag = static_cast<unsigned>((head >> 2U) & 0xfU);
    const std::size_t kind = head & 3U;
    if (kind == 3) throw Unknown{};
    length = packets.number(std::size_t{1} << kind);
  }
  packet.body = packets.take(length);
  packet.whole = bytes.substr(start, packets.place() - start);
  return packet;
}

/// The length of the public part of a secret key's packet.
std::size_t public_size(std::string_view body) {
  Packets parts(body);
  constexpr std::size_t k_version = 4;
  if (parts.number(1) != k_version) throw Unknown{};
  parts.take(4);  // the creation time
  const auto algorithm = static_cast<unsigned>(parts.number(1));
  const auto skip_integers = [&](int count) {
    for (int i = 0; i < count; ++i) parts.take((parts.number(2) + 7) / 8);
  };
  if (algorithm >= 1 && algorithm <= 3) {
    skip_integers(2);
  } else if (algorithm == k_elgamal) {
    skip_integers(3);
  } else if (algorithm == k_dsa) {
    skip_integers(4);
  } else if (algorithm == k_ecdsa || algorithm == k_eddsa || algorithm == k_ecdh) {
    parts.take(parts.number(1));
    skip_integers(1);
    if (algorithm == k_ecdh) parts.take(parts.number(1));
  } else {
    throw Unknown{};
  }
  return parts.place();
}

std::string public_packet(unsigned tag, std::string_view body) {
  constexpr unsigned k_new_format = 0xc0;
  std::string packet{static_cast<char>(k_new_format | tag), '\xff'};
  for (int shift = 24; shift >= 0; shift -= 8) {
    packet += static_cast<char>(body.size() >> static_cast<unsigned>(shift) & 0xffU);
  }
  return packet + std::string(body);
}

std::string without_secrets(std::string_view bytes) {
  Packets packets(bytes);
  std::string out;
  while (!packets.done()) {
    const Packet one = next_packet(packets, bytes);
    if (one.tag == k_secret_key || one.tag == k_secret_subkey) {
      out += public_packet(one.tag == k_secret_key ? k_public_key : k_public_subkey,
                           one.body.substr(0, public_size(one.body)));
    } else {
      out += one.whole;
    }
  }
  return out;
}

std::string decoded(std::string_view base64) {
  std::string out;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : base64) {
    constexpr std::string_view k_digits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (c == '=') break;
    const auto digit = k_digits.find(c);
    if (digit == std::string_view::npos) throw Unknown{};
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    if (++count % 4 != 0) continue;
    for (int shift = 16; shift >= 0; shift -= 8) {
      out += static_cast<char>(bits >> static_cast<unsigned>(shift) & 0xffU);
    }
    bits = 0;
  }
  if (count % 4 == 2) out += static_cast<char>(bits >> 4U & 0xffU);
  if (count % 4 == 3) {
    out += static_cast<char>(bits >> 10U & 0xffU);
    out += static_cast<char>(bits >> 2U & 0xffU);
  }
  return out;
}

/// The packets of all armored blocks of keys, ignoring text between them.
std::string without_armor(std::string_view text) {
  enum class Place { outside, header, data, checksum };
  Place place = Place::outside;
  std::string out, base64;
  for (const std::string& line : split(text, '\n')) {
    const std::string_view part = trim(line);
    if (part.starts_with("-----BEGIN PGP P") && part.ends_with("KEY BLOCK-----")) {
      place = Place::header;
    } else if (part.starts_with("-----END PGP")) {
      out += decoded(base64);
      base64.clear();
      place = Place::outside;
    } else if (place == Place::header) {
      if (part.empty()) place = Place::data;
    } else if (place == Place::data) {
      if (part.starts_with('=')) {
        place = Place::checksum;
      } else {
        base64 += part;
      }
    }
  }
  if (!base64.empty()) throw Unknown{};
  return out;
}

}  // namespace

std::string public_keys(std::string_view keys) {
  const bool armored = keys.find("-----BEGIN PGP PRIVATE KEY BLOCK-----") != std::string_view::npos;
  const bool binary = !keys.empty() && (static_cast<unsigned char>(keys.front()) & 0x80U) != 0;
  if (!armored && !binary) return std::string(keys);
  try {
    return armored ? without_secrets(without_armor(keys)) : without_secrets(keys);
  } catch (const Unknown&) {
    return std::string(keys);
  }
}

}  // namespace upkeep::patch::archive
