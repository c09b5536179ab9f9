// SPDX-License-Identifier: MIT
#include "patch_web/api/api.hpp"

#include "base/text.hpp"
#include "patch_web/acts/outcome.hpp"
#include "patch_web/api/body.hpp"
#include "web/header_value.hpp"
#include "web/origin.hpp"
#include "web/pattern.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace upkeep::patch_web::api {

namespace {

/// Whether the quality of a media range is 0: not wanted.
bool is_excluded(const web::HeaderValue& range) {
  const auto quality = range.parameter("q");
  return quality && std::strtod(quality->c_str(), nullptr) <= 0;
}

/// Whether an Accept header admits JSON: the most specific of its ranges decides.
bool admits_json(const std::string& accept) {
  constexpr int k_exact = 3;
  int best = 0;
  bool admitted = trim(accept).empty();
  for (const std::string& one : split(accept, ',')) {
    const auto range = web::parse_header_value(one);
    if (!range) continue;
    int specific = 0;
    if (range->value == "application/json") specific = k_exact;
    if (range->value == "application/*") specific = 2;
    if (range->value == "*/*") specific = 1;
    if (specific <= best) continue;
    best = specific;
    admitted = !is_excluded(*range);
  }
  return admitted;
}

const Parameter* find_parameter(const Operation& operation, const std::string& name) {
  const auto found = std::find_if(operation.query.begin(), operation.query.end(),
                                  [&](const Parameter& one) { return name == one.name; });
  return found == operation.query.end() ? nullptr : &*found;
}

/// @throws UsageError for a parameter that the operation does not have, or has only once
void check_query(const Visit& visit, const Operation& operation) {
  for (const auto& [name, value] : visit.query().pairs()) {
    const Parameter* parameter = find_parameter(operation, name);
    if (parameter == nullptr) {
      std::vector<std::string> names;
      names.reserve(operation.query.size());
      for (const Parameter& one : operation.query) names.emplace_back(one.name);
      throw UsageError(fmt::format("this address has no parameter '{}'", printable(name)),
                       did_you_mean(name, names));
    }
    if (!parameter->repeated && visit.query().all(name).size() > 1) {
      throw UsageError(fmt::format("the parameter '{}' is given twice", name));
    }
  }
}

/// An act: only of a person who may, from a page of ours or from none.
web::Response act(Visit& visit, const Names& names, const Operation& operation) {
  web::require_same_site(visit.request(), visit.web().url);
  if (visit.request().header("idempotency-key")) {
    // Done twice, an act of a client that relies on the key would be a surprise.
    throw web::Refusal("request", "the header Idempotency-Key is not supported",
                       "give 'stay', 'was' or If-Match");
  }
  const Body body(visit.request(), operation.body);
  visit.need_acts();
  visit.act_once({}, {});
  constexpr std::chrono::seconds k_patience{5};
  visit.connection().limit_lock_waits(k_patience);
  try {
    return operation.act(visit, names, body);
  } catch (const patch::Conflict& conflict) {
    throw acts::conflict_refusal(visit, conflict);
  } catch (const db::CommitLost& lost) {
    throw acts::unsure_refusal(lost);
  }
}

}  // namespace

bool is_api(const std::string& path) {
  return path.starts_with("/api/");
}

web::Response answer(Visit& visit) {
  const web::Request& request = visit.request();
  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::vector<std::string> allowed;
  for (const Operation& operation : operations()) {
    const auto names = web::match(operation.pattern, request.path);
    if (!names) continue;
    if (method == operation.method) {
      if (!admits_json(request.header("accept").value_or(""))) {
        throw web::Refusal("accept", "the API answers with JSON alone", "accept application/json");
      }
      check_query(visit, operation);
      return operation.act != nullptr ? act(visit, *names, operation)
                                      : operation.read(visit, *names);
    }
    allowed.emplace_back(operation.method);
    if (allowed.back() == "GET") allowed.emplace_back("HEAD");
  }
  if (allowed.empty()) {
    throw web::Refusal("unknown", "there is no such address", "/api/v1/openapi.json lists them");
  }
  web::Refusal refusal("method",
                       fmt::format("this address does not support {}", printable(request.method)));
  refusal.headers.emplace_back("Allow", join(allowed, ", "));
  throw web::Refusal(std::move(refusal));
}

}  // namespace upkeep::patch_web::api
