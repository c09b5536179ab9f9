// SPDX-License-Identifier: MIT
// Files next to an archive: signatures and digests.
#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/archive/digest.hpp"
#include "patch/archive/digest_file.hpp"
#include "patch/archive/examination.hpp"
#include "patch/archive/signature.hpp"
#include "patch/model/companion.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <vector>

namespace upkeep::patch::archive {

namespace {

/// A file next to the archive.
struct Found {
  std::string name;  ///< as it is reported
  std::string path;  ///< where its contents are
};

std::string file_name(const std::string& path) {
  return shown(std::filesystem::path(path).filename().string());
}

/// The files with this ending: those that were given, or those that exist.
std::vector<Found> companions(const Examination& examined, std::string_view ending) {
  std::vector<Found> found;
  for (const std::string& name : companion_names(examined.file, ending)) {
    std::error_code error;
    if (!examined.beside) {
      if (std::filesystem::exists(name, error)) found.push_back({file_name(name), name});
    } else if (const auto given = examined.beside->find(name); given != examined.beside->end()) {
      found.push_back({shown(name), given->second});
    }
  }
  return found;
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

void judge_digest_file(Examination& examined, const Found& found, const CompanionEnding& name) {
  constexpr std::uintmax_t k_longest = 1U << 20U;
  const std::string what = *name.algorithm == '\0' ? "" : fmt::format("{} ", name.algorithm);
  std::error_code error;
  std::vector<FileDigest> all;
  if (std::filesystem::file_size(found.path, error) <= k_longest && !error) {
    all = parse_digest_file(read_file(found.path), name.algorithm);
  }
  if (!what.empty()) {
    std::erase_if(all, [&](const FileDigest& one) { return one.algorithm != name.algorithm; });
  }
  if (all.empty()) {
    examined.findings.add("digest", fmt::format("no {}digest can be read in {}", what, found.name));
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
      examined.findings.add("digest", fmt::format("{} has digests of other files: {}", found.name,
                                                  shown(digests.front().file)));
    }
    return;
  }
  for (const FileDigest& one : digests) {
    if (fits(one)) continue;
    examined.findings.add(
        "digest", fmt::format("{} does not match the archive: {} is {}", found.name, one.algorithm,
                              digest_of(examined.data, one.algorithm.c_str())));
    return;
  }
}

void judge_unsigned(Examination& examined) {
  examined.findings.judged("signed");
  for (const CompanionEnding& one : companion_endings()) {
    for (const Found& found : companions(examined, one.ending)) {
      examined.findings.add("signed", fmt::format("{} already exists", found.name));
    }
  }
}

/// @returns whether there is a digest
bool judge_digests(Examination& examined) {
  bool any = false;
  for (const CompanionEnding& one : companion_endings()) {
    if (one.kind != CompanionKind::digest) continue;
    for (const Found& found : companions(examined, one.ending)) {
      judge_digest_file(examined, found, one);
      any = true;
    }
  }
  return any;
}

/// A file with one of the last two endings counts only if there is no other.
std::vector<Found> signatures_of(const Examination& examined) {
  std::vector<Found> found;
  for (const CompanionEnding& one : companion_endings()) {
    if (one.kind != CompanionKind::signature) continue;
    const std::string_view ending = one.ending;
    if ((ending == ".gpg" || ending == ".pgp") && !found.empty()) continue;
    for (Found& file : companions(examined, ending)) found.push_back(std::move(file));
  }
  return found;
}

void judge_signatures(Examination& examined, const std::vector<Found>& signatures,
                      const std::string& keyring) {
  examined.findings.judged("signature");
  for (const Found& one : signatures) {
    if (const auto fault = signature_fault(examined.data, {one.path, one.name}, keyring)) {
      examined.findings.add("signature", fmt::format("{}: {}", one.name, *fault));
    }
  }
}

/// The files that were handed over with the archive: what is missing proves nothing, and is no
/// fault of the archive.
void judge_given(Examination& examined, const std::string& keyring) {
  if (!judge_digests(examined)) {
    examined.findings.add("digest", "a digest of the archive was not given", Severity::note);
  }
  const auto signatures = signatures_of(examined);
  if (signatures.empty()) {
    examined.findings.add("signature", "a signature was not given", Severity::note);
  } else if (keyring.empty()) {
    for (const Found& one : signatures) {
      examined.findings.add("signature",
                            fmt::format("{} was not verified: there is no keyring", one.name),
                            Severity::warning);
    }
  } else {
    judge_signatures(examined, signatures, keyring);
  }
}

}  // namespace

void judge_signature(Examination& examined, const std::string& keyring) {
  if (examined.beside) {
    judge_given(examined, keyring);
    return;
  }
  if (keyring.empty()) {
    judge_unsigned(examined);
    return;
  }
  (void)judge_digests(examined);
  const auto signatures = signatures_of(examined);
  if (signatures.empty()) {
    examined.findings.add("signature", "there is no signature (.asc or .sig) next to it");
  }
  judge_signatures(examined, signatures, keyring);
}

}  // namespace upkeep::patch::archive
