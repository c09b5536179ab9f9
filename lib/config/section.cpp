// SPDX-License-Identifier: MIT
#include "config/section.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upkeep::config {

const toml::node* Section::take(const std::string& key) {
  m_known.push_back(key);
  return m_table.get(key);
}

std::string Section::at(const toml::node* node) const {
  const toml::source_region& source = node != nullptr ? node->source() : m_table.source();
  const std::string& file = source.path ? *source.path : m_file;  // an included one has its own
  return source.begin.line > 0 ? fmt::format("{}:{}", file, source.begin.line) : file;
}

void Section::fail(const std::string& key, const std::string& why, std::string advice) const {
  throw ConfigError(fmt::format("{}: {} {}: {}", at(m_table.get(key)), m_name, key, why),
                    std::move(advice));
}

void Section::text(const std::string& key, std::string& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_string()) fail(key, "a text is expected");
  target = node->as_string()->get();
  if (target.find('\0') != std::string::npos) fail(key, "a NUL byte cannot stand here");
}

void Section::path(const std::string& key, std::string& target) {
  text(key, target);
  if (has(key) && !target.empty() && target.front() != '/') {
    fail(key, fmt::format("'{}' is no absolute path", printable(target)),
         "at(1) and cron start in another directory: begin it with /");
  }
}

void Section::path(const std::string& key, std::filesystem::path& target) {
  std::string value = target.string();
  path(key, value);
  target = value;
}

void Section::integer(const std::string& key, int& target, int least, int most) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_integer()) fail(key, "a whole number is expected");
  const std::int64_t value = node->as_integer()->get();
  if (value < least || value > most) {
    fail(key, fmt::format("{} is not between {} and {}", value, least, most));
  }
  target = static_cast<int>(value);
}

void Section::real(const std::string& key, double& target, double above) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const auto value = node->value<double>();
  if (!value) fail(key, "a number is expected");
  if (!(*value > above)) fail(key, fmt::format("it must be above {}", above));
  target = *value;
}

void Section::flag(const std::string& key, bool& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_boolean()) fail(key, "expected true or false");
  target = node->as_boolean()->get();
}

void Section::octal(const std::string& key, int& target, int most) {
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

std::vector<std::string> Section::text_list(const std::string& key, const toml::node& node) const {
  const toml::array* array = node.as_array();
  if (array == nullptr) fail(key, "a list of texts is expected");
  std::vector<std::string> out;
  for (const toml::node& item : *array) {
    if (!item.is_string()) fail(key, "a list of texts is expected");
    out.push_back(item.as_string()->get());
    if (out.back().find('\0') != std::string::npos) fail(key, "a NUL byte cannot stand here");
  }
  return out;
}

void Section::texts(const std::string& key, std::vector<std::string>& target) {
  if (const toml::node* node = take(key)) target = text_list(key, *node);
}

void Section::text_map(const std::string& key, std::map<std::string, std::string>& target) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const toml::table* table = node->as_table();
  if (table == nullptr) fail(key, "a table of texts is expected");
  for (const auto& [name, value] : *table) {
    if (!value.is_string()) fail(key, fmt::format("{}: a text is expected", name.str()));
    target[std::string(name.str())] = value.as_string()->get();
  }
}

void Section::choose(const std::string& key, int& index, const std::vector<std::string>& words) {
  if (!has(key)) {
    m_known.push_back(key);
    return;
  }
  std::string value;
  text(key, value);
  const auto found = std::find(words.begin(), words.end(), value);
  if (found == words.end()) {
    fail(key, fmt::format("'{}' is none of {}", value, join(words, ", ")),
         did_you_mean(value, words));
  }
  index = static_cast<int>(found - words.begin());
}

void Section::table(const std::string& key, const std::function<void(Section&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_table()) fail(key, fmt::format("a table is expected: [{}]", key));
  const std::string name = m_name.empty()
                               ? fmt::format("[{}]", key)
                               : fmt::format("[{}.{}]", m_name.substr(1, m_name.size() - 2), key);
  Section section(*node->as_table(), m_file, name);
  read(section);
  section.finish();
}

void Section::each_table(const std::string& key,
                         const std::function<void(const std::string&, Section&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  if (!node->is_table()) fail(key, fmt::format("tables are expected: [{}.NAME]", key));
  for (const auto& [name, value] : *node->as_table()) {
    const std::string title = fmt::format("[{}.{}]", key, name.str());
    if (!value.is_table()) {
      throw ConfigError(fmt::format("{}: {}: a table is expected", at(&value), title));
    }
    Section section(*value.as_table(), m_file, title);
    read(std::string(name.str()), section);
    section.finish();
  }
}

void Section::tables(const std::string& key, const std::function<void(Section&)>& read) {
  const toml::node* node = take(key);
  if (node == nullptr) return;
  const std::string title =
      m_name.empty() ? fmt::format("[[{}]]", key)
                     : fmt::format("[[{}.{}]]", m_name.substr(1, m_name.size() - 2), key);
  const toml::array* array = node->as_array();
  if (array == nullptr) fail(key, fmt::format("tables are expected: {}", title));
  for (const toml::node& item : *array) {
    if (!item.is_table()) fail(key, fmt::format("tables are expected: {}", title));
    Section section(*item.as_table(), m_file, title);
    read(section);
    section.finish();
  }
}

void Section::rows(
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

void Section::finish() const {
  for (const auto& [name, value] : m_table) {
    const std::string key(name.str());
    if (std::find(m_known.begin(), m_known.end(), key) != m_known.end()) continue;
    throw ConfigError(
        fmt::format("{}: {}{}unknown key '{}'", at(&value), m_name, m_name.empty() ? "" : ": ",
                    key),
        did_you_mean(key, m_known, fmt::format("known here: {}", join(m_known, ", "))));
  }
}

}  // namespace upkeep::config
