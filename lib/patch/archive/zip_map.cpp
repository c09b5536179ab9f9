// SPDX-License-Identifier: MIT
#include "patch/archive/zip_map.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace upkeep::patch::archive {

namespace {

// APPNOTE.TXT 4.3: signatures, and sizes without the variable parts.
constexpr std::uint32_t k_local = 0x04034b50, k_central = 0x02014b50, k_end = 0x06054b50;
constexpr std::uint32_t k_end64 = 0x06064b50, k_locator64 = 0x07064b50;
constexpr std::size_t k_local_size = 30, k_central_size = 46, k_end_size = 22;
constexpr std::size_t k_end64_size = 56, k_locator64_size = 20;
constexpr std::size_t k_most_comment = 65535;
constexpr std::uint32_t k_in_extra = 0xffffffff;
constexpr std::uint64_t k_most_descriptor = 24;
constexpr std::uint64_t k_most_directory = 32U << 20U;

/// Little-endian numbers at a position in a buffer.
class Bytes {
 public:
  explicit Bytes(std::string_view text) : m_text(text) {}
  [[nodiscard]] std::uint64_t number(std::size_t at, std::size_t size) const {
    if (at > m_text.size() || size > m_text.size() - at)
      throw DataError("its directory is corrupt");
    std::uint64_t value = 0;
    for (std::size_t i = size; i-- > 0;) {
      value = (value << 8U) | static_cast<unsigned char>(m_text[at + i]);
    }
    return value;
  }
  [[nodiscard]] std::uint16_t u16(std::size_t at) const {
    return static_cast<std::uint16_t>(number(at, 2));
  }
  [[nodiscard]] std::uint32_t u32(std::size_t at) const {
    return static_cast<std::uint32_t>(number(at, 4));
  }
  [[nodiscard]] std::uint64_t u64(std::size_t at) const { return number(at, 8); }
  [[nodiscard]] std::string_view part(std::size_t at, std::size_t size) const {
    if (at > m_text.size() || size > m_text.size() - at)
      throw DataError("its directory is corrupt");
    return m_text.substr(at, size);
  }

 private:
  std::string_view m_text;
};

std::string read_at(const Fd& file, std::uint64_t at, std::size_t size) {
  std::string text(size, '\0');
  std::size_t done = 0;
  while (done < size) {
    const ssize_t n =
        ::pread(file.get(), text.data() + done, size - done, static_cast<off_t>(at + done));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(ExitStatus::no_input, std::strerror(errno));
    if (n == 0) throw DataError("truncated");
    done += static_cast<std::size_t>(n);
  }
  return text;
}

struct End {
  std::uint64_t entries = 0, size = 0, offset = 0;
  std::uint64_t directory_end = 0;  // start of the records after the directory
  std::uint64_t trailing = 0;       // bytes after the archive
};

/// Reads from the 64-bit records the values that do not fit in the old one.
void read_end64(const Fd& file, std::uint64_t at, End& end) {
  if (at < k_locator64_size) return;
  const std::string locator = read_at(file, at - k_locator64_size, k_locator64_size);
  if (Bytes(locator).u32(0) != k_locator64) return;
  const std::uint64_t place = Bytes(locator).u64(8);
  if (place > at - k_locator64_size || at - k_locator64_size - place < k_end64_size) {
    throw DataError("its directory is corrupt");
  }
  const std::string record = read_at(file, place, k_end64_size);
  const Bytes bytes(record);
  if (bytes.u32(0) != k_end64) throw DataError("its directory is corrupt");
  end.entries = bytes.u64(32);
  end.size = bytes.u64(40);
  end.offset = bytes.u64(48);
  end.directory_end = place;
}

End find_end(const Fd& file, std::uint64_t file_size) {
  const std::size_t size =
      static_cast<std::size_t>(std::min<std::uint64_t>(file_size, k_end_size + k_most_comment));
  const std::string tail = read_at(file, file_size - size, size);
  const Bytes bytes(tail);
  for (std::size_t i = size < k_end_size ? 0 : size - k_end_size + 1; i-- > 0;) {
    if (bytes.u32(i) != k_end) continue;
    const std::uint64_t behind = i + k_end_size + bytes.u16(i + 20);
    if (behind > size) continue;
    if (bytes.u16(i + 4) != bytes.u16(i + 6)) throw DataError("one volume of several");
    End end{bytes.u16(i + 10), bytes.u32(i + 12), bytes.u32(i + 16), file_size - size + i,
            size - behind};
    read_end64(file, end.directory_end, end);
    return end;
  }
  const std::string head = file_size < 4 ? std::string(4, ' ') : read_at(file, 0, 4);
  throw DataError(Bytes(head).u32(0) == k_local ? "truncated: the directory at its end is missing"
                                                : "not a zip archive");
}

/// The 64-bit values of an entry's extra field, for the old fields that overflow, in their order.
void read_extra(std::string_view extra, ZipEntry& entry, bool sizes_too) {
  const Bytes bytes(extra);
  for (std::size_t at = 0; at + 4 <= extra.size();) {
    const std::uint16_t id = bytes.u16(at), size = bytes.u16(at + 2);
    if (at + 4 + size > extra.size()) return;
    if (id == 1) {
      std::size_t place = at + 4;
      const auto take = [&](std::uint64_t& value) {
        if (value != k_in_extra) return;
        value = bytes.u64(place);
        place += 8;
      };
      if (sizes_too) {
        take(entry.size);
        take(entry.compressed);
      }
      take(entry.offset);
      return;
    }
    at += 4U + size;
  }
}

/// One record of the directory. @returns its length.
std::size_t read_central(const Bytes& bytes, std::size_t at, ZipEntry& entry) {
  if (bytes.u32(at) != k_central) throw DataError("its directory is corrupt");
  const std::size_t name = bytes.u16(at + 28), extra = bytes.u16(at + 30);
  const std::size_t comment = bytes.u16(at + 32);
  entry.flags = bytes.u16(at + 8);
  entry.method = bytes.u16(at + 10);
  entry.crc = bytes.u32(at + 16);
  entry.compressed = bytes.u32(at + 20);
  entry.size = bytes.u32(at + 24);
  entry.offset = bytes.u32(at + 42);
  constexpr std::uint16_t k_unix = 3, k_mac = 19;
  const std::uint16_t made_by = bytes.u16(at + 4) >> 8U;
  if (made_by == k_unix || made_by == k_mac) entry.mode = bytes.u32(at + 38) >> 16U;
  entry.name = bytes.part(at + k_central_size, name);
  read_extra(bytes.part(at + k_central_size + name, extra), entry, true);
  (void)bytes.part(at + k_central_size + name + extra, comment);
  return k_central_size + name + extra + comment;
}

/// Compares an entry's own header with the directory. @returns the end of its data.
std::uint64_t read_local(const Fd& file, ZipEntry& entry, std::uint64_t limit) {
  if (entry.offset > limit || limit - entry.offset < k_local_size) {
    throw DataError("its directory refers to a position outside the file");
  }
  const std::string head = read_at(file, entry.offset, k_local_size);
  const Bytes bytes(head);
  if (bytes.u32(0) != k_local)
    throw DataError("its directory refers to a position without an entry");
  const std::uint64_t behind = entry.offset + k_local_size + bytes.u16(26) + bytes.u16(28);
  if (behind > limit || entry.compressed > limit - behind) {
    throw DataError("an entry is longer than the file");
  }
  std::string name = read_at(file, entry.offset + k_local_size, bytes.u16(26));
  if (name != entry.name) entry.local_name = name.empty() ? "(nothing)" : std::move(name);
  constexpr std::uint16_t k_sizes_follow = 8;
  if ((bytes.u16(6) & k_sizes_follow) != 0) return behind + entry.compressed;
  const std::uint32_t packed = bytes.u32(18), size = bytes.u32(22);
  const bool same = bytes.u32(14) == entry.crc && bytes.u16(8) == entry.method &&
                    (packed == k_in_extra || packed == entry.compressed) &&
                    (size == k_in_extra || size == entry.size);
  if (!same && !entry.is_encrypted()) {
    throw DataError("corrupt: an entry and the directory give different sizes");
  }
  return behind + entry.compressed;
}

/// The bytes between two entries.
void read_gap(const Fd& file, std::uint64_t from, std::uint64_t to, ZipMap& map) {
  constexpr std::size_t k_most_unlisted = 1000;
  while (to - from >= k_local_size && map.unlisted.size() < k_most_unlisted) {
    const std::string head = read_at(file, from, k_local_size);
    const Bytes bytes(head);
    if (bytes.u32(0) != k_local) break;
    const std::uint64_t name = bytes.u16(26);
    if (to - from - k_local_size < name) break;
    map.unlisted.push_back(read_at(file, from + k_local_size, name));
    const std::uint64_t length = k_local_size + name + bytes.u16(28) + bytes.u32(18);
    if (length > to - from) return;
    from += length;
  }
  if (to - from > k_most_descriptor) map.unowned += to - from;
}

}  // namespace

bool ZipEntry::is_encrypted() const {
  constexpr std::uint16_t k_encrypted = 1, k_strong = 64, k_aes = 99;
  return (flags & (k_encrypted | k_strong)) != 0 || method == k_aes;
}

ZipMap read_zip_map(const Fd& file, std::uint64_t file_size, std::size_t most_entries) {
  const End end = find_end(file, file_size);
  ZipMap map;
  map.unowned = end.trailing;
  if (end.size > end.directory_end) throw DataError("truncated, or its directory is corrupt");
  if (end.entries > most_entries || end.size > k_most_directory) {
    map.too_many = true;
    return map;
  }
  // If something was prepended to the archive, all positions are shifted by its length.
  const std::uint64_t directory = end.directory_end - end.size;
  if (end.offset > directory) throw DataError("truncated, or its directory is corrupt");
  const std::uint64_t shift = directory - end.offset;

  const std::string text = read_at(file, directory, static_cast<std::size_t>(end.size));
  const Bytes bytes(text);
  for (std::size_t at = 0; at < text.size();) {
    ZipEntry entry;
    at += read_central(bytes, at, entry);
    entry.offset += shift;
    map.entries.push_back(std::move(entry));
    if (map.entries.size() > end.entries) break;
  }
  if (map.entries.size() != end.entries) {
    throw DataError("its directory has fewer entries than it declares");
  }
  std::stable_sort(map.entries.begin(), map.entries.end(),
                   [](const ZipEntry& a, const ZipEntry& b) { return a.offset < b.offset; });
  std::uint64_t place = 0;
  for (ZipEntry& entry : map.entries) {
    const std::uint64_t behind = read_local(file, entry, directory);
    if (entry.offset < place) {
      map.overlapping = true;
    } else {
      read_gap(file, place, entry.offset, map);
    }
    place = std::max(place, behind);
  }
  read_gap(file, place, directory, map);
  return map;
}

}  // namespace upkeep::patch::archive
