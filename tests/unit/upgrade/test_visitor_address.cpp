// SPDX-License-Identifier: MIT
#include "upgrade/model/visitor_address.hpp"

#include "catch2_compat.hpp"

using upkeep::upgrade::visitor_of;

TEST_CASE("a visitor is an IPv4 address or the /64 of an IPv6 address") {
  CHECK(visitor_of("192.0.2.7") == "192.0.2.7");
  CHECK(visitor_of("2001:db8:1:2:3:4:5:6") == "2001:db8:1:2::/64");
  CHECK(visitor_of("2001:DB8:1:2::9") == "2001:db8:1:2::/64");
  CHECK(visitor_of("::1") == "::/64");
  CHECK(visitor_of("fe80::1%eth0") == "fe80::/64");
}

TEST_CASE("IPv4 within IPv6 is that IPv4 address") {
  CHECK(visitor_of("::ffff:192.0.2.7") == "192.0.2.7");
  CHECK(visitor_of("::ffff:c000:207") == "192.0.2.7");
  CHECK(visitor_of("::ffff:0:192.0.2.7") == "192.0.2.7");
  CHECK(visitor_of("64:ff9b::192.0.2.7") == "192.0.2.7");
}

TEST_CASE("anything else is no address") {
  for (const char* text : {"", " ", "192.0.2", "192.0.2.256", "192.0.2.7 ", "192.0.2.7/24",
                           "192.0.2.7%eth0", "example.org", "1::2::3", "0x7f.1", "12345::"}) {
    CAPTURE(text);
    CHECK_FALSE(visitor_of(text));
  }
  CHECK_FALSE(visitor_of(std::string("::1\0x", 5)));
}
