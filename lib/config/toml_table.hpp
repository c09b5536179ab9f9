// SPDX-License-Identifier: MIT
// Reads every TOML file of the suite: upkeep.toml, and files passed to commands.
#pragma once

#include "config/config.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <toml++/toml.h>

namespace upkeep::config {

/// Determines the type of errors: ConfigError (78) for the configuration, DataError (65) for data
/// passed to a command.
enum class TomlUse { configuration, data };

/// Parses the whole text into a table whose nodes know their line and, for configuration, their
/// file.
/// @param file its name in messages. @throws ConfigError or DataError, depending on `use`, for text
/// that is not valid TOML or is nested too deeply
toml::table parse_toml(const std::string& text, const std::string& file, TomlUse use);

/// A TOML table being read: each key is requested once, and keys that are never requested are
/// unknown. Members leave the target unchanged if the key is absent, and throw ConfigError or
/// DataError (`FILE:LINE: key: why`) if its value is invalid. Keeps a reference to the table.
class TomlTable {
 public:
  /// @param name how the table is written, e.g. `[upgrade]`; empty: the whole file
  TomlTable(const toml::table& table, std::string file, std::string name,
            TomlUse use = TomlUse::configuration)
      : m_table(table), m_file(std::move(file)), m_name(std::move(name)), m_use(use) {}

  void text(const std::string& key, std::string& target);
  void path(const std::string& key, std::filesystem::path& target);  ///< absolute, or empty
  void path(const std::string& key, std::string& target);
  void integer(const std::string& key, int& target, int least, int most);
  /// A number of seconds.
  void seconds(const std::string& key, std::chrono::seconds& target, int least, int most);
  void real(const std::string& key, double& target, double above);
  void flag(const std::string& key, bool& target);
  /// true, false, or a text, which means true and explains why.
  void flag_or_text(const std::string& key, bool& target, std::string& why);
  /// File mode bits as octal text, e.g. "0022".
  void octal(const std::string& key, int& target, int most);
  void positive(const std::string& key, std::uint64_t& target);  ///< 1 or more
  void texts(const std::string& key, std::vector<std::string>& target);
  void regex(const std::string& key, std::string& target);
  void regexes(const std::string& key, std::vector<std::string>& target);
  void text_map(const std::string& key, std::map<std::string, std::string>& target);
  /// One of `words`.
  void one_of(const std::string& key, std::string& target, const std::vector<std::string>& words);
  /// One of `words`; the target becomes its index.
  template <typename Enum>
  void word(const std::string& key, Enum& target, const std::vector<std::string>& words) {
    int index = static_cast<int>(target);
    choose(key, index, words);
    target = static_cast<Enum>(index);
  }
  /// A table below this one.
  void table(const std::string& key, const std::function<void(TomlTable&)>& read);
  /// Every table below `key`, with its name: `[profile.NAME]`.
  void each_table(const std::string& key,
                  const std::function<void(const std::string& name, TomlTable&)>& read);
  /// An array of tables: `[[probe]]`.
  void tables(const std::string& key, const std::function<void(TomlTable&)>& read);
  /// Every key, with a string or list of strings: `[patch.roles]`.
  void rows(const std::function<void(const std::string& key, std::vector<std::string>)>& read);

  [[nodiscard]] bool has(const std::string& key) const { return m_table.contains(key); }
  [[nodiscard]] std::vector<std::string> keys() const;
  /// @throws ConfigError or DataError for the first key that was never requested, suggesting the
  /// nearest valid one.
  void finish() const;
  /// Throws `FILE:LINE: key: why` with the line of `key` (of the table if the key is absent).
  [[noreturn]] void fail(const std::string& key, const std::string& why,
                         std::string advice = {}) const;

 private:
  const toml::node* take(const std::string& key);
  void choose(const std::string& key, int& index, const std::vector<std::string>& words);
  [[nodiscard]] std::string at(const toml::node* node) const;
  [[nodiscard]] std::string below(const std::string& key) const;
  std::vector<std::string> text_list(const std::string& key, const toml::node& node) const;

  const toml::table& m_table;
  std::string m_file, m_name;
  TomlUse m_use;
  std::vector<std::string> m_known;
};

}  // namespace upkeep::config
