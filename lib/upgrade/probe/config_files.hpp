// SPDX-License-Identifier: MIT
// Workspaces that are configuration files of their application: `discover = "files"`.
#pragma once

#include "base/regex.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

/// The files that match a path like `/etc/wordpress/config-{workspace}.php`, which may contain the
/// wildcards of glob(7).
class ConfigFiles {
 public:
  /// @param pattern an absolute path with `{workspace}` exactly once
  explicit ConfigFiles(const std::string& pattern);

  /// What stands for `{workspace}` in each existing file, in the order of the paths.
  [[nodiscard]] std::vector<std::string> names() const;
  /// The files of one workspace: usually one or none.
  [[nodiscard]] std::vector<std::string> files_of(const std::string& workspace) const;

 private:
  std::string m_before, m_after;  // the pattern, around the name
  Regex m_path;                   // the pattern; its group is the name
};

/// The first group of the first match in `text`, or the whole match if it has no group; nullopt:
/// no match, or an empty one.
std::optional<std::string> first_group(const Regex& regex, std::string_view text);

}  // namespace upkeep::upgrade
