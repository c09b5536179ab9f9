// SPDX-License-Identifier: MIT
#include "upgrade/probe/db_php.hpp"

#include "base/text.hpp"

#include <optional>

namespace upkeep::upgrade {

namespace {

/// Scans PHP source just well enough to find `define ('KEY', 'value')` outside comments.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : m_rest(text) {}

  /// The next definition whose key and value are both quoted; nullopt at the end.
  std::optional<std::pair<std::string, std::string>> next() {
    while (skip_to_code()) {
      if (!take_word("define")) {
        step();
        continue;
      }
      skip_blank();
      if (!take("(")) continue;
      skip_blank();
      const auto key = quoted();
      skip_blank();
      if (!key || !take(",")) continue;
      skip_blank();
      const auto value = quoted();
      skip_blank();
      // The value of a concatenation ('a' . $b) is not the quoted one.
      if (value && (take(")") || take(","))) return std::pair(*key, *value);
    }
    return std::nullopt;
  }

 private:
  bool take(std::string_view word) {
    if (!m_rest.starts_with(word)) return false;
    m_rest.remove_prefix(word.size());
    return true;
  }
  /// PHP's function names are case-insensitive.
  bool take_word(std::string_view word) {
    if (lower(m_rest.substr(0, word.size())) != word) return false;
    m_rest.remove_prefix(word.size());
    return true;
  }
  void step() { m_rest.remove_prefix(1); }
  void skip_past(std::string_view end) {
    const auto at = m_rest.find(end);
    m_rest.remove_prefix(at == std::string_view::npos ? m_rest.size() : at + end.size());
  }
  void skip_blank() {
    const auto at = m_rest.find_first_not_of(" \t\r\n");
    m_rest.remove_prefix(at == std::string_view::npos ? m_rest.size() : at);
  }
  /// Skips blanks, comments and strings. @returns false at the end
  bool skip_to_code() {
    for (;;) {
      skip_blank();
      if (take("/*")) {
        skip_past("*/");
      } else if (take("//") || take("#")) {
        skip_past("\n");
      } else if (!m_rest.empty() && (m_rest.front() == '\'' || m_rest.front() == '"')) {
        (void)quoted();
      } else {
        return !m_rest.empty();
      }
    }
  }
  /// A single- or double-quoted string, unescaped.
  std::optional<std::string> quoted() {
    if (m_rest.empty() || (m_rest.front() != '\'' && m_rest.front() != '"')) return std::nullopt;
    const char quote = m_rest.front();
    step();
    std::string value;
    while (!m_rest.empty() && m_rest.front() != quote) {
      if (m_rest.front() == '\\' && m_rest.size() > 1 && (m_rest[1] == quote || m_rest[1] == '\\'))
        step();
      value += m_rest.front();
      step();
    }
    if (!m_rest.empty()) step();
    return value;
  }

  std::string_view m_rest;
};

}  // namespace

DbPhp parse_db_php(std::string_view text) {
  DbPhp found;
  Scanner scanner(text);
  while (const auto definition = scanner.next()) {
    const auto& [key, value] = *definition;
    if (key == "DB_NAME" && found.name.empty()) found.name = value;
    if (key == "DB_HOST" && found.host.empty()) found.host = value;
  }
  return found;
}

}  // namespace upkeep::upgrade
