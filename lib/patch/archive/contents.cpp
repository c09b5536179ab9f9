// SPDX-License-Identifier: MIT
// One pass over the data: texts for the rules, digests, jars.
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "patch/archive/digest.hpp"
#include "patch/archive/entry_reader.hpp"
#include "patch/archive/examination.hpp"
#include "patch/archive/nested.hpp"
#include "patch/archive/spool.hpp"
#include "patch/model/bundle_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include <sys/stat.h>

namespace upkeep::patch::archive {

namespace {

constexpr std::size_t k_longest_text = 1U << 20U;
constexpr std::size_t k_most_text = 32U << 20U;
constexpr std::uint64_t k_megabyte = 1U << 20U;

/// `Bundle-SymbolicName` and `Bundle-Version` of a manifest. A line that starts with a blank
/// continues the previous one.
std::string manifest_value(const std::string& manifest, std::string_view key) {
  std::string value;
  bool inside = false;
  for (std::string line : split(manifest, '\n')) {
    if (line.ends_with('\r')) line.pop_back();
    if (inside && line.starts_with(' ')) {
      value += line.substr(1);
      continue;
    }
    if (inside) break;
    if (line.size() > key.size() && line.starts_with(key) && line[key.size()] == ':') {
      inside = true;
      value = trim(std::string_view(line).substr(key.size() + 1));
    }
  }
  return value;
}

/// The name of the jar on the server: from its manifest, otherwise its file (PatchUtils of the
/// kernel).
void name_bundle(Jar& jar, const std::string& manifest) {
  std::string symbolic = manifest_value(manifest, "Bundle-SymbolicName");
  symbolic = trim(symbolic.substr(0, symbolic.find(';')));
  const std::string version = manifest_value(manifest, "Bundle-Version");
  constexpr std::size_t k_longest = 190;
  const bool usable =
      !symbolic.empty() && !version.empty() && symbolic.size() + version.size() < k_longest;
  jar.version = usable ? version : std::string(bundle_name(jar.name).version);
  jar.bundle = usable ? fmt::format("{}_{}.jar", symbolic, version) : jar.name;
}

class ContentsReader {
 public:
  explicit ContentsReader(Examination& examined)
      : m_examined(examined), m_nested(examined.profile.limits) {
    const Profile& profile = examined.profile;
    const auto want = [&](const std::string& pattern) {
      if (!pattern.empty()) m_texts.emplace_back(examined.expand(pattern));
    };
    want(profile.readme.file);
    want(profile.version_file.file);
    for (const TextRule& rule : profile.texts) want(rule.file);
    want(profile.changes.descriptors);
    if (!profile.security_text.empty()) want(profile.license.file);
    // Without a separate directory, jars may be anywhere.
    m_jars.emplace_back(profile.directory.empty() ? "**.jar"
                                                  : examined.expand(profile.directory) + "/*.jar");
  }

  Sink open(const ZipEntry& entry) {
    finish();
    if (!is_file(entry) || entry.is_encrypted() || is_bomb(entry)) return {};
    constexpr std::uint16_t k_deflate = 8;
    if (entry.method != 0 && entry.method != k_deflate) return {};
    std::string_view path = entry.name;
    if (path.starts_with(m_examined.root)) path.remove_prefix(m_examined.root.size());
    m_path = path;
    m_is_jar = fits_any(m_jars, path);
    m_is_digested = m_is_jar || path == m_examined.profile.license.file ||
                    path == m_examined.profile.contribution.file;
    m_is_text = fits_any(m_texts, path);
    m_size = entry.size;
    if (m_is_text && entry.size > k_longest_text) refuse_text("is longer than a megabyte");
    if (m_is_text && m_taken + entry.size > k_most_text) refuse_text("exceeds the limit for texts");
    m_is_nested = is_called_zip(path);
    if (m_is_nested) m_spool.emplace(entry.size);
    if (m_is_digested) {
      m_md5.emplace("MD5");
      m_sha256.emplace("SHA256");
    }
    return [this](std::string_view data) { take(data); };
  }

  void finish() {
    if (m_path.empty()) return;
    if (m_is_text) m_examined.texts[m_path] = without_bom(m_head);
    Nested nested;
    if (m_is_nested) {
      nested = m_nested.read(m_path, m_spool->file(), m_spool->size());
      judge_nested(nested);
      m_spool.reset();
    }
    if (m_is_digested) {
      const std::string md5 = m_md5->hex(), sha256 = m_sha256->hex();
      m_examined.digests[m_path] = {md5, sha256};
      if (m_is_jar) add_jar(md5, sha256, nested.manifest);
    }
    m_head.clear();
    m_path.clear();
  }

 private:
  static bool is_file(const ZipEntry& entry) {
    const std::uint32_t kind = entry.mode & static_cast<std::uint32_t>(S_IFMT);
    return !entry.is_directory() && (kind == 0 || kind == S_IFREG);
  }
  [[nodiscard]] bool is_bomb(const ZipEntry& entry) const {
    return entry.size > k_megabyte && entry.size / std::max<std::uint64_t>(entry.compressed, 1) >=
                                          m_examined.profile.limits.ratio;
  }
  void refuse_text(const char* why) {
    m_is_text = false;
    const bool readme = m_path == m_examined.profile.readme.file;
    const bool version = m_path == m_examined.profile.version_file.file;
    m_examined.findings.add(readme    ? "readme"
                            : version ? "version-file"
                                      : "placeholder",
                            fmt::format("{} {}", shown(m_path), why));
  }
  void take(std::string_view data) {
    if (m_is_digested) {
      m_md5->feed(data);
      m_sha256->feed(data);
    }
    if (m_is_text) {
      m_head += data;
      m_taken += data.size();
    }
    if (m_is_nested) m_spool->write(data);
  }
  void judge_nested(const Nested& nested) {
    const std::string path = shown(m_path);
    for (const NestedFault& fault : nested.faults) {
      m_examined.findings.add(fault.bomb ? "bomb" : "jar",
                              fmt::format("{} {}", path, fault.detail));
    }
    for (const std::string& one : nested.suspicions) {
      m_examined.findings.add("jar", fmt::format("{} {}", path, one), Severity::warning);
    }
  }
  void add_jar(const std::string& md5, const std::string& sha256, const std::string& manifest) {
    Jar jar;
    jar.name = m_path.substr(m_path.rfind('/') + 1);
    jar.md5 = md5;
    jar.sha256 = sha256;
    jar.size = m_size;
    name_bundle(jar, manifest);
    const std::string place = m_path.substr(0, m_path.rfind('/') + 1) + bundle_key(jar.bundle);
    if (const auto [twin, is_new] = m_bundles.emplace(place, jar.name); !is_new) {
      m_examined.findings.add(
          "duplicate",
          fmt::format("{} and {} are the same bundle: a server keeps only one of them",
                      shown(twin->second), shown(jar.name)),
          Severity::warning);
    }
    m_examined.jars.push_back(std::move(jar));
  }

  Examination& m_examined;
  std::vector<Glob> m_texts, m_jars;
  std::string m_path, m_head;
  NestedReader m_nested;
  std::map<std::string, std::string> m_bundles;  // by directory and key
  std::optional<Spool> m_spool;
  bool m_is_jar = false, m_is_text = false, m_is_digested = false, m_is_nested = false;
  std::uint64_t m_size = 0;
  std::size_t m_taken = 0;
  std::optional<Digest> m_md5, m_sha256;
};

}  // namespace

void read_contents(Examination& examined, const Fd& file) {
  examined.findings.judged("jar");
  ContentsReader reader(examined);
  read_entries(file, examined.map, [&](const ZipEntry& entry) { return reader.open(entry); });
  reader.finish();
}

}  // namespace upkeep::patch::archive
