// SPDX-License-Identifier: MIT
#include "patch_web/api/api.hpp"

#include "base/text.hpp"
#include "patch/model/sha256.hpp"
#include "patch_web/acts/once.hpp"
#include "patch_web/api/body.hpp"
#include "web/header_value.hpp"
#include "web/origin.hpp"
#include "web/pattern.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace upkeep::patch_web::api {

namespace {

/// Whether the quality of a media range is 0: not wanted.
bool is_excluded(const web::HeaderValue& range) {
  const auto quality = range.parameter("q");
  return quality && std::strtod(quality->c_str(), nullptr) <= 0;
}

/// Whether an Accept header admits a type: the most specific of its ranges decides.
bool admits(const std::string& accept, const std::string& type) {
  constexpr int k_exact = 3;
  int best = 0;
  bool admitted = trim(accept).empty();
  for (const std::string& one : split(accept, ',')) {
    const auto range = web::parse_header_value(one);
    if (!range) continue;
    int specific = 0;
    if (range->value == type) specific = k_exact;
    if (range->value == type.substr(0, type.find('/')) + "/*") specific = 2;
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

/// Whether the answer is a text for customers.
bool is_text(const Visit& visit, const Operation& operation) {
  return visit.query().has("public") && find_parameter(operation, "public") != nullptr;
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

web::Refusal no_such_address(const Visit& visit) {
  std::vector<std::string> patterns;
  patterns.reserve(operations().size());
  for (const Operation& one : operations()) patterns.push_back(one.pattern);
  const auto like = nearest(visit.request().path, web::filled(patterns, visit.request().path));
  return {"unknown", "there is no such address",
          like ? fmt::format("did you mean {}?", printable(visit.address(*like)))
               : "/api/v1/openapi.json lists them"};
}

/// An act: only of a person who may, from a page of ours or from none.
web::Response act(Visit& visit, const Names& names, const Operation& operation) {
  const web::Request& request = visit.request();
  web::require_same_site(request, visit.web().url);
  if (operation.method != std::string_view("PATCH") && request.header("if-match")) {
    throw web::Refusal("request", "this address does not take If-Match",
                       "acts of a lifecycle take 'stay'");
  }
  const std::string key = idempotency_key(request);
  const Body body(request, operation.body);
  const std::string digest =
      patch::sha256(fmt::format("{} {}\n{}", request.method, request.path, body.canonical_text()));
  return acts::answer_once(
      visit, {key, digest}, [&] { return operation.act(visit, names, body); },
      [&](const patch::AlreadyDone& before) { return operation.again(visit, before); });
}

}  // namespace

std::string idempotency_key(const web::Request& request) {
  const auto header = request.header("idempotency-key");
  if (!header) return {};
  std::string_view key = trim(*header);
  if (key.size() > 2 && key.front() == '"' && key.back() == '"')
    key = key.substr(1, key.size() - 2);
  if (acts::is_once_key(std::string(key))) return std::string(key);
  throw web::Refusal("request", "Idempotency-Key is not a key",
                     "1 to 64 letters, digits, '-' and '_'");
}

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
      const std::string type = is_text(visit, operation) ? "text/plain" : "application/json";
      if (!admits(request.header("accept").value_or(""), type)) {
        throw web::Refusal("accept", fmt::format("this address answers with {} alone", type),
                           "accept " + type);
      }
      check_query(visit, operation);
      return operation.act != nullptr ? act(visit, *names, operation)
                                      : operation.read(visit, *names);
    }
    allowed.emplace_back(operation.method);
    if (allowed.back() == "GET") allowed.emplace_back("HEAD");
  }
  if (allowed.empty()) {
    throw no_such_address(visit);
  }
  web::Refusal refusal("method",
                       fmt::format("this address does not support {}", printable(request.method)));
  refusal.headers.emplace_back("Allow", join(allowed, ", "));
  throw web::Refusal(std::move(refusal));
}

}  // namespace upkeep::patch_web::api
