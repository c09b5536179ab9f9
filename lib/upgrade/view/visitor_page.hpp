// SPDX-License-Identifier: MIT
// The page on which visitors wait, for browsers that do not run its script. Made of a published
// record alone: whoever makes it needs no database.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The page's sentences: a line for each, a column for each language; the first line names them.
class PageTexts {
 public:
  /// @param tsv the file's content. @param tags languages in order of preference: `es`, `en-US`;
  /// where there is none of them the first column counts
  /// @throws DataError where it is no such table
  PageTexts(const std::string& tsv, const std::vector<std::string>& tags);

  [[nodiscard]] const std::string& language() const noexcept { return m_language; }
  /// Empty where there is no such sentence.
  [[nodiscard]] std::string say(const std::string& key) const;
  /// With `{name}` replaced by the value.
  [[nodiscard]] std::string say(const std::string& key, const std::string& name,
                                const std::string& value) const;
  /// "about 5 minutes".
  [[nodiscard]] std::string duration(double seconds) const;
  [[nodiscard]] bool has(const std::string& key) const { return m_texts.contains(key); }

 private:
  std::string m_language;
  std::map<std::string, std::string> m_texts;
};

/// Where a visitor logs in: `{workspace}`, `{lang}` and `{skin}` of `login` are replaced.
struct PageAddress {
  std::string login = "/sys{workspace}/{lang}/{skin}/login/login";
  std::string lang = "en", skin = "neoclassic";
};

/// @param record a published record as JSON; its state may be `away` or `busy` where nobody answers
/// @throws DataError where it is none
std::string visitor_page(const std::string& record, const PageTexts& texts,
                         const PageAddress& address);

/// The languages of an Accept-Language header, in its order (weights aside: browsers sort them).
std::vector<std::string> language_tags(const std::string& header);

}  // namespace upkeep::upgrade
