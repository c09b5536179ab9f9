// SPDX-License-Identifier: MIT
#include "patch/model/bundle_name.hpp"

#include "base/text.hpp"

#include <cstddef>

namespace upkeep::patch {

namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_separator(char c) {
  return c == '.' || c == '-' || c == '_';
}

/// A number of the version without leading zeros; advances `at` past it.
std::string_view take_number(std::string_view version, std::size_t& at) {
  const std::size_t start = at;
  while (at < version.size() && is_digit(version[at])) ++at;
  std::string_view number = version.substr(start, at - start);
  while (number.size() > 1 && number.front() == '0') number.remove_prefix(1);
  return number;
}

void append_version(std::string& key, std::string_view version) {
  constexpr int k_numbers = 3;
  std::size_t at = 0;
  int count = 0;
  while (count < k_numbers && at < version.size() && is_digit(version[at])) {
    key += take_number(version, at);
    key += '.';
    ++count;
    if (at + 1 >= version.size() || version[at] != '.' || !is_digit(version[at + 1])) break;
    if (count < k_numbers) ++at;
  }
  for (; count < k_numbers; ++count) key += "0.";
  key.pop_back();
  if (at < version.size() && is_separator(version[at])) ++at;
  if (at == version.size()) return;
  key += '.';
  for (const char c : version.substr(at)) key += is_separator(c) ? '_' : c;
}

}  // namespace

BundleName bundle_name(std::string_view file_name) {
  constexpr std::string_view k_jar = ".jar";
  std::string_view stem = file_name.substr(file_name.rfind('/') + 1);
  if (stem.size() > k_jar.size() && lower(stem.substr(stem.size() - k_jar.size())) == k_jar) {
    stem.remove_suffix(k_jar.size());
  }
  for (std::size_t i = 1; i + 1 < stem.size(); ++i) {
    if ((stem[i] == '_' || stem[i] == '-') && is_digit(stem[i + 1])) {
      return {stem.substr(0, i), stem.substr(i + 1)};
    }
  }
  return {stem, {}};
}

std::string bundle_key(std::string_view file_name) {
  const auto [name, version] = bundle_name(file_name);
  std::string key(name);
  if (version.empty()) return key;
  key += '_';
  append_version(key, version);
  return key;
}

}  // namespace upkeep::patch
