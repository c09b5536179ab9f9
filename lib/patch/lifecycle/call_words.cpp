// SPDX-License-Identifier: MIT
#include "patch/lifecycle/call_words.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <vector>

namespace upkeep::patch::lifecycle {

namespace {

/// The fields that a validation names, and the verb that they need.
struct Named {
  std::string fields;
  bool several = false;

  [[nodiscard]] std::string with(const char* one, const char* many) const {
    return fields + (several ? many : one);
  }
};

Named named_by(const Call& call, std::initializer_list<const char*> parameters) {
  std::vector<std::string> names;
  for (const char* parameter : parameters) {
    for (const std::string& one : split(call.parameter(parameter), ',')) {
      if (const auto name = trim(one); !name.empty()) names.emplace_back(name);
    }
  }
  return {join(names, ", "), names.size() > 1};
}

std::string spelled_item(const Call& call, const State& state) {
  const auto index = to_integer(trim(call.parameter("itemIndex")));
  const bool known = index && *index >= 0 && *index < std::ssize(state.items);
  const std::string item =
      known ? state.items[static_cast<std::size_t>(*index)].name : call.parameter("itemIndex");
  const bool wanted = lower(call.parameter("checked")) != "false";
  return fmt::format("'{}' must {}be ticked", item, wanted ? "" : "not ");
}

}  // namespace

std::string spelled_validation(const Call& call, const State& state) {
  const std::string name = call.short_class();
  const Named fields = named_by(call, {"attributes", "attribute"});
  const std::string pattern = call.parameter("pattern");
  if (name == "AttributeExistenceValidator") return fields.with(" needs a value", " need a value");
  if (name == "AttributeValueValidator") return fields.fields + " must match " + pattern;
  if (name == "AttributeValueCountValidator") {
    return fmt::format(
        "{} {} values", fields.with(" must have", " must each have"),
        std::string(trim(call.parameter("expression"))) + ' ' + call.parameter("count"));
  }
  if (name == "PropertyValueValidator") {
    return fmt::format("{} must be '{}'", call.parameter("propertyName"),
                       call.parameter("propertyValue"));
  }
  if (name == "TypedAssociationValidator") {
    return fmt::format("a link '{}' is needed", call.parameter("associationType"));
  }
  if (name == "CheckItemTickedValidator") return spelled_item(call, state);
  if (name == "RequiredWhenValidator") {
    return fmt::format("if {} matches {}, {}", call.parameter("attribute"), pattern,
                       named_by(call, {"required"}).with(" needs a value", " need a value"));
  }
  return call.class_name + " must hold";
}

}  // namespace upkeep::patch::lifecycle
