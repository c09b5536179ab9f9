// SPDX-License-Identifier: MIT
#include "patch_web/acts/typed.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/duration.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::acts {

std::string typed_platform(const std::string& text, Platform rule) {
  std::string platform(trim(text));
  if (platform.empty()) {
    if (rule == Platform::required) throw FieldFaults("platform", "the platform is missing");
    return platform;
  }
  try {
    patch::check_platform(platform);
  } catch (const Error& error) {
    throw FieldFaults("platform", error.message());
  }
  return platform;
}

std::optional<patch::PatchRef> typed_source(Visit& visit, const std::string& text) {
  const std::string name(trim(text));
  if (name.empty()) return std::nullopt;
  auto source = visit.names().parse(name);
  if (source) return source;
  throw FieldFaults("ported-from", fmt::format("'{}' is not the name of a patch", printable(name)));
}

std::chrono::seconds typed_duration(Visit& visit, const char* key, const std::string& text) {
  try {
    return patch::lifecycle::parse_duration(trim(text), visit.config().patch);
  } catch (const UsageError& error) {
    throw FieldFaults(key, error.message());
  }
}

std::uint32_t typed_queue(const std::string& name) {
  if (const auto queue = patch::parse_queue_id(name)) return *queue;
  throw web::Refusal("unknown", fmt::format("'{}' is not the id of a request", printable(name)));
}

std::vector<patch::FieldEdit> edits_of_new(const patch::Document& fields) {
  using Kind = patch::FieldEdit::Kind;
  std::vector<patch::FieldEdit> edits;
  for (const auto& [key, values] : fields) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      edits.push_back({i == 0 ? Kind::set : Kind::add, key, values[i]});
    }
  }
  return edits;
}

}  // namespace upkeep::patch_web::acts
