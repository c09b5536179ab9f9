// SPDX-License-Identifier: MIT
#include "setup/config_draft.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "config/profile.hpp"
#include "config/toml_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace upkeep::setup {

namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr auto k_plain_toml = toml::format_flags::none;  // no literal strings
constexpr const char* k_template = "template";           // to be copied, not to be used

/// The parts of a profile that a configuration completes.
class Application {
 public:
  explicit Application(const DraftRequest& request)
      : m_share(request.share_directory), m_name(request.profile) {
    Words known = config::shipped_profiles(m_share);
    std::erase_if(known, [](const std::string& one) {
      return one == config::k_plain_profile || one == k_template;
    });
    if (m_name.empty()) throw UsageError("setup needs --profile", "one of " + join(known, ", "));
    if (std::find(known.begin(), known.end(), m_name) == known.end()) {
      throw UsageError(
          fmt::format("there is no profile '{}'", printable(m_name)),
          did_you_mean(m_name, known,
                       fmt::format("one of {}; for another application copy {}", join(known, ", "),
                                   (m_share / "profiles/template.toml").string())));
    }
    const auto shipped = config::shipped_profile_text(m_share, m_name);
    m_table = config::parse_toml(shipped->text ? *shipped->text : read_regular_file(shipped->file),
                                 shipped->file.string(), config::TomlUse::configuration);
  }

  [[nodiscard]] std::string text(const char* section, const char* key) const {
    return m_table[section][key].value_or(std::string());
  }
  [[nodiscard]] Words command() const {
    Words words;
    if (const toml::array* argv = m_table["upgrade"]["command"].as_array()) {
      for (const toml::node& word : *argv) words.push_back(word.value_or(std::string()));
    }
    return words;
  }
  /// A key as it is written in TOML; empty if the profile lacks it.
  [[nodiscard]] std::string line(const char* section, const char* key) const {
    const auto node = m_table[section][key];
    if (!node) return {};
    std::ostringstream out;
    node.visit([&](const auto& value) { out << toml::toml_formatter(value, k_plain_toml); });
    return fmt::format("{} = {}", key, out.str());
  }
  /// The versions that can be detected: by the profile's own probes, or by files beside it.
  [[nodiscard]] Words versions() const {
    std::set<std::string> found;
    if (const toml::array* probes = m_table["probe"].as_array()) {
      for (const toml::node& probe : *probes) {
        if (const toml::table* one = probe.as_table())
          found.insert((*one)["version"].value_or(std::string()));
      }
    }
    const std::string prefix = m_name + "-";
    std::error_code unreadable;
    for (const auto& entry : fs::directory_iterator(m_share / "probes", unreadable)) {
      const std::string stem = entry.path().stem().string();
      if (stem.starts_with(prefix)) found.insert(stem.substr(prefix.size()));
    }
    return {found.begin(), found.end()};
  }
  /// The file with the probes of a version; empty if the profile has them itself.
  [[nodiscard]] std::string probes_of(const std::string& version) const {
    const std::string file = fmt::format("probes/{}-{}.toml", m_name, version);
    std::error_code absent;
    return fs::exists(m_share / file, absent) ? file : std::string();
  }

 private:
  fs::path m_share;
  std::string m_name;
  toml::table m_table;
};

std::string chosen_target(const DraftRequest& request, const Application& application) {
  const Words versions = application.versions();
  std::string target =
      request.target.empty() ? application.text("upgrade", "target") : request.target;
  if (target.empty()) {
    throw UsageError(fmt::format("the profile {} needs --target", request.profile),
                     "one of " + join(versions, ", "));
  }
  if (std::find(versions.begin(), versions.end(), target) == versions.end()) {
    throw UsageError(fmt::format("there are no probes for version '{}'", printable(target)),
                     did_you_mean(target, versions, "one of " + join(versions, ", ")));
  }
  return target;
}

fs::path chosen_directory(const DraftRequest& request, const Application& application) {
  const fs::path given = request.directory.empty()
                             ? fs::path(application.text("upgrade", "directory"))
                             : request.directory;
  if (given.empty()) {
    throw UsageError(fmt::format("the profile {} needs --directory", request.profile),
                     "name the directory in which the application is installed");
  }
  std::error_code error;
  fs::path directory = fs::canonical(given, error);
  if (error || !fs::is_directory(directory, error)) {
    throw Error(ExitStatus::no_input,
                fmt::format("there is no directory {}", printable(given.string())),
                "name the directory in which the application is installed");
  }
  return directory;
}

/// Words of the command that are files, relative to the directory, and do not exist.
Words missing_files(const Words& command, const fs::path& directory) {
  Words missing;
  for (const std::string& word : command) {
    const bool is_path = word.find('/') != std::string::npos && !word.starts_with('-') &&
                         word.find('{') == std::string::npos;
    std::error_code absent;
    if (is_path && !fs::exists(directory / word, absent)) missing.push_back(word);
  }
  return missing;
}

/// TOML text of a string.
std::string quoted(const std::string& text) {
  std::ostringstream out;
  out << toml::toml_formatter(toml::value<std::string>(text), k_plain_toml);
  return out.str();
}

/// `key = value` lines of the profile, as comments.
std::string inherited(const Application& application, const char* section, const Words& keys) {
  std::string text;
  for (const std::string& key : keys) {
    const std::string line = application.line(section, key.c_str());
    if (!line.empty()) text += "#" + line + "\n";
  }
  return text;
}

std::string database_section(const DraftRequest& request, bool& is_local) {
  const auto found =
      std::find_if(request.sockets.begin(), request.sockets.end(), [](const fs::path& one) {
        std::error_code absent;
        return fs::exists(one, absent);
      });
  is_local = found == request.sockets.end();
  const std::string mark = is_local ? "#" : "";
  std::string text =
      is_local ? "# No database server was found on this machine: without this section the private "
                 "one of `upkeep local` is used.\n"
               : "# Queue, history and locks, and the workspaces unless there is a [[server]].\n"
                 "# Create the account: upkeep grants --for upgrades | mariadb\n";
  text += mark + "[database]\n";
  text +=
      mark + "socket = " + quoted(is_local ? "/run/mysqld/mysqld.sock" : found->string()) + "\n";
  text += mark + "user = \"upkeep\"\n" + mark + "schema = \"upkeep\"\n";
  return text;
}

}  // namespace

std::vector<fs::path> usual_sockets() {
  return {"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"};
}

Draft draft_config(const DraftRequest& request) {
  const Application application(request);
  const std::string target = chosen_target(request, application);
  const fs::path directory = chosen_directory(request, application);
  Draft draft;
  for (const std::string& file : missing_files(application.command(), directory)) {
    draft.doubts.push_back(file.starts_with('/')
                               ? fmt::format("there is no {}: correct the command", file)
                               : fmt::format("{} has no {}: is {} installed there?",
                                             directory.string(), file, request.profile));
  }
  std::string include = quoted("profiles/" + request.profile + ".toml");
  if (const std::string probes = application.probes_of(target); !probes.empty())
    include += ", " + quoted(probes);
  bool is_local = false;
  const std::string database = database_section(request, is_local);
  draft.text = fmt::format(
      "# The upgrades of {profile} in {directory}. Look it over, save it as "
      "/etc/upkeep/upkeep.toml\n"
      "# (mode 0640), then run `upkeep init` and `upkeep doctor`. See upkeep.toml(5) and "
      "upkeep-profile(5).\n"
      "include = [{include}]\n\n"
      "{database}\n"
      "[workspaces]\n"
      "# What the profile says; remove the # to change it.\n"
      "{workspaces}\n"
      "[upgrade]\n"
      "target = {target}\n"
      "directory = {quoted_directory}\n"
      "{upgrade}"
      "slots = 1  # upgrades at one time, over all hosts\n",
      fmt::arg("profile", request.profile), fmt::arg("directory", directory.string()),
      fmt::arg("include", include), fmt::arg("database", database),
      fmt::arg("workspaces",
               inherited(application, "workspaces",
                         {"discover", "schema", "files", "schema_match", "server_match", "names"})),
      fmt::arg("target", quoted(target)), fmt::arg("quoted_directory", quoted(directory.string())),
      fmt::arg("upgrade", inherited(application, "upgrade", {"command", "marker"})));
  if (!is_local) draft.text += "log_dir = \"/var/log/upkeep\"\nstate_dir = \"/var/lib/upkeep\"\n";
  return draft;
}

}  // namespace upkeep::setup
