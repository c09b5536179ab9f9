// SPDX-License-Identifier: MIT
// Names and kinds of entries: the dangers of unpacking them.
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "patch/archive/examination.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <sys/stat.h>

namespace upkeep::patch::archive {

namespace {

constexpr std::size_t k_longest_name = 255, k_longest_path = 1024;
constexpr std::uint64_t k_mebibyte = 1U << 20U;

bool has_control(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20U || byte == 0x7fU;
  });
}

/// Why unpacking a path could write outside the directory, or somewhere unexpected; null: it is
/// safe.
const char* danger_of(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.front() == '/') return "begins with /";
  if (name.find('\\') != std::string_view::npos) return "has a backslash";
  if (name.size() > 1 && name[1] == ':') return "begins with a drive";
  if (has_control(name)) return "has a control character";
  if (!is_utf8(name)) return "is not UTF-8";
  if (name.size() > k_longest_path) return "is longer than 1024 bytes";
  for (std::size_t start = 0; start < name.size();) {
    const std::size_t end = std::min(name.find('/', start), name.size());
    const std::string_view part = name.substr(start, end - start);
    if (part == "..") return "leads out with ..";
    if (part.empty() || part == ".") return "has an empty part or .";
    if (part.size() > k_longest_name) return "has a part longer than 255 bytes";
    start = end + 1;
  }
  return nullptr;
}

/// The problem of a name on Windows; null: none.
const char* windows_trouble(std::string_view name) {
  if (name.find_first_of("<>:\"|?*") != std::string_view::npos) {
    return "has a character that is invalid on Windows";
  }
  for (const std::string& part : split(name, '/')) {
    if (!part.empty() && (part.back() == '.' || part.back() == ' ')) {
      return "has a part that ends with a dot or blank, which Windows drops";
    }
    static const std::set<std::string> k_devices{"con", "prn", "aux", "nul", "com1", "lpt1"};
    if (k_devices.contains(lower(part.substr(0, part.find('.'))))) {
      return "has the name of a Windows device";
    }
  }
  return nullptr;
}

void judge_name(Findings& findings, const ZipEntry& entry) {
  if (const char* why = danger_of(entry.name)) {
    findings.add("unsafe-path", fmt::format("'{}' {}", shown(entry.name), why));
  } else if (const char* trouble = windows_trouble(entry.name)) {
    findings.add("unsafe-path", fmt::format("'{}' {}", shown(entry.name), trouble),
                 Severity::warning);
  }
  if (!entry.local_name.empty()) {
    findings.add("unsafe-path",
                 fmt::format("'{}' is called '{}' in its own header: programs differ about it",
                             shown(entry.name), shown(entry.local_name)));
  }
}

void judge_kind(Findings& findings, const ZipEntry& entry) {
  const std::uint32_t kind = entry.mode & static_cast<std::uint32_t>(S_IFMT);
  if (kind == S_IFLNK) {
    findings.add("link", fmt::format("'{}' is a symbolic link", shown(entry.name)));
  } else if (kind != 0 && kind != S_IFREG && kind != S_IFDIR) {
    findings.add("link", fmt::format("'{}' is neither a file nor a directory", shown(entry.name)));
  }
  constexpr std::uint16_t k_deflate = 8;
  if (entry.is_encrypted()) {
    findings.add("encrypted", fmt::format("'{}' is encrypted", shown(entry.name)));
  } else if (entry.method != 0 && entry.method != k_deflate) {
    findings.add("layout", fmt::format("'{}' is compressed by method {}, which Java does not read",
                                       shown(entry.name), entry.method));
  }
}

void judge_sizes(Findings& findings, const ZipMap& map, const Limits& limits) {
  std::uint64_t total = 0;
  for (const ZipEntry& entry : map.entries) {
    total = entry.size > UINT64_MAX - total ? UINT64_MAX : total + entry.size;
    if (entry.size > k_mebibyte &&
        entry.size / std::max<std::uint64_t>(entry.compressed, 1) >= limits.ratio) {
      findings.add("bomb", fmt::format("'{}' grows from {} to {} bytes", shown(entry.name),
                                       entry.compressed, entry.size));
    }
  }
  if (total > limits.total) {
    findings.add("bomb",
                 fmt::format("it unpacks to {} bytes; {} are allowed", total, limits.total));
  }
  if (map.overlapping) findings.add("bomb", "entries share their bytes");
}

void judge_doubles(Findings& findings, const ZipMap& map) {
  std::unordered_map<std::string_view, bool> seen;  // name without the slash -> is a directory
  std::unordered_map<std::string, std::string_view> folded;
  for (const ZipEntry& entry : map.entries) {
    std::string_view name = entry.name;
    if (entry.is_directory()) name.remove_suffix(1);
    const auto [place, is_new] = seen.emplace(name, entry.is_directory());
    if (!is_new) {
      findings.add("duplicate", fmt::format("'{}' occurs twice", shown(name)));
      continue;
    }
    const auto [twin, is_alone] = folded.emplace(lower(name), name);
    if (!is_alone) {
      findings.add("duplicate",
                   fmt::format("'{}' and '{}' are the same file on Windows", shown(twin->second),
                               shown(name)),
                   Severity::warning);
    }
  }
  for (const ZipEntry& entry : map.entries) {
    const std::string_view name = entry.name;
    for (auto slash = name.find('/'); slash != std::string_view::npos;
         slash = name.find('/', slash + 1)) {
      if (slash + 1 == name.size()) break;
      const auto above = seen.find(name.substr(0, slash));
      if (above == seen.end() || above->second) continue;
      findings.add("duplicate", fmt::format("'{}' is both a file and a directory",
                                            shown(name.substr(0, slash))));
      break;
    }
  }
  for (const std::string& name : map.unlisted) {
    if (seen.contains(name)) {
      findings.add("duplicate",
                   fmt::format("'{}' occurs again, outside the directory", shown(name)));
    } else {
      findings.add("hidden", fmt::format("'{}' is not listed in the directory", shown(name)));
    }
  }
}

}  // namespace

void judge_entries(Examination& examined) {
  Findings& findings = examined.findings;
  for (const char* rule : {"unsafe-path", "link", "duplicate", "encrypted", "bomb", "empty"}) {
    findings.judged(rule);
  }
  if (examined.map.too_many) {
    findings.add("bomb",
                 fmt::format("it has more than {} entries", examined.profile.limits.entries));
    return;
  }
  if (examined.map.entries.empty()) findings.add("empty", "it has no entries");
  for (const ZipEntry& entry : examined.map.entries) {
    judge_name(findings, entry);
    judge_kind(findings, entry);
  }
  judge_sizes(findings, examined.map, examined.profile.limits);
  judge_doubles(findings, examined.map);
  if (examined.map.unowned > 0) {
    findings.add("junk", fmt::format("{} bytes belong to no entry", examined.map.unowned),
                 Severity::warning);
  }
}

}  // namespace upkeep::patch::archive
