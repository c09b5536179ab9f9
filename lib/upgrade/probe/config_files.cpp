// SPDX-License-Identifier: MIT
#include "upgrade/probe/config_files.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <glob.h>

namespace upkeep::upgrade {

namespace {

constexpr std::string_view k_mark = "{workspace}";

/// The paths that match, sorted; a directory that cannot be read has none.
std::vector<std::string> matching(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> paths;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
    paths.assign(found.gl_pathv, found.gl_pathv + found.gl_pathc);
  }
  ::globfree(&found);
  return paths;
}

/// `text` as a pattern of glob(7) that matches only itself.
std::string glob_literal(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '*' || c == '?' || c == '[' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

/// A pattern of glob(7) as a regular expression.
std::string regex_of(std::string_view glob) {
  std::string out;
  for (std::size_t i = 0; i < glob.size(); ++i) {
    const auto end = glob[i] == '[' ? glob.find(']', i + 2) : std::string_view::npos;
    if (glob[i] == '*') {
      out += "[^/]*";
    } else if (glob[i] == '?') {
      out += "[^/]";
    } else if (end != std::string_view::npos) {
      std::string set(glob.substr(i, end - i + 1));
      if (set[1] == '!') set[1] = '^';
      out += set;
      i = end;
    } else {
      const bool is_escaped = glob[i] == '\\' && i + 1 < glob.size();
      if (is_escaped) ++i;
      if (std::string_view(R"(\^$.|?*+()[]{})").find(glob[i]) != std::string_view::npos)
        out += '\\';
      out += glob[i];
    }
  }
  return out;
}

std::size_t mark_in(const std::string& pattern) {
  const auto at = pattern.find(k_mark);
  if (at == std::string::npos) {
    throw DataError(fmt::format("{} does not contain {}", pattern, k_mark));
  }
  return at;
}

}  // namespace

ConfigFiles::ConfigFiles(const std::string& pattern)
    : m_before(pattern.substr(0, mark_in(pattern))),
      m_after(pattern.substr(mark_in(pattern) + k_mark.size())),
      m_path(regex_of(m_before) + "([^/]+)" + regex_of(m_after)) {}

std::vector<std::string> ConfigFiles::names() const {
  std::vector<std::string> names;
  for (const std::string& path : matching(m_before + "*" + m_after)) {
    if (const auto groups = m_path.groups(path)) names.push_back(groups->at(1));
  }
  return names;
}

std::vector<std::string> ConfigFiles::files_of(const std::string& workspace) const {
  return matching(m_before + glob_literal(workspace) + m_after);
}

std::optional<std::string> first_group(const Regex& regex, std::string_view text) {
  const auto groups = regex.groups(text);
  if (!groups) return std::nullopt;
  std::string value = groups->size() > 1 ? groups->at(1) : groups->front();
  if (value.empty()) return std::nullopt;
  return value;
}

}  // namespace upkeep::upgrade
