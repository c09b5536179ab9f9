// SPDX-License-Identifier: MIT
// Zips byte by byte, so that a test can write those that no program makes.
#pragma once

#include "base/file.hpp"
#include "support.hpp"

#include <cstdint>
#include <string>
#include <vector>

#include <fcntl.h>

namespace upkeep::test {

/// A stored entry, and how its own header and the directory lie about it.
struct ZipPart {
  std::string name, data;
  std::string local_name{};  ///< empty: `name`
  std::uint16_t flags = 0, method = 0;
  std::uint32_t mode = 0100644;
  bool listed = true;
  std::uint32_t crc_off = 0;  ///< added to the checksum
  int same_place_as = -1;     ///< the entry whose bytes it shares
};

inline void number(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xffU);
}

/// CRC-32 as zip has it.
inline std::uint32_t crc_of(const std::string& data) {
  std::uint32_t crc = 0xffffffffU;
  for (const char c : data) {
    crc ^= static_cast<unsigned char>(c);
    for (int i = 0; i < 8; ++i) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0xedb88320U : 0U);
  }
  return ~crc;
}

inline std::string zip_of(const std::vector<ZipPart>& parts) {
  std::string out, directory;
  std::vector<std::size_t> places;
  std::uint16_t count = 0;
  for (const ZipPart& part : parts) {
    const std::string& local = part.local_name.empty() ? part.name : part.local_name;
    const std::uint32_t crc = crc_of(part.data) + part.crc_off;
    const auto described = [&](std::string& to) {
      number(to, part.flags, 2);
      number(to, part.method, 2);
      number(to, 0, 4);
      number(to, crc, 4);
      number(to, part.data.size(), 4);
      number(to, part.data.size(), 4);
    };
    places.push_back(part.same_place_as >= 0 ? places[static_cast<std::size_t>(part.same_place_as)]
                                             : out.size());
    if (part.same_place_as < 0) {
      out += std::string("PK\3\4\24\0", 6);
      described(out);
      number(out, local.size(), 2);
      number(out, 0, 2);
      out += local + part.data;
    }
    if (!part.listed) continue;
    ++count;
    directory += std::string("PK\1\2\24\3\24\0", 8);
    described(directory);
    number(directory, part.name.size(), 2);
    number(directory, 0, 2 + 2 + 2 + 2);
    number(directory, std::uint64_t{part.mode} << 16U, 4);
    number(directory, places.back(), 4);
    directory += part.name;
  }
  const std::size_t start = out.size();
  out += directory + std::string("PK\5\6\0\0\0\0", 8);
  number(out, count, 2);
  number(out, count, 2);
  number(out, directory.size(), 4);
  number(out, start, 4);
  number(out, 0, 2);
  return out;
}

/// The bytes as an open file without a name.
inline Fd file_of(const TemporaryDirectory& directory, const std::string& bytes) {
  const auto path = directory / "a.zip";
  std::filesystem::remove(path);
  {
    const Fd out = create_new_file(path, 0600);
    REQUIRE(write_all(out.get(), bytes));
  }
  Fd in(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  REQUIRE(in);
  return in;
}

}  // namespace upkeep::test
