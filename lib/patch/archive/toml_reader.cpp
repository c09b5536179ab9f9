// SPDX-License-Identifier: MIT
#include "patch/archive/toml_reader.hpp"

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "base/toml_shape.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::archive {

const toml::node* TomlReader::take(const std::string& key) {
  m_known.push_back(key);
  return m_table.get(key);
}

void TomlReader::fail(const std::string& key, const std::string& why, std::string advice) const {
  const toml::node* node = m_table.get(key);
  const auto line = (node != nullptr ? node->source() : m_table.source()).begin.line;
  throw DataError(fmt::format("{}:{}: {}: {}", m_file, line, printable(key), why),
                  std::move(advice));
}

void TomlReader::text(const std::string& key, std::string& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<std::string>();
  if (!value) fail(key, "not a text");
  target = *value;
}

bool TomlReader::texts(const std::string& key, std::vector<std::string>& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return false;
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(key, "not a list of texts");
  target.clear();
  for (const auto& one : *array) {
    const auto value = one.value_exact<std::string>();
    if (!value) fail(key, "not a list of texts");
    target.push_back(*value);
  }
  return true;
}

void TomlReader::flag(const std::string& key, bool& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<bool>();
  if (!value) fail(key, "neither true nor false");
  target = *value;
}

void TomlReader::number(const std::string& key, std::uint64_t& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 1) fail(key, "not a whole number above 0");
  target = static_cast<std::uint64_t>(*value);
}

void TomlReader::regex(const std::string& key, std::string& target) {
  text(key, target);
  try {
    if (m_table.contains(key)) (void)Regex(target);
  } catch (const DataError& error) {
    fail(key, error.what());
  }
}

void TomlReader::regexes(const std::string& key, std::vector<std::string>& target) {
  texts(key, target);
  try {
    for (const std::string& one : target) (void)Regex(one);
  } catch (const DataError& error) {
    fail(key, error.what());
  }
}

std::string TomlReader::word(const std::string& key, const std::vector<std::string>& words) {
  std::string value;
  text(key, value);
  if (!m_table.contains(key)) return {};
  if (std::find(words.begin(), words.end(), value) == words.end()) {
    fail(key, fmt::format("no such value '{}'", printable(value)),
         did_you_mean(value, words, "one of " + join(words, ", ")));
  }
  return value;
}

void TomlReader::table(const std::string& key, const std::function<void(TomlReader&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) fail(key, "not a table");
  TomlReader below(*table, m_file);
  read(below);
  below.finish();
}

void TomlReader::tables(const std::string& key, const std::function<void(TomlReader&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(key, fmt::format("not tables: write [[{}]]", key));
  for (const auto& one : *array) {
    const toml::table* table = one.as_table();
    if (table == nullptr) fail(key, fmt::format("not tables: write [[{}]]", key));
    TomlReader below(*table, m_file);
    read(below);
    below.finish();
  }
}

std::vector<std::string> TomlReader::keys() const {
  std::vector<std::string> out;
  for (const auto& [key, node] : m_table) out.emplace_back(key.str());
  return out;
}

void TomlReader::finish() const {
  for (const std::string& key : keys()) {
    if (std::find(m_known.begin(), m_known.end(), key) != m_known.end()) continue;
    fail(key, "unknown key", did_you_mean(key, m_known));
  }
}

TomlFile::TomlFile(const std::string& text, std::string what) : m_what(std::move(what)) {
  if (const auto problem = toml_shape_problem(text)) {
    throw DataError(fmt::format("{}:{}: {}", m_what, problem->line, problem->text));
  }
  try {
    m_table = toml::parse(text);
  } catch (const toml::parse_error& error) {
    throw DataError(
        fmt::format("{}:{}: {}", m_what, error.source().begin.line, lower(error.description())));
  }
}

}  // namespace upkeep::patch::archive
