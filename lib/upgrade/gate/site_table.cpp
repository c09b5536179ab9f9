// SPDX-License-Identifier: MIT
#include "upgrade/gate/site_table.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

#include <sys/stat.h>

namespace upkeep::upgrade {

namespace {

constexpr int k_most_segments = 4;

/// The next word of `rest`, which it is removed from.
std::string_view take_word(std::string_view& rest) {
  constexpr std::string_view k_blanks = " \t\r";
  rest.remove_prefix(std::min(rest.find_first_not_of(k_blanks), rest.size()));
  const auto end = std::min(rest.find_first_of(k_blanks), rest.size());
  const std::string_view word = rest.substr(0, end);
  rest.remove_prefix(end);
  return word;
}

}  // namespace

std::string site_key(std::string_view host, std::string_view path) {
  const auto colon = host.rfind(':');
  if (colon != std::string_view::npos && host.find(']', colon) == std::string_view::npos)
    host = host.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  std::size_t end = 0;
  for (int i = 0; i < k_most_segments && end < path.size(); ++i)
    end = std::min(path.find('/', end + 1), path.size());
  path = path.substr(0, end);
  while (path.ends_with('/')) path.remove_suffix(1);
  return lower(host).append(path);
}

ParsedSites parse_site_table(std::string_view text) {
  ParsedSites parsed;
  for (int number = 1; !text.empty(); ++number) {
    const auto end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find('#'));
    const std::string_view address = take_word(line), workspace = take_word(line);
    if (address.empty()) continue;
    const auto slash = std::min(address.find('/'), address.size());
    if (workspace.empty() || !take_word(line).empty() || slash == 0) {
      parsed.malformed.push_back(number);
      continue;
    }
    parsed.sites[site_key(address.substr(0, slash), address.substr(slash))] =
        std::string(workspace);
  }
  return parsed;
}

void SiteTable::refresh() {
  struct stat info {};
  if (m_file.empty() || ::stat(m_file.c_str(), &info) != 0) return;
  const std::int64_t changed_ns =
      std::int64_t{info.st_mtim.tv_sec} * 1'000'000'000 + info.st_mtim.tv_nsec;
  if (changed_ns == m_changed_ns && info.st_size == m_size && info.st_ino == m_inode) return;
  try {
    m_sites = parse_site_table(read_file(m_file)).sites;
    m_changed_ns = changed_ns;
    m_size = info.st_size;
    m_inode = info.st_ino;
  } catch (const Error&) {  // NOLINT(bugprone-empty-catch): the next question tries again
  }
}

std::string_view SiteTable::answer(std::string_view question) {
  refresh();
  question.remove_prefix(std::min(question.size(), k_prefix.size()));
  const auto slash = std::min(question.find('/'), question.size());
  std::string key = site_key(question.substr(0, slash), question.substr(slash));
  for (;;) {
    const auto found = m_sites.find(key);
    if (found != m_sites.end()) {
      m_said = "=" + found->second;
      return m_said;
    }
    const auto last = key.rfind('/');
    if (last == std::string::npos) return "none";
    key.resize(last);
  }
}

}  // namespace upkeep::upgrade
