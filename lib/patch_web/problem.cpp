// SPDX-License-Identifier: MIT
#include "patch_web/problem.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

web::Response problem_json(const web::ProblemKind& kind, const Error& error,
                           const std::string& request_id, const std::string& url,
                           const std::string* base) {
  const std::string root = !url.empty() ? url : (base != nullptr ? *base : "");
  ValueList reasons;
  if (const auto* refusal = dynamic_cast<const web::Refusal*>(&error)) {
    reasons.assign(refusal->reasons.begin(), refusal->reasons.end());
  }
  const Value problem(ValueObject{{"type", fmt::format("{}/problems/{}", root, kind.word)},
                                  {"title", std::string(kind.title)},
                                  {"status", kind.http},
                                  {"detail", std::string(error.what())},
                                  {"advice", null_if_empty(error.advice())},
                                  {"reasons", std::move(reasons)},
                                  {"request", null_if_empty(request_id)}});
  web::Response response;
  response.status = kind.http;
  response.type = "application/problem+json";
  response.body = to_json(problem) + "\n";
  return response;
}

}  // namespace upkeep::patch_web
