// SPDX-License-Identifier: MIT
// A configuration file for one test.
#pragma once

#include "config/config.hpp"
#include "support.hpp"

#include <string>

#include <unistd.h>

namespace upkeep::test {

/// A directory with an upkeep.toml, and a home with nothing in it.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text) { replace_file(file(), text, 0600); }

  [[nodiscard]] std::filesystem::path file() const { return m_directory / "upkeep.toml"; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const {
    return m_directory / name;
  }
  [[nodiscard]] config::Surroundings surroundings() const {
    config::Surroundings found;
    found.config_option = file();
    found.config_home = m_directory / "no-config";
    found.state_home = m_directory / "state-home";
    found.share_directory = UPKEEP_SOURCE_DIR "/share";
    found.user = "somebody";
    found.uid = ::geteuid();
    return found;
  }
  [[nodiscard]] config::Config load() const { return config::load(surroundings()); }

 private:
  TemporaryDirectory m_directory;
};

/// The configuration in `text`.
inline config::Config loaded(const std::string& text) {
  return ConfigFile(text).load();
}

/// What loading `text` fails with; the file's path is left out. Checks that the status is 78.
inline std::string refused(const std::string& text) {
  const ConfigFile config(text);
  const Error error = error_of([&] { (void)config.load(); });
  CHECK(error.status() == ExitStatus::config);
  const std::string path = config.file().string();
  std::string message = error.message();
  CAPTURE(message);
  CHECK(message.find(path) == 0);
  return message.substr(path.size());
}

}  // namespace upkeep::test
