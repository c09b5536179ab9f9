// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/lifecycle_properties.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string_view>

namespace upkeep::patch {

namespace {

constexpr std::string_view k_name = "registry.LC.name";
constexpr std::string_view k_lifecycle = "registry.lifecycle.";
constexpr std::string_view k_custom = "registry.custom_lifecycle.";
constexpr std::string_view k_items = "registry.custom_lifecycle.checklist.option.";
constexpr std::string_view k_votes = "registry.custom_lifecycle.votes.option.";
constexpr std::string_view k_state = ".state";
constexpr std::string_view k_since = ".lastStateUpdatedTime";

/// The registry removes blanks from a lifecycle's name in the names of properties.
std::string compact(std::string_view name) {
  std::string text(name);
  std::erase(text, ' ');
  return text;
}

/// The values of one item or vote: `status:Testing`, `name:README`, `value:true`, `order:1`.
struct Option {
  std::string lifecycle;  // empty: not named
  std::map<std::string, std::string> parts;
};

class LifecycleReader {
 public:
  LifecycleProperties read(const std::vector<std::pair<std::string, std::string>>& properties) {
    for (const auto& [name, value] : properties) take(name, value);
    for (const auto& [key, option] : m_items) take_item(option);
    for (const auto& [key, option] : m_votes) take_vote(option);
    choose();
    return std::move(m_result);
  }

 private:
  RegistryLifecycle& called(const std::string& name) {
    for (RegistryLifecycle& one : m_lifecycles) {
      if (compact(one.name) == compact(name)) {
        if (one.name.size() < name.size()) one.name = name;
        return one;
      }
    }
    m_lifecycles.emplace_back().name = name;
    return m_lifecycles.back();
  }

  void take(const std::string& name, const std::string& value) {
    if (name == k_name) {
      if (m_usual.empty()) m_usual = value;
      (void)called(value);
    } else if (name.starts_with(std::string(k_name) + ".")) {
      (void)called(value.empty() ? name.substr(k_name.size() + 1) : value);
    } else if (name.starts_with(k_lifecycle)) {
      take_state(name.substr(k_lifecycle.size()), value);
    } else if (name.starts_with(k_items)) {
      take_option(m_items, name.substr(k_items.size()), ".item", value);
    } else if (name.starts_with(k_votes)) {
      take_option(m_votes, name.substr(k_votes.size()), ".vote", value);
    } else if (!name.starts_with(k_custom)) {  // the others repeat the definition
      m_result.unread.emplace_back(name, value);
    }
  }

  /// `NAME.state`, `NAME.lastStateUpdatedTime`; checkpoints repeat the definition.
  void take_state(const std::string& rest, const std::string& value) {
    if (rest.ends_with(k_state)) {
      called(rest.substr(0, rest.size() - k_state.size())).state = value;
    } else if (rest.ends_with(k_since)) {
      called(rest.substr(0, rest.size() - k_since.size())).since = value;
    } else if (rest.find(".checkpoint") == std::string::npos) {
      m_result.unread.emplace_back(std::string(k_lifecycle) + rest, value);
    }
  }

  /// `NAME.0.item`, or `0.item` in old registries. The permissions repeat the definition.
  static void take_option(std::map<std::string, Option>& options, std::string rest,
                          std::string_view suffix, const std::string& value) {
    if (!rest.ends_with(suffix)) return;
    rest.resize(rest.size() - suffix.size());
    Option& option = options[rest];
    const auto dot = rest.rfind('.');
    if (dot != std::string::npos) option.lifecycle = rest.substr(0, dot);
    const auto colon = value.find(':');
    if (colon != std::string::npos) option.parts[value.substr(0, colon)] = value.substr(colon + 1);
  }

  /// That of an item; of the usual one if the property does not say.
  RegistryLifecycle* owner(const Option& option) {
    if (!option.lifecycle.empty()) return &called(option.lifecycle);
    if (!m_usual.empty()) return &called(m_usual);
    return m_lifecycles.empty() ? nullptr : &m_lifecycles.front();
  }

  void take_item(const Option& option) {
    RegistryLifecycle* lifecycle = owner(option);
    const auto name = option.parts.find("name");
    const auto value = option.parts.find("value");
    if (lifecycle == nullptr || name == option.parts.end() || value == option.parts.end()) return;
    lifecycle->has_items = true;
    if (value->second == "true") lifecycle->ticks.insert(name->second);
  }

  void take_vote(const Option& option) {
    RegistryLifecycle* lifecycle = owner(option);
    const auto name = option.parts.find("name");
    const auto users = option.parts.find("users");
    if (lifecycle == nullptr || name == option.parts.end() || users == option.parts.end()) return;
    lifecycle->has_votes = true;
    for (const std::string& user : split(users->second, ',')) {
      const std::string voter(trim(user));
      if (!voter.empty()) lifecycle->votes[name->second].push_back(voter);
    }
  }

  /// The usual one has precedence if the resource is in a state of it.
  void choose() {
    const auto has_state = [](const RegistryLifecycle& one) { return !one.state.empty(); };
    auto chosen = std::find_if(m_lifecycles.begin(), m_lifecycles.end(), [&](const auto& one) {
      return has_state(one) && compact(one.name) == compact(m_usual);
    });
    if (chosen == m_lifecycles.end()) {
      chosen = std::find_if(m_lifecycles.begin(), m_lifecycles.end(), has_state);
    }
    if (chosen == m_lifecycles.end()) chosen = m_lifecycles.begin();
    for (auto one = m_lifecycles.begin(); one != m_lifecycles.end(); ++one) {
      if (one == chosen) {
        m_result.lifecycle = *one;
      } else {
        m_result.others.push_back(*one);
      }
    }
  }

  std::string m_usual;
  std::vector<RegistryLifecycle> m_lifecycles;
  std::map<std::string, Option> m_items, m_votes;
  LifecycleProperties m_result;
};

}  // namespace

LifecycleProperties read_lifecycles(
    const std::vector<std::pair<std::string, std::string>>& properties) {
  return LifecycleReader().read(properties);
}

}  // namespace upkeep::patch
