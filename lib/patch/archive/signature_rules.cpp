// SPDX-License-Identifier: MIT
// Files next to an archive: signatures and digests.
#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/archive/digest.hpp"
#include "patch/archive/digest_file.hpp"
#include "patch/archive/examination.hpp"
#include "patch/archive/signature.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>
#include <vector>

namespace upkeep::patch::archive {

namespace {

/// Names of digest files; an empty algorithm: any.
struct DigestName {
  const char* ending;
  const char* algorithm;
};
constexpr DigestName k_digest_names[] = {{".md5", "MD5"},
                                         {".md5sum", "MD5"},
                                         {".sha1", "SHA1"},
                                         {".sha1sum", "SHA1"},
                                         {".sha224", "SHA224"},
                                         {".sha256", "SHA256"},
                                         {".sha256sum", "SHA256"},
                                         {".sha384", "SHA384"},
                                         {".sha512", "SHA512"},
                                         {".sha512sum", "SHA512"},
                                         {".rmd160", "RIPEMD160"},
                                         {".ripemd160", "RIPEMD160"},
                                         {".sha", ""},
                                         {".mds", ""}};

/// Endings of signature files. Files with the last two may also be encrypted copies.
constexpr const char* k_signature_names[] = {".asc", ".sig", ".sign", ".gpg", ".pgp"};
constexpr const char* k_other_signatures[] = {".p7s", ".minisig"};

/// `NAME.zip.asc`, `NAME.asc`, and the same in capitals, if they exist.
std::vector<std::string> companions(const std::string& archive, const std::string& ending) {
  std::vector<std::string> found;
  std::string capitals = ending;
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  for (const std::string& one : {ending, capitals}) {
    for (const std::string& path :
         {archive + one, std::filesystem::path(archive).replace_extension(one).string()}) {
      std::error_code error;
      if (std::filesystem::exists(path, error)) found.push_back(path);
    }
  }
  return found;
}

std::string file_name(const std::string& path) {
  return shown(std::filesystem::path(path).filename().string());
}

std::string base_name(std::string_view path) {
  return std::string(path.substr(path.find_last_of("/\\") + 1));
}

/// The digests in a file that concern the archive: those with its name, otherwise those without a
/// name, otherwise those with other names (it may have been renamed).
std::vector<FileDigest> digests_of(const std::vector<FileDigest>& all, const std::string& archive,
                                   bool& by_other_name) {
  std::vector<FileDigest> named, unnamed;
  for (const FileDigest& one : all) {
    if (one.file.empty() || one.file == "-") unnamed.push_back(one);
    if (base_name(one.file) == archive) named.push_back(one);
  }
  by_other_name = named.empty() && unnamed.empty();
  if (by_other_name) return all;
  return named.empty() ? unnamed : named;
}

void judge_digest_file(Examination& examined, const std::string& path, const DigestName& name) {
  constexpr std::uintmax_t k_longest = 1U << 20U;
  const std::string what = *name.algorithm == '\0' ? "" : fmt::format("{} ", name.algorithm);
  std::error_code error;
  std::vector<FileDigest> all;
  if (std::filesystem::file_size(path, error) <= k_longest && !error) {
    all = parse_digest_file(read_file(path), name.algorithm);
  }
  if (!what.empty()) {
    std::erase_if(all, [&](const FileDigest& one) { return one.algorithm != name.algorithm; });
  }
  if (all.empty()) {
    examined.findings.add("digest",
                          fmt::format("no {}digest can be read in {}", what, file_name(path)));
    return;
  }
  bool by_other_name = false;
  const auto digests =
      digests_of(all, std::filesystem::path(examined.file).filename().string(), by_other_name);
  const auto fits = [&](const FileDigest& one) {
    return digest_of(examined.data, one.algorithm.c_str()) == one.hex;
  };
  if (by_other_name) {
    if (std::none_of(digests.begin(), digests.end(), fits)) {
      examined.findings.add("digest", fmt::format("{} has digests of other files: {}",
                                                  file_name(path), shown(digests.front().file)));
    }
    return;
  }
  for (const FileDigest& one : digests) {
    if (fits(one)) continue;
    examined.findings.add(
        "digest", fmt::format("{} does not match the archive: {} is {}", file_name(path),
                              one.algorithm, digest_of(examined.data, one.algorithm.c_str())));
    return;
  }
}

void judge_unsigned(Examination& examined) {
  examined.findings.judged("signed");
  std::set<std::string> reported;
  const auto look = [&](const char* ending) {
    for (const std::string& path : companions(examined.file, ending)) {
      if (!reported.insert(path).second) continue;
      examined.findings.add("signed", fmt::format("{} already exists", file_name(path)));
    }
  };
  for (const DigestName& one : k_digest_names) look(one.ending);
  for (const char* ending : k_signature_names) look(ending);
  for (const char* ending : k_other_signatures) look(ending);
}

/// A file with one of the last two endings counts only if there is no other.
std::vector<std::string> signatures_of(const std::string& archive) {
  std::vector<std::string> found;
  for (const char* ending : k_signature_names) {
    const bool may_be_encrypted =
        std::string_view(ending) == ".gpg" || std::string_view(ending) == ".pgp";
    if (may_be_encrypted && !found.empty()) continue;
    for (std::string& path : companions(archive, ending)) found.push_back(std::move(path));
  }
  return found;
}

}  // namespace

void judge_signature(Examination& examined, const std::string& keyring) {
  if (keyring.empty()) {
    judge_unsigned(examined);
    return;
  }
  examined.findings.judged("signature");
  for (const DigestName& one : k_digest_names) {
    for (const std::string& path : companions(examined.file, one.ending)) {
      judge_digest_file(examined, path, one);
    }
  }
  const auto signatures = signatures_of(examined.file);
  if (signatures.empty()) {
    examined.findings.add("signature", "there is no signature (.asc or .sig) next to it");
  }
  for (const std::string& path : signatures) {
    if (const auto fault = signature_fault(examined.data, path, keyring)) {
      examined.findings.add("signature", fmt::format("{}: {}", file_name(path), *fault));
    }
  }
}

}  // namespace upkeep::patch::archive
