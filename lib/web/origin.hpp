// SPDX-License-Identifier: MIT
// Whether an unsafe request comes from a page of ours.
#pragma once

#include "web/request.hpp"

#include <string>

namespace upkeep::web {

/// @param url the public address of the application; empty: the Host header decides
/// @throws Refusal(site) if Sec-Fetch-Site or Origin says that another site sent it
void require_same_site(const Request& request, const std::string& url);

}  // namespace upkeep::web
