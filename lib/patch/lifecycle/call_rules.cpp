// SPDX-License-Identifier: MIT
#include "patch/lifecycle/call_rules.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/executors.hpp"
#include "patch/model/patch_name.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace upkeep::patch::lifecycle {

namespace {

using Words = std::vector<std::string>;

struct Known {
  Words names;    ///< all parameters that are read
  Words needed;   ///< at least one of these is required
  Words flags{};  ///< Boolean parameters
};

const std::map<std::string, Known>& known_parameters() {
  static const std::map<std::string, Known> k_known{
      {"AttributeExistenceValidator", {{"attributes", "attribute"}, {"attributes", "attribute"}}},
      {"AttributeValueValidator",
       {{"attributes", "attribute", "pattern", "atLeastOne"},
        {"attributes", "attribute"},
        {"atLeastOne"}}},
      {"AttributeValueCountValidator",
       {{"attributes", "attribute", "count", "expression"}, {"attributes", "attribute"}}},
      {"PropertyValueValidator",
       {{"propertyName", "propertyValue", "isMultiValued"}, {"propertyName"}, {"isMultiValued"}}},
      {"TypedAssociationValidator",
       {{"associationType", "associationDirection", "associatedMediaType"}, {}}},
      {"CheckItemTickedValidator", {{"itemIndex", "checked"}, {"itemIndex"}, {"checked"}}},
      {"RequiredWhenValidator", {{"attribute", "pattern", "required"}, {"attribute"}}}};
  return k_known;
}

bool contains(const Words& words, const std::string& word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

/// Names in a comma-separated list.
Words listed(const std::string& text) {
  Words names;
  for (const std::string& one : split(text, ',')) {
    if (const auto name = trim(one); !name.empty()) names.emplace_back(name);
  }
  return names;
}

class CallJudge {
 public:
  CallJudge(const Call& call, const State& state) : m_call(call), m_state(state) {}

  std::vector<CallFault> judge() {
    doubles();
    const auto known = known_parameters().find(m_call.short_class());
    if (known == known_parameters().end()) return std::move(m_faults);
    names(known->second);
    values(known->first, known->second);
    return std::move(m_faults);
  }

 private:
  void add(const char* rule, std::string detail) { m_faults.push_back({rule, std::move(detail)}); }

  void doubles() {
    std::set<std::string> seen;
    for (const Parameter& one : m_call.parameters) {
      if (one.name.empty()) {
        add("unknown-parameter", "a parameter without a name is ignored");
      } else if (!seen.insert(one.name).second) {
        add("duplicate-parameter",
            fmt::format("{} occurs twice: the first one counts", printable(one.name)));
      }
    }
  }
  void names(const Known& known) {
    for (const Parameter& one : m_call.parameters) {
      if (one.name.empty() || contains(known.names, one.name)) continue;
      std::string detail =
          fmt::format("{} does not read {}", m_call.short_class(), printable(one.name));
      add_clause(detail, did_you_mean(one.name, known.names));
      add("unknown-parameter", std::move(detail));
    }
    const bool there = std::any_of(known.needed.begin(), known.needed.end(), [&](const auto& name) {
      return !trim(m_call.parameter(name)).empty();
    });
    if (!known.needed.empty() && !there) {
      add("missing-parameter",
          fmt::format("{} has no {}", m_call.short_class(), join(known.needed, " or ")));
    }
    for (const std::string& flag : known.flags) {
      const std::string value = lower(m_call.parameter(flag));
      if (value.empty() || value == "true" || value == "false") continue;
      add("bad-parameter",
          fmt::format("{} is '{}', neither true nor false", flag, printable(value)));
    }
  }
  void values(const std::string& name, const Known& known) {
    if (contains(known.names, "pattern") && !m_call.pattern) {
      const std::string pattern = m_call.parameter("pattern");
      add("bad-pattern",
          fmt::format("the pattern '{}' is not a regular expression", printable(pattern)));
    }
    if (name == "RequiredWhenValidator" && listed(m_call.parameter("required")).empty()) {
      add("missing-parameter", "RequiredWhenValidator has no required");
    }
    if (name == "AttributeValueCountValidator") count();
    if (name == "CheckItemTickedValidator") item();
    if (name == "TypedAssociationValidator") association();
  }
  void count() {
    static const Words k_operators{"<", ">", "<=", ">=", "==", "!="};
    const std::string op(trim(m_call.parameter("expression")));
    const std::string number(trim(m_call.parameter("count")));
    if (!contains(k_operators, op)) {
      add("bad-parameter", fmt::format("the expression '{}' is not one of {}", printable(op),
                                       join(k_operators, " ")));
    }
    const auto wanted = to_integer(number);
    if (!wanted) {
      add("bad-parameter", fmt::format("the count '{}' is not a number", printable(number)));
    } else if (const auto verdict = settled(op, *wanted)) {
      add("bad-parameter", fmt::format("a number of values is {} {} {}",
                                       *verdict ? "always" : "never", printable(op), *wanted));
    }
  }
  /// The result of a comparison that is the same for every number of values; nullopt if it depends.
  static std::optional<bool> settled(const std::string& op, long long wanted) {
    if (wanted < 0 && (op == ">" || op == "!=")) return true;
    if (wanted < 0 && (op == "==" || op == "<=")) return false;
    if (wanted <= 0 && op == ">=") return true;
    if (wanted <= 0 && op == "<") return false;
    return std::nullopt;
  }
  void item() {
    const std::string text(trim(m_call.parameter("itemIndex")));
    if (text.empty()) return;  // reported as missing
    const auto index = to_integer(text);
    if (index && *index >= 0 && *index < std::ssize(m_state.items)) return;
    add("bad-parameter",
        fmt::format("itemIndex is {}; '{}' has {} items, counted from 0", printable(text),
                    printable(m_state.name), m_state.items.size()));
  }
  void association() {
    static const Words k_types{"requires", "supersedes", "ported-from", "conflicts"};
    static const Words k_directions{"", "incoming", "outgoing", "any", "both"};
    const std::string type = m_call.parameter("associationType");
    if (!type.empty() && !contains(k_types, type)) {
      std::string detail = fmt::format("no link type is called '{}'", printable(type));
      add_clause(detail, did_you_mean(type, k_types, "one of " + join(k_types, ", ")));
      add("bad-parameter", std::move(detail));
    }
    const std::string direction = lower(m_call.parameter("associationDirection"));
    if (!contains(k_directions, direction)) {
      add("bad-parameter",
          fmt::format("the direction '{}' is neither incoming nor outgoing", printable(direction)));
    }
    const std::string media = lower(m_call.parameter("associatedMediaType"));
    if (!media.empty() && media.find("patch") == std::string::npos) {
      add("bad-parameter",
          fmt::format("only patches can be linked: '{}' never matches", printable(media)));
    }
  }

  const Call& m_call;
  const State& m_state;
  std::vector<CallFault> m_faults;
};

/// The only parameter of each executor that the suite reads.
const std::map<std::string, std::string>& read_of_executors() {
  static const std::map<std::string, std::string> k_read{{"CommandExecutor", "name"},
                                                         {"CopyExecutor", "platform"},
                                                         {"ServiceVersionExecutor", "platform"}};
  return k_read;
}

/// Why every move with this executor fails early; empty if none does.
std::string platform_fault(const std::string& name, const std::string& platform) {
  if (platform.empty()) return name + " creates no patch: its platform is empty";
  if (platform == "same" || platform_key(platform)) return {};
  std::string detail =
      fmt::format("the platform '{}' of {} is neither a version like 4.4.0 nor same",
                  printable(platform), name);
  if (lower(trim(platform)) == "same") add_clause(detail, "did you mean 'same'?");
  return detail;
}

/// The fields that a validation reads.
Words fields_of(const Call& call) {
  const std::string name = call.short_class();
  Words fields;
  const auto take = [&](const char* parameter) {
    for (std::string& one : listed(call.parameter(parameter))) fields.push_back(std::move(one));
  };
  if (name.starts_with("Attribute") || name == "RequiredWhenValidator") {
    take("attributes");
    take("attribute");
    take("required");
  } else if (name == "PropertyValueValidator") {
    static const Words k_own{"lifecycle", "state", "category", "platform", "number"};
    const std::string property = call.parameter("propertyName");
    const bool own = contains(k_own, property) || property == "registry.LC.name" ||
                     property.starts_with("registry.lifecycle.");
    if (!own && !property.empty()) fields.push_back(property);
  }
  return fields;
}

class RegistryJudge {
 public:
  RegistryJudge(const ArtifactType& type, const Configured& configured)
      : m_type(type), m_configured(configured) {}

  void judge(const State& state) {
    m_state = &state;
    for (const Call& call : state.validations) fields(call);
    for (const Item& item : state.items) {
      for (const Call& call : item.validations) fields(call);
      roles(item.roles, "tick '" + item.name + "'");
    }
    for (const Permission& one : state.permissions) roles(one.roles, "take " + one.event);
    for (const Approval& one : state.approvals) roles(one.roles, "vote for " + one.event);
    for (const Call& call : state.executions) executor(call);
  }
  std::vector<Finding> result() { return std::move(m_findings); }

 private:
  void add(const char* rule, std::string detail) {
    if (m_told.insert(detail).second) {
      m_findings.push_back({Severity::warning, rule, std::move(detail), m_state->line});
    }
  }
  void fields(const Call& call) {
    for (const std::string& key : fields_of(call)) {
      if (m_type.find(key) != nullptr) continue;
      std::string detail =
          fmt::format("{} in '{}' asks for the field {}, which patches lack",
                      printable(call.short_class()), printable(m_state->name), printable(key));
      add_clause(detail, did_you_mean(key, m_type.keys()));
      add("unknown-field", std::move(detail));
    }
  }
  void roles(const RoleList& names, const std::string& what) {
    if (!m_configured.roles || !names || names->empty()) return;
    for (const std::string& one : *names) {
      if (m_configured.roles->contains(one)) continue;
      add("unknown-role", fmt::format("the role '{}' may {} in '{}', which is not in [patch.roles]",
                                      printable(one), printable(what), printable(m_state->name)));
    }
  }
  void executor(const Call& call) {
    if (call.short_class() != "CommandExecutor") return;
    const std::string name = executor_name(call);
    if (contains(m_configured.executors, name)) return;
    std::string detail = fmt::format(
        "{} of '{}' runs [executor.{}], which is not configured: every move is "
        "vetoed",
        printable(call.event), printable(m_state->name), printable(name));
    add_clause(detail, did_you_mean(name, m_configured.executors));
    add("unknown-executor", std::move(detail));
  }

  const ArtifactType& m_type;
  const Configured& m_configured;
  const State* m_state = nullptr;
  std::set<std::string> m_told;
  std::vector<Finding> m_findings;
};

}  // namespace

std::vector<CallFault> parameter_faults(const Call& call, const State& state) {
  return CallJudge(call, state).judge();
}

std::vector<CallFault> executor_faults(const Call& call) {
  std::vector<CallFault> faults;
  const auto known = read_of_executors().find(call.short_class());
  if (known == read_of_executors().end()) return faults;
  const std::string& name = known->first;
  const std::string& wanted = known->second;
  const auto given = std::count_if(call.parameters.begin(), call.parameters.end(),
                                   [&](const Parameter& one) { return one.name == wanted; });
  for (const Parameter& one : call.parameters) {
    if (one.name == wanted) continue;
    const bool meant =
        given == 0 ? nearest(one.name, {wanted}).has_value() : lower(trim(one.name)) == wanted;
    if (!meant) continue;
    faults.push_back({"unknown-parameter", fmt::format("{} does not read {}; did you mean '{}'?",
                                                       name, printable(one.name), wanted)});
  }
  if (given > 1) {
    faults.push_back({"duplicate-parameter",
                      fmt::format("{} occurs {} times: the first one counts", wanted, given)});
  }
  const std::string value = call.parameter(wanted);
  if (wanted == "name" && value.empty()) {
    faults.push_back({"missing-parameter", name + " has no name, which selects what it runs"});
  } else if (wanted == "platform" && given > 0) {
    if (auto fault = platform_fault(name, value); !fault.empty()) {
      faults.push_back({"bad-parameter", std::move(fault)});
    }
  }
  return faults;
}

std::vector<Finding> registry_findings(const Definition& definition, const ArtifactType& type,
                                       const Configured& configured) {
  RegistryJudge judge(type, configured);
  for (const State& state : definition.states) judge.judge(state);
  return judge.result();
}

}  // namespace upkeep::patch::lifecycle
