// SPDX-License-Identifier: MIT
// The fields of one patch or request as a text that a person edits. Reads and writes nothing.
#pragma once

#include "config/config.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/registry/field_rules.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// One line `key: value` per value; further lines of a value are indented. Lines that begin with
/// `#` are comments. Keys are short ones where they stand for one field.
class Form {
 public:
  /// The values of a field that has a list of them.
  using Offered = std::function<std::vector<std::string>(const Field&)>;

  /// @param type, config not owned
  Form(const ArtifactType& type, const config::Patch& config, FieldRules::Subject subject);

  /// The form with these values. @param heading explained by comments above it, one line each
  [[nodiscard]] std::string text(const Document& fields, const std::vector<std::string>& heading,
                                 const Offered& offered) const;

  /// The values of an edited form. Line ends may be CRLF, and a byte order mark is ignored.
  /// @throws DataError naming a line that is not part of a form, or its unknown key
  [[nodiscard]] Document parse(std::string_view text) const;

  /// `edited` with the values of `stored` for every field that is the same in `edited` and
  /// `shown`, or that is not in the form: a form does not preserve blanks around a value.
  [[nodiscard]] Document merged(const Document& stored, const Document& shown,
                                const Document& edited) const;

 private:
  [[nodiscard]] bool contains(const Field& field) const;
  [[nodiscard]] std::string key_of(const Field& field) const;
  [[nodiscard]] const Field& field_of(const std::string& key, const std::string& value) const;

  const ArtifactType& m_type;
  const config::Patch& m_config;
  FieldRules::Subject m_subject;
};

/// Whether a text has nothing but comments and blank lines.
bool is_blank_form(std::string_view text);

/// A form with a problem explained on top, in place of an earlier one.
std::string with_problem(std::string_view form, const std::string& problem);

/// The edits that turn the fields `from` into `to`.
std::vector<FieldEdit> edits_between(const Document& from, const Document& to);

}  // namespace upkeep::patch
