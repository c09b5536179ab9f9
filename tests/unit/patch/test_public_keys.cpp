// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/archive/public_keys.hpp"

#include <string>

using namespace upkeep::patch::archive;  // NOLINT

namespace {

/// An old-format packet.
std::string pgp_packet(unsigned tag, const std::string& body) {
  return std::string{static_cast<char>(0x80U | tag << 2U), static_cast<char>(body.size())} + body;
}

/// Version 4, a time, RSA, two integers of eight bits.
const std::string k_public{"\x04\0\0\0\0\x01\0\x08\xaa\0\x08\xbb", 12};

std::string new_format(unsigned tag, const std::string& body) {
  return std::string{static_cast<char>(0xc0U | tag), '\xff', '\0', '\0', '\0',
                     static_cast<char>(body.size())} +
         body;
}

}  // namespace

TEST_CASE("keys: the public half alone") {
  const std::string keys = pgp_packet(5, k_public + "secret") + pgp_packet(13, "al <al@x>") +
                           pgp_packet(7, k_public + "secret, too") + pgp_packet(2, "signature");
  const std::string expected = new_format(6, k_public) + pgp_packet(13, "al <al@x>") +
                               new_format(14, k_public) + pgp_packet(2, "signature");
  REQUIRE(public_keys(keys) == expected);
  REQUIRE(public_keys(keys).find("secret") == std::string::npos);
  // Without secrets nothing changes.
  REQUIRE(public_keys(pgp_packet(6, k_public)) == pgp_packet(6, k_public));
}

TEST_CASE("keys: what is not known is left as it is") {
  for (const std::string& keys :
       {std::string(), std::string("nonsense"), pgp_packet(5, k_public + "s").substr(0, 9),
        pgp_packet(5, "\x05" + k_public), pgp_packet(5, "\x04"), std::string("\x80\xff\xff", 3),
        std::string("-----BEGIN PGP PRIVATE KEY BLOCK-----\n\n!!\n-----END PGP PRIVATE KEY "
                    "BLOCK-----\n")}) {
    REQUIRE(public_keys(keys) == keys);
  }
}

TEST_CASE("keys: armored") {
  // base64 of pgp_packet(5, k_public + "s")
  const std::string armored =
      "A key:\n-----BEGIN PGP PRIVATE KEY BLOCK-----\nComment: x\n\nlA0EAAAAAAEACKoACLtz\n=abcd\n"
      "-----END PGP PRIVATE KEY BLOCK-----\n";
  REQUIRE(public_keys(armored) == new_format(6, k_public));
}
