// SPDX-License-Identifier: MIT
// Problems as the API tells them: application/problem+json, RFC 9457.
#pragma once

#include "web/refusal.hpp"
#include "web/response.hpp"

#include <string>

namespace upkeep::patch_web {

/// `{type, title, status, detail, advice, reasons, request}`
/// @param url the public address; empty: the type is a path below `base`
/// @param base nullptr if it is not known
web::Response problem_json(const web::ProblemKind& kind, const Error& error,
                           const std::string& request_id, const std::string& url,
                           const std::string* base);

}  // namespace upkeep::patch_web
