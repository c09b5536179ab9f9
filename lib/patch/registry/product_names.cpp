// SPDX-License-Identifier: MIT
#include "patch/registry/product_names.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/store/choice_store.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

/// Letters of other scripts are kept.
std::string plain_key(std::string_view name) {
  std::string key;
  for (const char c : case_folded(name)) {
    const bool other = (static_cast<unsigned char>(c) & 0x80U) != 0;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || other) key += c;
  }
  return key.starts_with("wso2") ? key.substr(4) : key;
}

constexpr int k_most_steps = 8;  // an alias may refer to another one

}  // namespace

bool is_product_key(std::string_view key) {
  return key == "overview_products" || key == "overview_compatibleProducts";
}

std::pair<std::string_view, std::string_view> split_version(std::string_view name) {
  name = trim(name);
  const auto at = name.find_last_of(" -_");
  if (at == std::string_view::npos || at + 1 == name.size()) return {name, {}};
  const std::string_view version = name.substr(at + 1);
  if (version.front() < '0' || version.front() > '9') return {name, {}};
  return {trim(name.substr(0, at)), version};
}

ProductNames::ProductNames(std::vector<std::pair<std::string, std::string>> aliases)
    : m_aliases(std::move(aliases)) {
  for (const auto& [alias, value] : m_aliases) m_by_key.emplace(plain_key(alias), value);
}

ProductNames ProductNames::of(db::Connection& connection) {
  return ProductNames(choice_aliases(connection, "products"));
}

const std::string* ProductNames::stands_for(std::string_view name) const {
  const auto found = m_by_key.find(plain_key(name));
  return found == m_by_key.end() ? nullptr : &found->second;
}

std::string ProductNames::canonical(std::string_view name) const {
  std::string now(trim(name));
  if (m_by_key.empty()) return now;
  for (int step = 0; step < k_most_steps; ++step) {
    const auto [product, version] = split_version(now);
    if (const std::string* whole = stands_for(now)) {
      now = *whole;
    } else if (const std::string* any = version.empty() ? nullptr : stands_for(product)) {
      now = *any + " " + std::string(version);
    } else {
      break;
    }
  }
  return now;
}

std::string ProductNames::key(std::string_view name) const {
  return plain_key(canonical(name));
}

std::vector<std::string> ProductNames::others(const std::string& name) const {
  std::vector<std::string> names;
  if (m_by_key.empty()) return names;
  const std::string wanted = key(name);
  const std::string version(split_version(canonical(name)).second);
  const auto add = [&](const std::string& other) {
    if (key(other) != wanted) return;
    const auto same = [&](const std::string& one) { return same_ignoring_case(one, other); };
    if (!same(name) && std::none_of(names.begin(), names.end(), same)) names.push_back(other);
  };
  add(canonical(name));
  for (const auto& [alias, value] : m_aliases) {
    add(alias);
    if (!version.empty()) add(fmt::format("{} {}", alias, version));
  }
  return names;
}

}  // namespace upkeep::patch
