// SPDX-License-Identifier: MIT
// A TOML file that is data, not configuration: errors in it are a DataError (65).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <toml++/toml.h>

namespace upkeep::patch::archive {

/// One table while it is read: each key is asked for once, and what nobody asked for is an unknown
/// key. Members leave the target untouched where the key is absent, and throw DataError
/// (`FILE:LINE: key: why`) where its value does not fit.
class TomlReader {
 public:
  TomlReader(const toml::table& table, std::string file)
      : m_table(table), m_file(std::move(file)) {}

  void text(const std::string& key, std::string& target);
  bool texts(const std::string& key, std::vector<std::string>& target);  ///< whether it is there
  void flag(const std::string& key, bool& target);
  void number(const std::string& key, std::uint64_t& target);  ///< 1 or more
  void regex(const std::string& key, std::string& target);
  void regexes(const std::string& key, std::vector<std::string>& target);
  /// One of `words`; empty where the key is absent.
  std::string word(const std::string& key, const std::vector<std::string>& words);
  void table(const std::string& key, const std::function<void(TomlReader&)>& read);
  void tables(const std::string& key, const std::function<void(TomlReader&)>& read);
  [[nodiscard]] std::vector<std::string> keys() const;
  /// @throws DataError for the first key that was not asked for, with the nearest known one
  void finish() const;
  [[noreturn]] void fail(const std::string& key, const std::string& why,
                         std::string advice = {}) const;

 private:
  const toml::node* take(const std::string& key);
  const toml::table& m_table;
  std::string m_file;
  std::vector<std::string> m_known;
};

class TomlFile {
 public:
  /// @throws DataError if it is not TOML
  TomlFile(const std::string& text, std::string what);
  [[nodiscard]] TomlReader top() const { return {m_table, m_what}; }

 private:
  std::string m_what;
  toml::table m_table;
};

}  // namespace upkeep::patch::archive
