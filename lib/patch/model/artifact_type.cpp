// SPDX-License-Identifier: MIT
#include "patch/model/artifact_type.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/model/date.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_longest_value = 1U << 20U;

std::string shown(const std::string& value) {
  return "'" + ellipsized(printable(value), 60) + "'";
}

[[noreturn]] void refuse(const Field& field, const std::string& why, std::string advice = {}) {
  throw DataError(fmt::format("{}: {}", field.key, why), std::move(advice));
}

/// The list's spelling of `value`; case is ignored.
const std::string* choice_of(const Field& field, const std::string& value) {
  const auto exact = std::find(field.values.begin(), field.values.end(), value);
  if (exact != field.values.end()) return &*exact;
  const auto near = std::find_if(field.values.begin(), field.values.end(),
                                 [&](const auto& v) { return same_ignoring_case(v, value); });
  return near != field.values.end() ? &*near : nullptr;
}

std::string checked_choice(const Field& field, const std::string& value) {
  if (field.values.empty()) return value;
  if (const std::string* choice = choice_of(field, value)) return *choice;
  refuse(field, shown(value) + " is not one of its options",
         did_you_mean(value, field.values, "the options are " + join(field.values, ", ")));
}

/// `option:text`, as an unbounded option-text field stores it.
std::string checked_entry(const Field& field, const std::string& value) {
  const auto colon = value.find(':');
  if (colon == std::string::npos) refuse(field, shown(value) + " is not 'option:text'");
  return checked_choice(field, value.substr(0, colon)) + value.substr(colon);
}

std::string checked_flag(const Field& field, const std::string& value) {
  const std::string word = lower(value);
  if (word == "true" || word == "yes" || word == "on" || word == "1") return "true";
  if (word == "false" || word == "no" || word == "off" || word == "0") return "false";
  refuse(field, shown(value) + " is neither true nor false");
}

}  // namespace

std::string to_string(FieldType type) {
  switch (type) {
    case FieldType::text:
      return "text";
    case FieldType::text_area:
      return "text-area";
    case FieldType::options:
      return "options";
    case FieldType::option_text:
      return "option-text";
    case FieldType::date:
      return "date";
    case FieldType::checkbox:
      return "checkbox";
  }
  return {};
}

std::string data_element_name(const std::string& name) {
  std::string out;
  bool leading = true;
  for (const char c : name) {
    if (c == '_') leading = true;
    const bool capital = c >= 'A' && c <= 'Z';
    if (c != ' ' && c != '-') {
      out += leading && capital ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (!capital && c != '_') leading = false;
  }
  return out;
}

const Field* ArtifactType::find(const std::string& key) const {
  const auto found = m_index.find(key);
  return found == m_index.end() ? nullptr : &m_fields[found->second];
}

std::vector<std::string> ArtifactType::keys() const {
  std::vector<std::string> keys;
  keys.reserve(m_fields.size());
  for (const Field& field : m_fields) keys.push_back(field.key);
  return keys;
}

std::string ArtifactType::checked(const Field& field, const std::string& value) const {
  if (value.empty()) return {};
  if (!is_utf8(value)) refuse(field, "not valid UTF-8", "convert it with iconv(1)");
  if (value.size() > k_longest_value) refuse(field, "longer than 1 MiB");
  std::string stored = value;
  switch (field.type) {
    case FieldType::date:
      if (auto date = normalized_date(value)) {
        stored = *date;
      } else {
        refuse(field, date_problem(value), "write it as 2014-03-01 or 01/03/2014");
      }
      break;
    case FieldType::checkbox:
      stored = checked_flag(field, value);
      break;
    case FieldType::options:
      stored = checked_choice(field, value);
      break;
    case FieldType::option_text:
      stored = checked_entry(field, value);
      break;
    case FieldType::text:
    case FieldType::text_area:
      break;
  }
  if (!field.validate.empty()) {
    auto found = m_regexes.find(field.key);
    if (found == m_regexes.end()) found = m_regexes.emplace(field.key, Regex(field.validate)).first;
    if (!found->second.matches(stored)) {
      refuse(field, fmt::format("{} does not match {}", shown(value), field.validate));
    }
  }
  return stored;
}

void ArtifactType::check_required(const Document& document) const {
  for (const Field& field : m_fields) {
    if (!field.required || document.contains(field.key)) continue;
    throw DataError(fmt::format("{}: a required field without a value", field.key),
                    fmt::format("give it with --set {}=...", field.key));
  }
}

}  // namespace upkeep::patch
