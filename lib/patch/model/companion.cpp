// SPDX-License-Identifier: MIT
#include "patch/model/companion.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

namespace upkeep::patch {

const std::vector<CompanionEnding>& companion_endings() {
  constexpr auto k_digest = CompanionKind::digest;
  constexpr auto k_signature = CompanionKind::signature;
  constexpr auto k_unreadable = CompanionKind::unreadable_signature;
  // Files with the endings .gpg and .pgp may also be encrypted copies.
  static const std::vector<CompanionEnding> k_endings{{".md5", k_digest, "MD5"},
                                                      {".md5sum", k_digest, "MD5"},
                                                      {".sha1", k_digest, "SHA1"},
                                                      {".sha1sum", k_digest, "SHA1"},
                                                      {".sha224", k_digest, "SHA224"},
                                                      {".sha256", k_digest, "SHA256"},
                                                      {".sha256sum", k_digest, "SHA256"},
                                                      {".sha384", k_digest, "SHA384"},
                                                      {".sha512", k_digest, "SHA512"},
                                                      {".sha512sum", k_digest, "SHA512"},
                                                      {".rmd160", k_digest, "RIPEMD160"},
                                                      {".ripemd160", k_digest, "RIPEMD160"},
                                                      {".sha", k_digest},
                                                      {".mds", k_digest},
                                                      {".asc", k_signature},
                                                      {".sig", k_signature},
                                                      {".sign", k_signature},
                                                      {".gpg", k_signature},
                                                      {".pgp", k_signature},
                                                      {".p7s", k_unreadable},
                                                      {".minisig", k_unreadable}};
  return k_endings;
}

std::vector<std::string> companion_names(const std::string& archive, std::string_view ending) {
  std::string capitals(ending);
  for (char& c : capitals) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  std::vector<std::string> names;
  for (const std::string& one : {std::string(ending), capitals}) {
    names.push_back(archive + one);
    std::string instead = std::filesystem::path(archive).replace_extension(one).string();
    if (instead != names.back()) names.push_back(std::move(instead));
  }
  return names;
}

std::optional<CompanionKind> companion_kind(const std::string& archive, const std::string& file) {
  for (const CompanionEnding& one : companion_endings()) {
    const auto names = companion_names(archive, one.ending);
    if (std::find(names.begin(), names.end(), file) != names.end()) return one.kind;
  }
  return std::nullopt;
}

}  // namespace upkeep::patch
