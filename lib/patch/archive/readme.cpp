// SPDX-License-Identifier: MIT
#include "patch/archive/readme.hpp"

#include "base/encoding.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

namespace upkeep::patch::archive {

namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::string plain(without_bom(text));
  if (!is_utf8(plain)) plain = to_utf8(plain, "ISO-8859-1");
  plain = replace_all(replace_all(std::move(plain), "\r\n", "\n"), "\r", "\n");
  return split(plain, '\n');
}

bool is_blank(const std::string& line) {
  return trim(line).empty();
}

/// A title on its own line, usually followed by a line of dashes.
bool is_title(const std::string& line, std::string_view title) {
  std::string_view words = trim(line);
  if (words.ends_with(':')) words = trim(words.substr(0, words.size() - 1));
  return lower(words) == title;
}

bool is_dashes(const std::string& line) {
  const std::string_view dashes = trim(line);
  return dashes.size() > 2 && dashes.find_first_not_of("-=") == std::string_view::npos;
}

constexpr std::string_view k_description = "description",
                           k_installation = "installation instructions";

/// The values of a field: on its line, and on indented lines below it.
class Header {
 public:
  explicit Header(const std::vector<std::string>& lines) : m_lines(lines) {}

  std::optional<std::vector<std::string>> values(const char* title) const {
    const Regex regex(std::string("(?i)^\\s*") + title + "\\s*:(.*)$");
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
      if (is_title(m_lines[i], k_description)) break;
      const auto groups = regex.groups(m_lines[i]);
      if (!groups) continue;
      std::vector<std::string> values;
      const auto add = [&](std::string_view value) {
        if (!trim(value).empty()) values.emplace_back(trim(value));
      };
      add(groups->at(1));
      while (++i < m_lines.size() && goes_on(m_lines[i])) add(m_lines[i]);
      return values;
    }
    return std::nullopt;
  }

 private:
  static bool goes_on(const std::string& line) {
    const bool indented = line.starts_with(' ') || line.starts_with('\t');
    static const Regex k_field("^\\s*[A-Za-z][A-Za-z ]*\\s*:\\s");
    return indented && !is_blank(line) && !k_field.search(line);
  }
  const std::vector<std::string>& m_lines;
};

std::optional<std::string> section(const std::vector<std::string>& lines, std::string_view title,
                                   std::string_view next) {
  std::size_t i = 0;
  while (i < lines.size() && !is_title(lines[i], title)) ++i;
  if (i == lines.size()) return std::nullopt;
  std::string text;
  for (++i; i < lines.size() && !is_title(lines[i], next); ++i) {
    if (!is_dashes(lines[i])) text += lines[i] + "\n";
  }
  return std::string(trim(text));
}

std::vector<std::string> pieces(const std::vector<std::string>& values, const char* separators) {
  std::vector<std::string> out;
  for (const std::string& value : values) {
    std::size_t start = 0;
    while (start <= value.size()) {
      const std::size_t end = std::min(value.find_first_of(separators, start), value.size());
      const std::string_view piece = trim(std::string_view(value).substr(start, end - start));
      if (!piece.empty()) out.emplace_back(piece);
      start = end + 1;
    }
  }
  return out;
}

}  // namespace

Readme parse_readme(const std::string& text) {
  const std::vector<std::string> lines = lines_of(text);
  const Header header(lines);
  Readme readme;
  if (const auto id = header.values("Patch ID")) readme.id = join(*id, " ");
  if (const auto applies = header.values("Applies To")) readme.applies = pieces(*applies, ",;");
  if (const auto jiras = header.values("Associated JIRA(?:s|\\(s\\))?")) {
    readme.jiras = pieces(*jiras, " \t,;");
  }
  readme.description = section(lines, k_description, k_installation);
  readme.installation = section(lines, k_installation, "\n");
  return readme;
}

std::string jira_key(const std::string& text) {
  static const Regex k_key("(?:^|/)([A-Za-z][A-Za-z0-9_]*-[0-9]+)/?$");
  const auto groups = k_key.groups(text);
  if (!groups) return {};
  std::string key = groups->at(1);
  for (char& c : key) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return key;
}

std::string product_key(const std::string& text) {
  std::string key;
  for (const char c : lower(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') key += c;
  }
  return key.starts_with("wso2") ? key.substr(4) : key;
}

}  // namespace upkeep::patch::archive
