// SPDX-License-Identifier: MIT
// What a server says before it lets us in, and what must not be answered to it.
#include "db/handshake.hpp"

#include "catch2_compat.hpp"

#include <string>

using upkeep::db::HandshakeFault;
using upkeep::db::HandshakeReader;

namespace {

std::string packet(unsigned number, const std::string& payload) {
  const auto size = static_cast<unsigned>(payload.size());
  return std::string{static_cast<char>(size & 0xffU), static_cast<char>(size >> 8U & 0xffU),
                     static_cast<char>(size >> 16U), static_cast<char>(number)} +
         payload;
}

std::string greeting(bool tls, const std::string& plugin = "mysql_native_password") {
  std::string text =
      "\x0a"
      "11.4.2-MariaDB";
  text += '\0' + std::string("\1\0\0\0", 4) + "AAAAAAAA" + '\0';
  text += std::string{static_cast<char>(0xff), static_cast<char>(tls ? 0xff : 0xf7)};
  text += std::string("\x21\2\0\x08\0\x15", 6) + std::string(10, '\0') + "BBBBBBBBBBBB" + '\0';
  return packet(0, text + plugin + '\0');
}

std::string switch_to(const std::string& plugin) {
  return packet(2, "\xfe" + plugin + '\0' + "scramble");
}

}  // namespace

TEST_CASE("a server without TLS is left where TLS is asked for", "[handshake]") {
  CHECK(HandshakeReader(true).take(greeting(false), false) == HandshakeFault::no_tls);
  CHECK(HandshakeReader(true).take(greeting(true), false) == HandshakeFault::nothing);
  CHECK(HandshakeReader(false).take(greeting(false), false) == HandshakeFault::nothing);
  // What is no greeting that we know offers no TLS.
  for (const std::string& odd : {packet(0,
                                        "\x09"
                                        "3.21"),
                                 packet(0,
                                        "\x0a"
                                        "5.5"),
                                 packet(0, ""), std::string("\xff\xff\xff\0\x0a", 5),
                                 packet(0, std::string("\x0a"
                                                       "5\0\1\2\3",
                                                       6))}) {
    CHECK(HandshakeReader(true).take(odd, false) == HandshakeFault::no_tls);
  }
  CHECK(HandshakeReader(true).take(packet(0, "\xff\x10\x04Too many"), false) ==
        HandshakeFault::nothing);  // an error: nothing is answered
}

TEST_CASE("a greeting that comes in pieces is one greeting", "[handshake]") {
  HandshakeReader reader(true);
  const std::string whole = greeting(false);
  for (std::size_t i = 0; i + 1 < whole.size(); ++i) {
    CHECK(reader.take(whole.substr(i, 1), false) == HandshakeFault::nothing);
  }
  CHECK(reader.take(whole.substr(whole.size() - 1), false) == HandshakeFault::no_tls);
}

TEST_CASE("the password is not sent as it is without TLS", "[handshake]") {
  for (const char* plugin : {"mysql_clear_password", "dialog"}) {
    CAPTURE(plugin);
    CHECK(HandshakeReader(false).take(greeting(true, plugin), false) == HandshakeFault::clear_text);
    CHECK(HandshakeReader(true).take(greeting(true, plugin), false) == HandshakeFault::nothing);
    CHECK(HandshakeReader(false).take(greeting(true) + switch_to(plugin), false) ==
          HandshakeFault::clear_text);
    HandshakeReader encrypted(true);
    CHECK(encrypted.take(greeting(true), false) == HandshakeFault::nothing);
    CHECK(encrypted.take(switch_to(plugin), true) == HandshakeFault::nothing);
  }
  CHECK(HandshakeReader(false).take(greeting(true) + switch_to("client_ed25519"), false) ==
        HandshakeFault::nothing);
}

TEST_CASE("after the verdict nothing is looked at", "[handshake]") {
  HandshakeReader reader(false);
  CHECK(reader.take(greeting(true) + packet(2, std::string("\0\0\0\2\0", 5)), false) ==
        HandshakeFault::nothing);
  CHECK(reader.take(switch_to("dialog"), false) == HandshakeFault::nothing);
}
