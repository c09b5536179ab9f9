// SPDX-License-Identifier: MIT
#include "guard/loop/spec.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace upkeep::guard {

using nlohmann::json;

std::string Spec::to_json() const {
  try {
    return json{{"run", run},
                {"workspace", workspace},
                {"epoch", epoch},
                {"before", before},
                {"argv", argv},
                {"directory", directory},
                {"environment", environment},
                {"umask", umask},
                {"timeout_ms", timeout.count()},
                {"grace_ms", grace.count()},
                {"lease_ms", lease.count()},
                {"policy", policy == Policy::kill ? "kill" : "finish"},
                {"renewed_at", renewed_at},
                {"status_path", status_path.string()},
                {"step_open", rules.step_open},
                {"step_close", rules.step_close},
                {"success", rules.success},
                {"failure", rules.failure},
                {"ignore", rules.ignore}}
        .dump();
  } catch (const json::exception& error) {
    throw Error(ExitStatus::internal,
                fmt::format("run {} cannot be passed to its guardian: {}", run, error.what()),
                "use UTF-8 in [upgrade] and [profile]");
  }
}

Spec Spec::from_json(std::string_view text) {
  Spec spec;
  try {
    const json all = json::parse(text);
    all.at("run").get_to(spec.run);
    all.at("workspace").get_to(spec.workspace);
    all.at("epoch").get_to(spec.epoch);
    all.at("before").get_to(spec.before);
    all.at("argv").get_to(spec.argv);
    all.at("directory").get_to(spec.directory);
    all.at("environment").get_to(spec.environment);
    spec.umask = all.value("umask", spec.umask);  // younger than the rest
    spec.timeout = std::chrono::milliseconds(all.at("timeout_ms").get<std::int64_t>());
    spec.grace = std::chrono::milliseconds(all.at("grace_ms").get<std::int64_t>());
    spec.lease = std::chrono::milliseconds(all.at("lease_ms").get<std::int64_t>());
    spec.policy = all.at("policy").get<std::string>() == "kill" ? Policy::kill : Policy::finish;
    all.at("renewed_at").get_to(spec.renewed_at);
    spec.status_path = all.at("status_path").get<std::string>();
    all.at("step_open").get_to(spec.rules.step_open);
    all.at("step_close").get_to(spec.rules.step_close);
    all.at("success").get_to(spec.rules.success);
    all.at("failure").get_to(spec.rules.failure);
    spec.rules.ignore = all.value("ignore", spec.rules.ignore);  // younger than the rest
  } catch (const json::exception& error) {
    throw DataError(fmt::format("not a run: {}", error.what()));
  }
  if (spec.argv.empty() || spec.argv[0].empty()) throw DataError("this run has no command");
  return spec;
}

}  // namespace upkeep::guard
