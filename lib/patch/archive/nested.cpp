// SPDX-License-Identifier: MIT
#include "patch/archive/nested.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/archive/entry_reader.hpp"
#include "patch/archive/examination.hpp"
#include "patch/archive/spool.hpp"
#include "patch/archive/zip_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include <unistd.h>

namespace upkeep::patch::archive {

namespace {

constexpr int k_deepest_jar = 4;
constexpr std::uint64_t k_mebi = 1U << 20U;
constexpr std::size_t k_most_manifest = 64U << 10U;
constexpr std::size_t k_most_faults = 20;

/// Files that Java opens: their entries are stored or deflated, and never encrypted.
constexpr std::array k_java{".jar", ".war", ".ear", ".aar", ".mar", ".car"};

bool ends_as(std::string_view name, std::string_view ending) {
  return name.size() >= ending.size() &&
         lower(std::string(name.substr(name.size() - ending.size()))) == ending;
}

bool is_java(std::string_view name) {
  return std::any_of(k_java.begin(), k_java.end(),
                     [&](const char* ending) { return ends_as(name, ending); });
}

/// `a jar`, `a zip archive`.
const char* kind_of(std::string_view name) {
  if (ends_as(name, ".jar")) return "a jar";
  if (ends_as(name, ".war")) return "a web archive";
  return "a zip archive";
}

/// What a file that is not a zip appears to be; empty: unknown.
std::string look_of(const Fd& file) {
  std::array<char, 512> head{};
  const ssize_t n = ::pread(file.get(), head.data(), head.size(), 0);
  const std::string text =
      lower(std::string(trim({head.data(), static_cast<std::size_t>(std::max<ssize_t>(n, 0))})));
  if (text.starts_with("<!doctype html") || text.starts_with("<html")) return "an HTML page";
  if (text.starts_with("version https://git-lfs")) return "a Git LFS pointer";
  if (text.starts_with("<?xml")) return "an XML file";
  if (text.starts_with("\x1f\x8b")) return "a gzip file";
  return {};
}

std::string what_is_wrong(const char* kind, const std::string& why, const std::string& look) {
  if (!look.empty()) return fmt::format("is not {} but {}", kind, look);
  if (why == "not a zip archive") return fmt::format("is not {}", kind);
  return fmt::format("is damaged: {}", why);
}

bool is_directory_name(const std::string& name) {
  return !name.empty() && name.back() == '/';
}

std::uint64_t total_of(const ZipMap& map) {
  std::uint64_t total = 0;
  for (const ZipEntry& entry : map.entries) {
    total = entry.size > UINT64_MAX - total ? UINT64_MAX : total + entry.size;
  }
  return total;
}

}  // namespace

bool is_called_zip(std::string_view name) {
  return is_java(name) || ends_as(name, ".zip");
}

Nested NestedReader::read(std::string_view name, const Fd& file, std::uint64_t size) {
  return read(name, file, size, 1);
}

/// Problems visible in the directory, before any entry is read.
void NestedReader::judge(std::string_view name, const ZipMap& map, Nested& found) const {
  const auto add = [&](std::string detail, bool bomb = false) {
    if (found.faults.size() < k_most_faults) found.faults.push_back({std::move(detail), bomb});
  };
  if (map.too_many) add(fmt::format("has more than {} entries", m_limits.entries), true);
  if (map.overlapping) add("has overlapping entries", true);
  if (!map.too_many && map.entries.empty()) add("has no entries");
  if (total_of(map) > m_left) {
    add(fmt::format("unpacks to {} bytes; at most {} more are read", total_of(map), m_left), true);
  }
  constexpr std::uint16_t k_deflate = 8;
  for (const ZipEntry& entry : map.entries) {
    if (!entry.local_name.empty()) {
      add(fmt::format("is damaged: '{}' is called '{}' where its data begins", shown(entry.name),
                      shown(entry.local_name)));
    }
    if (!is_java(name)) continue;
    if (entry.is_encrypted()) {
      add(fmt::format("has the encrypted entry '{}', which Java does not read", shown(entry.name)));
    } else if (entry.method != 0 && entry.method != k_deflate) {
      add(fmt::format("has the entry '{}', compressed by method {}, which Java does not read",
                      shown(entry.name), entry.method));
    }
  }
  for (const std::string& one : map.unlisted) {
    found.suspicions.push_back(
        fmt::format("contains '{}', which its directory does not list", shown(one)));
    if (found.suspicions.size() >= k_most_faults) break;
  }
}

/// Verifies every entry's checksum; a nested file with the name of a jar is read as one.
void NestedReader::read_entries_of(const Fd& file, const ZipMap& map, int depth, Nested& found) {
  std::optional<Spool> spool;
  std::string inner, manifest;
  const auto finish = [&] {
    if (!spool) return;
    Nested nested = read(inner, spool->file(), spool->size(), depth + 1);
    for (NestedFault& one : nested.faults) {
      if (found.faults.size() >= k_most_faults) break;
      found.faults.push_back(
          {fmt::format("contains '{}', which {}", shown(inner), one.detail), one.bomb});
    }
    spool.reset();
  };
  read_entries(file, map, [&](const ZipEntry& entry) -> Sink {
    finish();
    constexpr std::uint16_t k_deflate = 8;
    if (entry.is_encrypted() || (entry.method != 0 && entry.method != k_deflate)) return {};
    if (lower(entry.name) == "meta-inf/manifest.mf" && found.manifest.empty()) {
      return [&](std::string_view data) {
        found.manifest +=
            data.substr(0, k_most_manifest - std::min(k_most_manifest, found.manifest.size()));
      };
    }
    const bool grows = entry.size > k_mebi &&
                       entry.size / std::max<std::uint64_t>(entry.compressed, 1) >= m_limits.ratio;
    if (is_java(entry.name) && depth < k_deepest_jar && !is_directory_name(entry.name) && !grows) {
      inner = entry.name;
      spool.emplace(entry.size);
      return [&](std::string_view data) { spool->write(data); };
    }
    return [](std::string_view) {};
  });
  finish();
}

Nested NestedReader::read(std::string_view name, const Fd& file, std::uint64_t size, int depth) {
  Nested found;
  const char* kind = kind_of(name);
  if (size == 0) {
    found.faults.push_back({fmt::format("is not {} but an empty file", kind)});
    return found;
  }
  try {
    const ZipMap map = read_zip_map(file, size, m_limits.entries);
    judge(name, map, found);
    if (!found.faults.empty()) return found;
    m_left -= std::min(m_left, total_of(map));
    read_entries_of(file, map, depth, found);
  } catch (const DataError& error) {
    found.faults.push_back({what_is_wrong(kind, error.what(), look_of(file))});
  }
  return found;
}

}  // namespace upkeep::patch::archive
