// SPDX-License-Identifier: MIT
// The address under which a visitor's requests are counted.
#pragma once

#include <optional>
#include <string>

namespace upkeep::upgrade {

/// The address that identifies a visitor: the IPv4 address, or the /64 of an IPv6 address, which a
/// provider assigns to one customer. IPv4 within IPv6 (`::ffff:192.0.2.1`, NAT64) counts as IPv4; a
/// zone (`%eth0`) is ignored. nullopt if `text` is not an IP address.
std::optional<std::string> visitor_of(const std::string& text);

}  // namespace upkeep::upgrade
