// SPDX-License-Identifier: MIT
// One table of the file while it is read: each key is asked for once, and what nobody asked for is
// an unknown key.
#pragma once

#include "config/config.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace upkeep::config {

/// Reads one TOML table. Members leave the target untouched where the key is absent, and throw
/// ConfigError (`FILE:LINE: key: why`) where its value does not fit.
class Section {
 public:
  /// @param name how the table is written, e.g. `[upgrade]`
  Section(const toml::table& table, std::string file, std::string name)
      : m_table(table), m_file(std::move(file)), m_name(std::move(name)) {}

  void text(const std::string& key, std::string& target);
  void path(const std::string& key, std::filesystem::path& target);  ///< absolute, or empty
  void path(const std::string& key, std::string& target);
  void integer(const std::string& key, int& target, int least, int most);
  void real(const std::string& key, double& target, double above);
  void flag(const std::string& key, bool& target);
  /// File mode bits as octal text, e.g. "0022".
  void octal(const std::string& key, int& target, int most);
  void texts(const std::string& key, std::vector<std::string>& target);
  void text_map(const std::string& key, std::map<std::string, std::string>& target);
  /// One of `words`; the target becomes its place in the list.
  template <typename Enum>
  void word(const std::string& key, Enum& target, const std::vector<std::string>& words) {
    int index = static_cast<int>(target);
    choose(key, index, words);
    target = static_cast<Enum>(index);
  }
  /// A table below this one.
  void table(const std::string& key, const std::function<void(Section&)>& read);
  /// Every table below `key`, with its name: `[profile.NAME]`.
  void each_table(const std::string& key,
                  const std::function<void(const std::string& name, Section&)>& read);
  /// An array of tables: `[[probe]]`.
  void tables(const std::string& key, const std::function<void(Section&)>& read);
  /// Every key with a text or a list of texts: `[patch.roles]`.
  void rows(const std::function<void(const std::string& key, std::vector<std::string>)>& read);

  [[nodiscard]] bool has(const std::string& key) const { return m_table.contains(key); }
  /// @throws ConfigError for the first key that was not asked for, with the nearest known one.
  void finish() const;
  /// `FILE:LINE: key: why` with the line of `key` (of the table where the key is absent).
  [[noreturn]] void fail(const std::string& key, const std::string& why,
                         std::string advice = {}) const;

 private:
  const toml::node* take(const std::string& key);
  void choose(const std::string& key, int& index, const std::vector<std::string>& words);
  [[nodiscard]] std::string at(const toml::node* node) const;
  std::vector<std::string> text_list(const std::string& key, const toml::node& node) const;

  const toml::table& m_table;
  std::string m_file, m_name;
  std::vector<std::string> m_known;
};

}  // namespace upkeep::config
