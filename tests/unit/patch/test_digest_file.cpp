// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/archive/digest_file.hpp"

#include <cctype>
#include <string>
#include <vector>

using namespace upkeep::patch::archive;  // NOLINT

namespace {

const std::string k_md5 = "9dd4e461268c8034f5c8564e155c67a6";
const std::string k_sha1 = "11f6ad8ec52a2984abaafd7c3b516503785c2072";
const std::string k_sha256 = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
const std::string k_sha512 =
    "a4abd4448c49562d828115d13a1fccea927f52b4d5459297f8b43e42da89238b"
    "c13626e43dcb38ddb082488927ec904fb42057443983e88585179d50551afe62";

std::string seen(const std::string& text, const std::string& assumed = "SHA1") {
  std::string all;
  for (const FileDigest& one : parse_digest_file(text, assumed)) {
    all += one.file + "|" + one.algorithm + "|" + one.hex + "\n";
  }
  return all;
}

std::string told_line(const std::string& file, const std::string& algorithm,
                      const std::string& hex) {
  return file + "|" + algorithm + "|" + hex + "\n";
}

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

}  // namespace

TEST_CASE("digest files: coreutils") {
  REQUIRE(seen(k_md5) == told_line("", "MD5", k_md5));
  REQUIRE(seen(k_md5 + "  a b.zip\n") == told_line("a b.zip", "MD5", k_md5));
  REQUIRE(seen(upper(k_sha256) + " *dir/a.zip\r\n") == told_line("dir/a.zip", "SHA256", k_sha256));
  REQUIRE(seen("\\" + k_md5 + "  a\\nb\\\\n\n") == told_line("a\nb\\n", "MD5", k_md5));
  REQUIRE(seen(k_md5 + "  a\n" + k_sha1 + "  b\n") ==
          told_line("a", "MD5", k_md5) + told_line("b", "SHA1", k_sha1));
  REQUIRE(seen(k_sha1 + "  a", "RIPEMD160") == told_line("a", "RIPEMD160", k_sha1));
  REQUIRE(seen("SHA256 (a (1).zip) = " + k_sha256) == told_line("a (1).zip", "SHA256", k_sha256));
}

TEST_CASE("digest files: openssl, Windows") {
  REQUIRE(seen("SHA2-256(a.zip)= " + k_sha256) == told_line("a.zip", "SHA256", k_sha256));
  REQUIRE(seen("MD5(stdin)= 9d:d4:e4:61:26:8c:80:34:f5:c8:56:4e:15:5c:67:a6") ==
          told_line("stdin", "MD5", k_md5));
  REQUIRE(seen("SHA256 hash of a.zip:\r\n" + k_sha256 +
               "\r\nCertUtil: -hashfile command completed successfully.\r\n") ==
          told_line("a.zip", "SHA256", k_sha256));
  REQUIRE(seen("MD5 hash of file a.zip:\n9d d4 e4 61 26 8c 80 34 f5 c8 56 4e 15 5c 67 a6\n") ==
          told_line("a.zip", "MD5", k_md5));
  REQUIRE(
      seen("\nAlgorithm       Hash      Path\n---------       ----      ----\nSHA256          " +
           upper(k_sha256) + "       C:\\x\\a.zip\n") ==
      told_line("C:\\x\\a.zip", "SHA256", k_sha256));
  REQUIRE(seen("Algorithm : SHA256\nHash      : " + upper(k_sha256) +
               "\nPath      : C:\\a.zip\n") == told_line("", "SHA256", k_sha256));
  REQUIRE(seen("SHA-256: " + k_sha256) == told_line("", "SHA256", k_sha256));
}

TEST_CASE("digest files: gpg --print-md in groups") {
  REQUIRE(seen("a: b.zip: 9D D4 E4 61 26 8C 80 34  F5 C8 56 4E 15 5C 67\n           A6\n") ==
          told_line("a: b.zip", "MD5", k_md5));
  REQUIRE(seen("a.zip: 11F6 AD8E C52A 2984 ABAA  FD7C 3B51 6503 785C\n       2072\n") ==
          told_line("a.zip", "SHA1", k_sha1));
  const std::string groups =
      "A4ABD444 8C49562D 828115D1 3A1FCCEA 927F52B4 D5459297 F8B43E42 DA89238B C13626E4\n"
      " 3DCB38DD B0824889 27EC904F B4205744 3983E885 85179D50 551AFE62\n";
  REQUIRE(seen("a.zip: " + groups) == told_line("a.zip", "SHA512", k_sha512));
  REQUIRE(seen(groups) == told_line("", "SHA512", k_sha512));
  // A long name has a line of its own.
  REQUIRE(seen("a/rather/long/directory/and/a/name.zip: \n" + groups) ==
          told_line("a/rather/long/directory/and/a/name.zip", "SHA512", k_sha512));
  REQUIRE(seen("a.zip:8:" + upper(k_sha256) + ":\na.zip:3:" + upper(k_sha1) + ":\n") ==
          told_line("a.zip", "SHA256", k_sha256) + told_line("a.zip", "RIPEMD160", k_sha1));
}

TEST_CASE("digest files: gpg --print-mds") {
  REQUIRE(seen("a.zip:    MD5 = 9D D4 E4 61 26 8C 80 34  F5 C8 56 4E\n"
               "                15 5C 67 A6\n"
               "a.zip:   SHA1 = 11F6 AD8E C52A 2984 ABAA  FD7C 3B51\n"
               "                6503 785C 2072\n"
               "a.zip: RMD160 = 11F6 AD8E C52A 2984 ABAA  FD7C 3B51 6503 785C 2072\n") ==
          told_line("a.zip", "MD5", k_md5) + told_line("a.zip", "SHA1", k_sha1) +
              told_line("a.zip", "RIPEMD160", k_sha1));
  REQUIRE(seen("   MD5 = 9D D4 E4 61 26 8C 80 34  F5 C8 56 4E 15 5C 67 A6\n"
               "  SHA1 = 11F6 AD8E C52A 2984 ABAA  FD7C 3B51 6503 785C 2072\n") ==
          told_line("", "MD5", k_md5) + told_line("", "SHA1", k_sha1));
}

TEST_CASE("digest files: marks, UTF-16, clear-text signatures") {
  REQUIRE(seen("\xEF\xBB\xBF" + k_md5 + "  a\n") == told_line("a", "MD5", k_md5));
  std::string wide = "\xFF\xFE";
  for (const char c : k_md5 + "  a\r\n") wide += std::string{c, '\0'};
  REQUIRE(seen(wide) == told_line("a", "MD5", k_md5));
  REQUIRE(
      seen("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA512\n\n" + k_md5 +
           "  a\n-----BEGIN PGP SIGNATURE-----\n\niHUEABYKAB0\n-----END PGP SIGNATURE-----\n") ==
      told_line("a", "MD5", k_md5));
}

TEST_CASE("digest files: what is none") {
  for (const std::string& text :
       {std::string(), std::string("hello"), k_md5 + "0", std::string("<html>404</html>"),
        std::string("SHA256 (a) = 1234"), std::string("a.zip: DEAD BEEF"), std::string(5000, 'a'),
        std::string(5000, '\0'), "SHA1 (a) = " + k_md5}) {
    REQUIRE(seen(text).empty());
  }
}

TEST_CASE("digest files: blanks around a line that are no blanks within digits") {
  const std::string md5 = told_line("", "MD5", k_md5);
  CHECK(seen("\r" + k_md5.substr(0, 16) + " " + k_md5.substr(16) + "\n") == md5);
  CHECK(seen("\r\r" + k_md5.substr(0, 2) + " \r\r\n").empty());
  CHECK(seen("\r4d\r\n\n" + k_md5 + "\n") == md5);
}
