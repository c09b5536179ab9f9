// SPDX-License-Identifier: MIT
#include "config/document.hpp"

#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/toml_table.hpp"
#include "config/trust.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include <sys/stat.h>

namespace upkeep::config {

namespace fs = std::filesystem;

namespace {

enum class TableArrays { append, replace };

/// Adds to `own` the keys of `base` that it lacks; arrays of tables are appended to its own, or
/// replaced by them.
void fill(toml::table& own, toml::table&& base, TableArrays arrays = TableArrays::append) {
  const auto is_tables = [](const toml::node& node) {
    return node.is_array() && (node.as_array()->empty() || node.is_array_of_tables());
  };
  for (auto&& [key, value] : base) {
    toml::node* mine = own.get(key);
    if (mine == nullptr) {
      own.insert(key, std::move(value));
    } else if (mine->is_table() && value.is_table()) {
      fill(*mine->as_table(), std::move(*value.as_table()), arrays);
    } else if (arrays == TableArrays::append && is_tables(*mine) && is_tables(value)) {
      for (auto&& item : *value.as_array()) mine->as_array()->push_back(std::move(item));
    }
  }
}

class DocumentReader {
 public:
  explicit DocumentReader(const Surroundings& surroundings) : m_surroundings(surroundings) {}

  Document read(const fs::path& file) {
    Document document;
    document.table = read_file_and_included(file, "use another with --config or UPKEEP_CONFIG");
    for (const std::string& name : profile_names(document.table)) add_shipped(name, document.table);
    document.included.assign(m_files.begin() + 1, m_files.end());
    const auto state_dir = document.table["upgrade"]["state_dir"].value<std::string>();
    for (std::size_t i = 0; i < m_files.size(); ++i) {
      refuse_foreign_owner(m_files[i], m_owners[i], m_surroundings.uid,
                           state_dir ? fs::path(*state_dir) : Upgrade{}.state_dir);
    }
    return document;
  }

 private:
  toml::table read_file_and_included(const fs::path& file, const std::string& advice) {
    toml::table own = parse(file, advice);
    const toml::node* include = own.get("include");
    if (include == nullptr) return own;
    const std::string at =
        fmt::format("{}:{}: include", file.string(), include->source().begin.line);
    const toml::array* names = include->as_array();
    if (names == nullptr) throw ConfigError(at + ": expected a list of files");
    std::error_code ignored;
    m_open.push_back(fs::canonical(file, ignored));
    toml::table base;  // a later file of the list wins over an earlier one
    for (const toml::node& name : *names) {
      if (!name.is_string()) throw ConfigError(at + ": expected a list of files");
      const fs::path found = find(name.as_string()->get(), file, at);
      if (!is_new(found, at)) continue;
      toml::table later = read_file_and_included(found, "correct include in " + file.string());
      fill(later, std::move(base));
      base = std::move(later);
    }
    m_open.pop_back();
    own.erase("include");
    fill(own, std::move(base));
    return own;
  }

  /// The profiles that the configuration describes, and the one that it uses.
  static std::set<std::string> profile_names(const toml::table& table) {
    std::set<std::string> names;
    if (const toml::table* profiles = table["profile"].as_table()) {
      for (const auto& [name, profile] : *profiles) names.emplace(name.str());
    }
    names.insert(table["upgrade"]["profile"].value_or(std::string(k_plain_profile)));
    return names;
  }

  /// Completes a profile with the shipped one of that name, if there is one: keys that are given
  /// override it. Nothing else of its file is used, unless the file is included.
  void add_shipped(const std::string& name, toml::table& table) {
    const auto shipped = shipped_profile_text(m_surroundings.share_directory, name);
    if (!shipped || (!shipped->text && !is_new(shipped->file, "profile"))) return;
    toml::table whole =
        shipped->text ? parse_toml(*shipped->text, shipped->file.string(), TomlUse::configuration)
                      : parse(shipped->file, "reinstall it");
    toml::table* profile = whole["profile"][name].as_table();
    if (profile == nullptr) return;
    toml::table named, base;  // moved: a copy would not know its file
    named.insert(name, std::move(*profile));
    base.insert("profile", std::move(named));
    fill(table, std::move(base), TableArrays::replace);
  }

  toml::table parse(const fs::path& file, const std::string& advice) {
    std::string text;
    try {
      const Fd open = open_regular_file(file);
      refuse_open_to_others(file, open.get());
      struct stat info {};
      ::fstat(open.get(), &info);
      m_files.push_back(file);
      m_owners.push_back(info.st_uid);
      text = read_file(open, file);
    } catch (const ConfigError&) {
      throw;
    } catch (const Error& error) {
      throw ConfigError(error.what(), advice);
    }
    return parse_toml(text, file.string(), TomlUse::configuration);
  }

  /// Looks next to the including file, then among the installed ones.
  [[nodiscard]] fs::path find(const std::string& name, const fs::path& file,
                              const std::string& at) const {
    fs::path beside = file.parent_path() / name;  // an absolute path is kept
    std::error_code ignored;
    if (!name.empty() && fs::exists(beside, ignored)) return beside;
    fs::path installed = m_surroundings.share_directory / name;
    if (!name.empty() && !m_surroundings.share_directory.empty() &&
        fs::exists(installed, ignored)) {
      return installed;
    }
    throw ConfigError(
        fmt::format("{}: there is no {}", at, printable(beside.string())),
        m_surroundings.share_directory.empty() || installed == beside
            ? "correct the name"
            : fmt::format("{} does not exist either: correct the name", installed.string()));
  }

  /// False for a file that was already read. @throws ConfigError if it includes itself
  [[nodiscard]] bool is_new(const fs::path& file, const std::string& at) const {
    std::error_code ignored;
    const fs::path real = fs::canonical(file, ignored);
    if (std::find(m_open.begin(), m_open.end(), real) != m_open.end()) {
      throw ConfigError(fmt::format("{}: {} includes itself", at, file.string()),
                        "remove it from include");
    }
    return std::none_of(m_files.begin(), m_files.end(),
                        [&](const fs::path& read) { return fs::equivalent(read, file, ignored); });
  }

  const Surroundings& m_surroundings;
  std::vector<fs::path> m_files;  // read so far, including the first one
  std::vector<uid_t> m_owners;    // of these files
  std::vector<fs::path> m_open;   // whose includes are being read
};

}  // namespace

Document read_document(const fs::path& file, const Surroundings& surroundings) {
  return DocumentReader(surroundings).read(file);
}

}  // namespace upkeep::config
