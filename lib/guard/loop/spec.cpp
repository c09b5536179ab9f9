// SPDX-License-Identifier: MIT
#include "guard/loop/spec.hpp"

#include "base/error.hpp"
#include "guard/loop/json_fields.hpp"

#include <fmt/format.h>

#include <array>

namespace upkeep::guard {

using nlohmann::json;

constexpr std::array<std::string_view, 2> k_words(Policy /*unused*/) {
  return {"finish", "kill"};
}

template <typename Self, typename Visit>
requires std::is_same_v<std::remove_const_t<Self>, Spec>
void fields(Self& self, Visit&& visit) {
  visit("run", self.run);
  visit("workspace", self.workspace);
  visit("epoch", self.epoch);
  visit("before", self.before);
  visit("argv", self.argv);
  visit("directory", self.directory);
  visit("environment", self.environment);
  visit("umask", self.umask, Presence::younger);
  visit("timeout_ms", self.timeout);
  visit("grace_ms", self.grace);
  visit("lease_ms", self.lease);
  visit("policy", self.policy);
  visit("renewed_at", self.renewed_at);
  visit("status_path", self.status_path);
  visit("step_open", self.rules.step_open);
  visit("step_close", self.rules.step_close);
  visit("success", self.rules.success);
  visit("failure", self.rules.failure);
  visit("ignore", self.rules.ignore, Presence::younger);
  visit("step_line", self.rules.step_line, Presence::younger);
}

std::string Spec::to_json() const {
  try {
    return to_json_value(*this).dump();
  } catch (const json::exception& error) {
    throw Error(ExitStatus::internal,
                fmt::format("run {} cannot be passed to its guardian: {}", run, error.what()),
                "use UTF-8 in [upgrade] and [profile]");
  }
}

Spec Spec::from_json(std::string_view text) {
  Spec spec;
  try {
    from_json_value(json::parse(text), spec);
  } catch (const json::exception& error) {
    throw DataError(fmt::format("not a run: {}", error.what()));
  }
  if (spec.argv.empty() || spec.argv[0].empty()) throw DataError("this run has no command");
  return spec;
}

}  // namespace upkeep::guard
