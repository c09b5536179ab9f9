// SPDX-License-Identifier: MIT
#include "config/toml_table.hpp"

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "config/toml_shape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upkeep::config {

namespace {

[[noreturn]] void fail_at(TomlUse use, const std::string& what, std::string advice = {}) {
  if (use == TomlUse::data) throw DataError(what, std::move(advice));
  throw ConfigError(what, std::move(advice));
}

}  // namespace

toml::table parse_toml(const std::string& text, const std::string& file, TomlUse use) {
  if (const auto problem = toml_shape_problem(text)) {
    fail_at(use, fmt::format("{}:{}: {}", file, problem->line, problem->text));
  }
  try {
    return toml::parse(text, file);
  } catch (const toml::parse_error& error) {
    fail_at(use, fmt::format("{}:{}: {}", file, error.source().begin.line,
                             std::string_view(error.description())));
  }
}

const toml::node* TomlTable::take(const std::string& key) {
  m_known.push_back(key);
  return m_table.get(key);
}

std::string TomlTable::at(const toml::node* node) const {
  const toml::source_region& source = node != nullptr ? node->source() : m_table.source();
  const std::string& file = source.path ? *source.path : m_file;  // included files have their own
  return source.begin.line > 0 ? fmt::format("{}:{}", file, source.begin.line) : file;
}

void TomlTable::fail(const std::string& key, const std::string& why, std::string advice) const {
  fail_at(m_use,
          fmt::format("{}: {}{}{}: {}", at(m_table.get(key)), m_name, m_name.empty() ? "" : " ",
                      key, why),
          std::move(advice));
}

void TomlTable::text(const std::string& key, std::string& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_string()) fail(key, "expected a string");
  target = node->as_string()->get();
  if (target.find('\0') != std::string::npos) fail(key, "must not contain a NUL byte");
}

void TomlTable::path(const std::string& key, std::string& target) {
  text(key, target);
  if (has(key) && !target.empty() && target.front() != '/') {
    fail(key, fmt::format("'{}' is not an absolute path", printable(target)),
         "at(1) and cron start in a different directory: begin it with /");
  }
}

void TomlTable::path(const std::string& key, std::filesystem::path& target) {
  std::string value = target.string();
  path(key, value);
  target = value;
}

void TomlTable::integer(const std::string& key, int& target, int least, int most) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_integer()) fail(key, "expected a whole number");
  const std::int64_t value = node->as_integer()->get();
  if (value < least || value > most) {
    fail(key, fmt::format("{} is not between {} and {}", value, least, most));
  }
  target = static_cast<int>(value);
}

void TomlTable::seconds(const std::string& key, std::chrono::seconds& target, int least, int most) {
  auto count = static_cast<int>(target.count());
  integer(key, count, least, most);
  target = std::chrono::seconds(count);
}

void TomlTable::real(const std::string& key, double& target, double above) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value<double>();
  if (!value) fail(key, "expected a number");
  if (!(*value > above)) fail(key, fmt::format("must be greater than {}", above));
  target = *value;
}

void TomlTable::positive(const std::string& key, std::uint64_t& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value_exact<std::int64_t>();
  if (!value || *value < 1) fail(key, "not a whole number above 0");
  target = static_cast<std::uint64_t>(*value);
}

void TomlTable::regex(const std::string& key, std::string& target) {
  text(key, target);
  try {
    if (has(key)) (void)Regex(target);
  } catch (const DataError& error) {
    fail(key, error.what());
  }
}

void TomlTable::regexes(const std::string& key, std::vector<std::string>& target) {
  texts(key, target);
  try {
    for (const std::string& one : target) (void)Regex(one);
  } catch (const DataError& error) {
    fail(key, error.what());
  }
}

std::vector<std::string> TomlTable::keys() const {
  std::vector<std::string> out;
  out.reserve(m_table.size());
  for (const auto& [key, node] : m_table) out.emplace_back(key.str());
  return out;
}

/// The dotted name of a table below this one.
std::string TomlTable::below(const std::string& key) const {
  const auto inner = m_name.find_first_not_of('[');
  if (inner == std::string::npos) return key;
  return m_name.substr(inner, m_name.find(']') - inner) + "." + key;
}

void TomlTable::flag(const std::string& key, bool& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_boolean()) fail(key, "expected true or false");
  target = node->as_boolean()->get();
}

void TomlTable::flag_or_text(const std::string& key, bool& target, std::string& why) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (node->is_boolean()) {
    target = node->as_boolean()->get();
  } else if (node->is_string()) {
    why = node->as_string()->get();
    target = true;
  } else {
    fail(key, "expected true, false or a string");
  }
}

void TomlTable::octal(const std::string& key, int& target, int most) {
  std::string digits;
  text(key, digits);
  if (!has(key)) return;
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 8);
  if (error != std::errc{} || end != digits.data() + digits.size() || value < 0 || value > most) {
    fail(key, fmt::format("'{}' is not an octal number from 0 to {:04o}", printable(digits), most),
         "e.g. \"0022\"");
  }
  target = value;
}

std::vector<std::string> TomlTable::text_list(const std::string& key,
                                              const toml::node& node) const {
  const toml::array* array = node.as_array();
  if (array == nullptr) fail(key, "expected a list of strings");
  std::vector<std::string> out;
  for (const toml::node& item : *array) {
    if (!item.is_string()) fail(key, "expected a list of strings");
    out.push_back(item.as_string()->get());
    if (out.back().find('\0') != std::string::npos) fail(key, "must not contain a NUL byte");
  }
  return out;
}

void TomlTable::texts(const std::string& key, std::vector<std::string>& target) {
  if (const toml::node* node = take(key)) target = text_list(key, *node);
}

void TomlTable::text_map(const std::string& key, std::map<std::string, std::string>& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) fail(key, "expected a table of strings");
  for (const auto& [name, value] : *table) {
    if (!value.is_string()) fail(key, fmt::format("{}: expected a string", name.str()));
    target[std::string(name.str())] = value.as_string()->get();
  }
}

void TomlTable::one_of(const std::string& key, std::string& target,
                       const std::vector<std::string>& words) {
  text(key, target);
  if (!has(key) || std::find(words.begin(), words.end(), target) != words.end()) return;
  fail(key, fmt::format("'{}' is not one of {}", printable(target), join(words, ", ")),
       did_you_mean(target, words));
}

void TomlTable::choose(const std::string& key, int& index, const std::vector<std::string>& words) {
  std::string value;
  one_of(key, value, words);
  if (!has(key)) return;
  index = static_cast<int>(std::find(words.begin(), words.end(), value) - words.begin());
}

void TomlTable::table(const std::string& key, const std::function<void(TomlTable&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_table()) fail(key, fmt::format("expected a table: [{}]", key));
  TomlTable table(*node->as_table(), m_file, fmt::format("[{}]", below(key)), m_use);
  read(table);
  table.finish();
}

void TomlTable::each_table(const std::string& key,
                           const std::function<void(const std::string&, TomlTable&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_table()) fail(key, fmt::format("expected tables: [{}.NAME]", key));
  for (const auto& [name, value] : *node->as_table()) {
    const std::string title = fmt::format("[{}.{}]", key, name.str());
    if (!value.is_table()) {
      fail_at(m_use, fmt::format("{}: {}: expected a table", at(&value), title));
    }
    TomlTable table(*value.as_table(), m_file, title, m_use);
    read(std::string(name.str()), table);
    table.finish();
  }
}

void TomlTable::tables(const std::string& key, const std::function<void(TomlTable&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const std::string title = fmt::format("[[{}]]", below(key));
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(key, fmt::format("expected tables: {}", title));
  for (const toml::node& item : *array) {
    if (!item.is_table()) fail(key, fmt::format("expected tables: {}", title));
    TomlTable table(*item.as_table(), m_file, title, m_use);
    read(table);
    table.finish();
  }
}

void TomlTable::rows(
    const std::function<void(const std::string& key, std::vector<std::string>)>& read) {
  for (const auto& [name, value] : m_table) {
    const std::string key(name.str());
    m_known.push_back(key);
    if (value.is_string()) {
      read(key, {value.as_string()->get()});
    } else {
      read(key, text_list(key, value));
    }
  }
}

void TomlTable::finish() const {
  for (const auto& [name, value] : m_table) {
    const std::string key(name.str());
    if (std::find(m_known.begin(), m_known.end(), key) != m_known.end()) continue;
    fail_at(m_use,
            fmt::format("{}: {}{}unknown key '{}'", at(&value), m_name, m_name.empty() ? "" : ": ",
                        key),
            did_you_mean(key, m_known, fmt::format("known here: {}", join(m_known, ", "))));
  }
}

}  // namespace upkeep::config
