// SPDX-License-Identifier: MIT
// What lies beside an archive: signatures and digests.
#include "base/file.hpp"
#include "base/text.hpp"
#include "pmt/archive/digest.hpp"
#include "pmt/archive/examination.hpp"
#include "pmt/archive/signature.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace upkeep::pmt::archive {

namespace {

struct Companion {
  const char* ending;
  const char* algorithm;  // null: a signature
};

constexpr Companion k_companions[] = {{".md5", "MD5"},
                                      {".asc", nullptr},
                                      {".sha1", "SHA1"},
                                      {".sha256", "SHA256"},
                                      {".sha512", "SHA512"}};

/// `NAME.zip.asc` or `NAME.asc`; empty where neither is there.
std::string companion(const std::string& archive, const char* ending) {
  std::error_code error;
  if (std::filesystem::exists(archive + ending, error)) return archive + ending;
  const auto beside = std::filesystem::path(archive).replace_extension(ending);
  return std::filesystem::exists(beside, error) ? beside.string() : std::string();
}

std::string file_name(const std::string& path) {
  return shown(std::filesystem::path(path).filename().string());
}

/// A file as md5sum(1) writes it: the digest first, perhaps a name behind it.
void judge_digest_file(Examination& examined, const std::string& path, const char* algorithm) {
  constexpr std::uintmax_t k_longest = 65536;
  std::error_code error;
  if (std::filesystem::file_size(path, error) > k_longest || error) {
    examined.findings.add("digest", fmt::format("{} is no digest", file_name(path)));
    return;
  }
  static const Regex k_digest("\\b([0-9A-Fa-f]{32,128})\\b");
  const auto groups = k_digest.groups(read_file(path));
  const std::string digest = digest_of(examined.data, algorithm);
  if (!groups || lower(groups->at(1)) != digest) {
    examined.findings.add("digest",
                          fmt::format("{} does not fit the archive ({})", file_name(path), digest));
  }
}

void judge_unsigned(Examination& examined) {
  examined.findings.judged("signed");
  for (const Companion& one : k_companions) {
    if (const std::string path = companion(examined.file, one.ending); !path.empty()) {
      examined.findings.add("signed", fmt::format("{} is there already", file_name(path)));
    }
  }
}

}  // namespace

void judge_signature(Examination& examined, const std::string& keyring) {
  if (keyring.empty()) {
    judge_unsigned(examined);
    return;
  }
  examined.findings.judged("signature");
  for (const Companion& one : k_companions) {
    const std::string path = companion(examined.file, one.ending);
    if (one.algorithm != nullptr) {
      if (!path.empty()) judge_digest_file(examined, path, one.algorithm);
    } else if (path.empty()) {
      examined.findings.add("signature", "there is no signature (.asc) beside it");
    } else if (const auto fault = signature_fault(examined.data, path, keyring)) {
      examined.findings.add("signature", fmt::format("{}: {}", file_name(path), *fault));
    }
  }
}

}  // namespace upkeep::pmt::archive
