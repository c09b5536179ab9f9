// SPDX-License-Identifier: MIT
// Digest files, as written by the usual programs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::archive {

struct FileDigest {
  std::string file;       ///< the file that it is of, as written; empty: not given
  std::string algorithm;  ///< `MD5`, `SHA1`, `RIPEMD160`, `SHA224` ... `SHA512`
  std::string hex;        ///< lower case
};

/// The digests in a text: from md5sum(1) and similar programs (also with --tag), openssl-dgst(1),
/// `gpg --print-md` and `--print-mds` (also with --with-colons), certutil and Get-FileHash of
/// Windows, or bare digests; in upper or lower case, with a byte order mark, in UTF-16, or signed
/// in clear text. Other lines are skipped.
/// @param assumed the algorithm of a bare digest of 40 digits; others are known by their length
std::vector<FileDigest> parse_digest_file(std::string_view text,
                                          const std::string& assumed = "SHA1");

}  // namespace upkeep::patch::archive
