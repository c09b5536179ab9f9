// SPDX-License-Identifier: MIT
#include "web/refusal.hpp"

#include <algorithm>

namespace upkeep::web {

const std::vector<ProblemKind>& problem_kinds() {
  using S = ExitStatus;
  static const std::vector<ProblemKind> k_kinds{
      {"refused", 409, S::no, "A rule of the registry refuses this"},
      {"conflict", 412, S::no, "Someone else was faster"},
      {"unknown", 404, S::partial, "There is no such thing"},
      {"request", 400, S::usage, "The request is malformed"},
      {"value", 422, S::bad_data, "A value is not valid"},
      {"away", 503, S::unavailable, "A service is unreachable", true},
      {"busy", 503, S::try_later, "Too much is happening at once", true},
      {"unsure", 503, S::try_later, "The outcome is unknown", true},
      {"read-only", 503, S::unavailable, "Changes are switched off"},
      {"internal", 500, S::internal, "The program has a fault"},
      {"configuration", 500, S::config, "The configuration is not valid"},
      {"role", 403, S::not_permitted, "You may not do this"},
      {"token", 403, S::not_permitted, "The form has expired"},
      {"site", 403, S::not_permitted, "The request came from another site"},
      {"account", 403, S::not_permitted, "This account may not do this"},
      {"method", 405, S::usage, "The address does not support this method"},
      {"accept", 406, S::usage, "The address has no such representation"},
      {"size", 413, S::usage, "The request is too large"},
      {"length", 414, S::usage, "The address is too long"},
      {"type", 415, S::usage, "The body has the wrong type"},
      {"precondition", 428, S::usage, "The request must say what it is based on"},
  };
  return k_kinds;
}

const ProblemKind& problem_kind(std::string_view word) {
  const auto& kinds = problem_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const ProblemKind& one) { return one.word == word; });
  if (found == kinds.end()) throw Error(ExitStatus::internal, "an unknown kind of problem");
  return *found;
}

const ProblemKind& problem_kind(const Error& error) {
  if (const auto* refusal = dynamic_cast<const Refusal*>(&error)) return refusal->kind();
  switch (error.status()) {
    case ExitStatus::no:
      return problem_kind("refused");
    case ExitStatus::partial:
      return problem_kind("unknown");
    case ExitStatus::usage:
      return problem_kind("request");
    case ExitStatus::bad_data:
      return problem_kind("value");
    case ExitStatus::unavailable:
      return problem_kind("away");
    case ExitStatus::try_later:
      return problem_kind("busy");
    case ExitStatus::not_permitted:
      return problem_kind("role");
    case ExitStatus::config:
      return problem_kind("configuration");
    default:
      return problem_kind("internal");
  }
}

Refusal::Refusal(std::string_view word, const std::string& what, std::string advice)
    : Error(problem_kind(word).exit, what, std::move(advice)), m_kind(&problem_kind(word)) {}

}  // namespace upkeep::web
