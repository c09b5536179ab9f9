// SPDX-License-Identifier: MIT
// The fields of a patch are data: an artifact type as a governance registry defines it (RXT).
#pragma once

#include "base/regex.hpp"
#include "patch/model/document.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

enum class FieldType { text, text_area, options, option_text, date, checkbox };

/// `text`, `text-area`, `options`, `option-text`, `date` or `checkbox`.
std::string to_string(FieldType type);

struct Field {
  std::string key;    ///< `peopleInvolved_developedby`
  std::string table;  ///< empty: outside any table
  std::string name;
  std::string label;  ///< shown to users; empty: the name
  FieldType type = FieldType::text;
  bool required = false, readonly = false;
  bool unbounded = false;    ///< holds any number of values; or of an unbounded table
  Values values;             ///< of options and option-text: the choices; empty: anything
  std::string values_class;  ///< the source of the choices; `pick-list:NAME` is one of ours
  std::string validate;      ///< whole-value regular expression; empty: none
  std::string default_value;

  /// What users call it.
  [[nodiscard]] const std::string& caption() const { return label.empty() ? name : label; }
};

/// How the registry derives half of a key from a name: the leading run of capitals of each `_`-part
/// in lower case, without blanks and hyphens ("QAed by" -> `qaedby`).
std::string data_element_name(const std::string& name);

class ArtifactType {
 public:
  /// Reads an RXT. @param what names it in messages. @throws DataError naming element and rule
  static ArtifactType parse(const std::string& rxt, const std::string& what);

  [[nodiscard]] const std::string& short_name() const noexcept { return m_short_name; }
  /// The lifecycle that it gives to new artifacts; empty: none.
  [[nodiscard]] const std::string& lifecycle() const noexcept { return m_lifecycle; }
  [[nodiscard]] const std::vector<Field>& fields() const noexcept { return m_fields; }
  /// nullptr if there is none.
  [[nodiscard]] const Field* find(const std::string& key) const;
  [[nodiscard]] std::vector<std::string> keys() const;
  /// The fields of the registry's list view, in its order.
  [[nodiscard]] const std::vector<std::string>& list_columns() const noexcept {
    return m_list_columns;
  }
  /// Oddities that were accepted; for messages.
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return m_warnings; }

  /// `value` as it is stored (dates as ISO 8601, checkboxes as true/false, options in the spelling
  /// of the list); empty for a blank one. @throws DataError naming the field and the violated rule
  [[nodiscard]] std::string checked(const Field& field, const std::string& value) const;
  /// @throws DataError for the first required field without a value
  void check_required(const Document& document) const;

 private:
  friend class RxtReader;
  std::string m_short_name, m_lifecycle;
  std::vector<Field> m_fields;
  std::map<std::string, std::size_t> m_index;
  std::vector<std::string> m_list_columns, m_warnings;
  mutable std::map<std::string, Regex> m_regexes;  // compiled on first use
};

}  // namespace upkeep::patch
