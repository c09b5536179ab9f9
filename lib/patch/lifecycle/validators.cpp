// SPDX-License-Identifier: MIT
// Validations by the registry's class names, without its mistakes: `<=` works as written, and an
// item is looked up in the patch's own lifecycle.
#include "base/text.hpp"
#include "patch/lifecycle/engine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch::lifecycle {

namespace {

using Finding = std::optional<ValidationFault>;

std::vector<std::string> attributes_of(const Call& call) {
  std::vector<std::string> names;
  for (const char* parameter : {"attributes", "attribute"}) {
    for (const std::string& one : split(call.parameter(parameter), ',')) {
      if (const auto name = trim(one); !name.empty()) names.emplace_back(name);
    }
  }
  return names;
}

const Values& values_of(const Patch& patch, const std::string& key) {
  static const Values k_none;
  const auto found = patch.fields.find(key);
  return found == patch.fields.end() ? k_none : found->second;
}

Finding existence(const Call& call, const Situation& situation) {
  std::vector<std::string> missing;
  for (const std::string& name : attributes_of(call)) {
    if (values_of(situation.patch, name).empty()) missing.push_back(name);
  }
  if (missing.empty()) return std::nullopt;
  std::string detail =
      join(missing, ", ") + (missing.size() == 1 ? " has no value" : " have no value");
  return ValidationFault{
      .detail = std::move(detail), .keys = std::move(missing), .fault = Fault::no_value};
}

Finding no_pattern(const Call& call) {
  return ValidationFault{
      fmt::format("'{}' is not a regular expression", call.parameter("pattern"))};
}

Finding value(const Call& call, const Situation& situation) {
  if (!call.pattern) return no_pattern(call);
  const bool one_is_enough = lower(call.parameter("atLeastOne")) == "true";
  const auto fits = [&](const std::string& text) { return call.pattern->matches(text); };
  for (const std::string& name : attributes_of(call)) {
    const Values& values = values_of(situation.patch, name);
    if (values.empty()) {
      return ValidationFault{
          .detail = name + " has no value", .keys = {name}, .fault = Fault::no_value};
    }
    if (one_is_enough ? std::any_of(values.begin(), values.end(), fits)
                      : std::all_of(values.begin(), values.end(), fits)) {
      continue;
    }
    return ValidationFault{
        .detail = fmt::format("{} does not match {}", name, call.pattern->pattern()),
        .keys = {name},
        .fault = Fault::no_match,
        .facts = {call.pattern->pattern()}};
  }
  return std::nullopt;
}

Finding count(const Call& call, const Situation& situation) {
  const auto wanted = to_integer(trim(call.parameter("count")));
  const std::string op = std::string(trim(call.parameter("expression")));
  static const std::map<std::string, std::function<bool(long long, long long)>> k_operators{
      {"<", std::less<>{}},           {">", std::greater<>{}},   {"<=", std::less_equal<>{}},
      {">=", std::greater_equal<>{}}, {"==", std::equal_to<>{}}, {"!=", std::not_equal_to<>{}}};
  const auto compare = k_operators.find(op);
  if (!wanted || compare == k_operators.end()) {
    return ValidationFault{fmt::format("'{} {}' is not a comparison", op, call.parameter("count"))};
  }
  for (const std::string& name : attributes_of(call)) {
    const auto number = std::ssize(values_of(situation.patch, name));
    if (!compare->second(number, *wanted)) {
      return ValidationFault{
          .detail = fmt::format("{} has {} values, not {} {}", name, number, op, *wanted),
          .keys = {name},
          .fault = Fault::wrong_count,
          .facts = {std::to_string(number), op, std::to_string(*wanted)}};
    }
  }
  return std::nullopt;
}

/// The attribute of every patch that a registry stores as this property; nullopt: it is a field.
std::optional<Values> attribute(const Situation& situation, const std::string& name) {
  const Patch& patch = situation.patch;
  const auto one = [](const std::optional<std::string>& text) {
    return text && !text->empty() ? Values{*text} : Values{};
  };
  if (name == "registry.LC.name" || name == "lifecycle") return one(patch.lifecycle);
  if (name == "state" || (name.starts_with("registry.lifecycle.") && name.ends_with(".state"))) {
    return Values{situation.state.name};
  }
  if (name == "category") return one(patch.category);
  if (name == "platform" && patch.ref) return Values{patch.ref->platform};
  if (name == "number" && patch.ref) return Values{std::to_string(patch.ref->number)};
  return std::nullopt;
}

Finding property_value(const Call& call, const Situation& situation) {
  const std::string name = call.parameter("propertyName"), wanted = call.parameter("propertyValue");
  const auto own = attribute(situation, name);
  const Values& values = own ? *own : values_of(situation.patch, name);
  const bool several = lower(call.parameter("isMultiValued")) == "true";
  const auto last = several || values.empty() ? values.end() : values.begin() + 1;
  if (std::find(values.begin(), last, wanted) != last) return std::nullopt;
  ValidationFault fault{.detail = fmt::format("{} is not '{}'", name, wanted),
                        .fault = Fault::not_equal,
                        .facts = {name, wanted}};
  if (!own) fault.keys = {name};
  return fault;
}

Finding association(const Call& call, const Situation& situation, const Rules& rules) {
  const std::string type = call.parameter("associationType");
  const std::string direction = lower(call.parameter("associationDirection"));
  const auto fits = [&](const Link& link) { return type.empty() || link.type == type; };
  const auto& links = situation.patch.links;
  const bool out = direction != "incoming" && std::any_of(links.begin(), links.end(), fits);
  const bool in =
      !out && direction != "outgoing" && rules.is_linked_from && rules.is_linked_from(type);
  // Only patches are linked here.
  const std::string media = lower(call.parameter("associatedMediaType"));
  if ((out || in) && (media.empty() || media.find("patch") != std::string::npos)) {
    return std::nullopt;
  }
  return ValidationFault{.detail = fmt::format("there is no link '{}'", type),
                         .fault = Fault::no_link,
                         .facts = {type}};
}

Finding item_ticked(const Call& call, const Situation& situation) {
  const auto index =
      to_integer(trim(call.parameter("itemIndex")));  // from 0, as the registry counts
  const auto& items = situation.state.items;
  if (!index || *index < 0 || *index >= std::ssize(items)) {
    return ValidationFault{
        fmt::format("there is no item with index '{}'", call.parameter("itemIndex"))};
  }
  const Item& item = items[static_cast<std::size_t>(*index)];
  const bool wanted = lower(call.parameter("checked")) != "false";
  if (situation.progress.ticks.contains(item.name) == wanted) return std::nullopt;
  return ValidationFault{.detail = fmt::format("'{}' is {}ticked", item.name, wanted ? "not " : ""),
                         .item = item.name,
                         .fault = wanted ? Fault::unticked : Fault::ticked};
}

/// Our own: if `attribute` matches `pattern`, each of `required` needs a value.
Finding required_when(const Call& call, const Situation& situation) {
  const std::string attribute = call.parameter("attribute");
  if (!call.pattern) return no_pattern(call);
  const Values& values = values_of(situation.patch, attribute);
  if (std::none_of(values.begin(), values.end(),
                   [&](const auto& v) { return call.pattern->matches(v); })) {
    return std::nullopt;
  }
  Call wanted;
  wanted.parameters = {{"attributes", call.parameter("required")}};
  auto fault = existence(wanted, situation);
  if (fault) {
    fault->detail += fmt::format(", and {} is '{}'", attribute, join(values, ", "));
    fault->fault = Fault::no_value_when;
    fault->facts = {attribute, join(values, ", ")};
  }
  return fault;
}

}  // namespace

std::optional<ValidationFault> validation_fault(const Call& call, const Situation& situation,
                                                const Rules& rules) {
  const std::string name = call.short_class();
  if (name == "AttributeExistenceValidator") return existence(call, situation);
  if (name == "AttributeValueValidator") return value(call, situation);
  if (name == "AttributeValueCountValidator") return count(call, situation);
  if (name == "PropertyValueValidator") return property_value(call, situation);
  if (name == "TypedAssociationValidator") return association(call, situation, rules);
  if (name == "CheckItemTickedValidator") return item_ticked(call, situation);
  if (name == "RequiredWhenValidator") return required_when(call, situation);
  if (rules.ignore_unknown_validators) return std::nullopt;
  return ValidationFault{fmt::format("the validator {} is unknown", call.class_name)};
}

}  // namespace upkeep::patch::lifecycle
