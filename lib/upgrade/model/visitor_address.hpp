// SPDX-License-Identifier: MIT
// By which address a visitor's requests are counted.
#pragma once

#include <optional>
#include <string>

namespace upkeep::upgrade {

/// What counts as one visitor: an IPv4 address, or the /64 of an IPv6 address, which one customer
/// of a provider has. IPv4 within IPv6 (`::ffff:192.0.2.1`, NAT64) is that IPv4 address; a zone
/// (`%eth0`) is left out. nullopt where `text` is not an IP address. Pure.
std::optional<std::string> visitor_of(const std::string& text);

}  // namespace upkeep::upgrade
