// SPDX-License-Identifier: MIT
// Which workspace an address belongs to, where neither host nor path contain its name.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

/// `HOST/PATH` as it is looked up: lower case, without port and the dot at the end; at most four
/// segments of the path, without a slash at the end. @param path starts with a slash, or is empty
std::string site_key(std::string_view host, std::string_view path);

struct ParsedSites {
  std::map<std::string, std::string, std::less<>> sites;  ///< by site_key()
  std::vector<int> malformed;                             ///< numbers of lines, which are ignored
};

/// The lines `HOST[/PATH] WORKSPACE` of a file, separated by blanks or tabs; # starts a comment.
ParsedSites parse_site_table(std::string_view text);

/// [profile.NAME.gate] table. Read again when it has changed; one that cannot be read leaves what
/// was read before.
class SiteTable {
 public:
  explicit SiteTable(std::filesystem::path file) : m_file(std::move(file)) {}

  static constexpr std::string_view k_prefix = "site/";  ///< names cannot start like this
  /// @param question `site/HOST/PATH` @returns `=WORKSPACE` of the longest path that has one, or
  /// `none`. Valid until the next call.
  std::string_view answer(std::string_view question);

 private:
  void refresh();

  std::filesystem::path m_file;
  std::int64_t m_changed_ns = -1, m_size = -1;
  std::uint64_t m_inode = 0;
  std::map<std::string, std::string, std::less<>> m_sites;
  std::string m_said;
};

}  // namespace upkeep::upgrade
