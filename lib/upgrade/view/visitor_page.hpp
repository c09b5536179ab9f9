// SPDX-License-Identifier: MIT
// The waiting page for browsers without JavaScript. Made only from a published record, and so
// without a database.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The page's texts: one line per text, one column per language; the first line names the
/// languages.
class PageTexts {
 public:
  /// @param tsv the file's content. @param tags languages in order of preference: `es`, `en-US`; if
  /// none is available, the first column is used
  /// @throws DataError if it is not such a table
  PageTexts(const std::string& tsv, const std::vector<std::string>& tags);

  [[nodiscard]] const std::string& language() const noexcept { return m_language; }
  /// Empty if there is no such text.
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

/// The login page: `{workspace}`, `{lang}` and `{skin}` in `login` are replaced.
struct PageAddress {
  std::string login = "/sys{workspace}/{lang}/{skin}/login/login";
  std::string lang = "en", skin = "neoclassic";
};

/// @param record a published record as JSON; its state may be `away` or `busy` if nothing answers
/// @throws DataError if it is not a record
std::string visitor_page(const std::string& record, const PageTexts& texts,
                         const PageAddress& address);

/// The languages of an Accept-Language header, in its order (ignoring weights: browsers sort them).
std::vector<std::string> language_tags(const std::string& header);

}  // namespace upkeep::upgrade
