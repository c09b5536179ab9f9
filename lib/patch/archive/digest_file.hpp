// SPDX-License-Identifier: MIT
// Files that hold digests, as the usual programs write them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch::archive {

struct FileDigest {
  std::string file;       ///< whose digest it is, as it is written there; empty: not said
  std::string algorithm;  ///< `MD5`, `SHA1`, `RIPEMD160`, `SHA224` ... `SHA512`
  std::string hex;        ///< lower case
};

/// What a text says: of md5sum(1) and its kin (also with --tag), openssl-dgst(1), `gpg --print-md`
/// and `--print-mds` (also with --with-colons), certutil and Get-FileHash of Windows, or digests
/// alone; in any case, with a byte order mark, in UTF-16, or signed in clear text. Lines that are
/// none of this are skipped.
/// @param assumed what a digest of 40 digits is that does not say so; the others' length tells
std::vector<FileDigest> parse_digest_file(std::string_view text,
                                          const std::string& assumed = "SHA1");

}  // namespace upkeep::patch::archive
