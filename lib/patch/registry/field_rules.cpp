// SPDX-License-Identifier: MIT
#include "patch/registry/field_rules.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/model/date.hpp"
#include "patch/model/keys.hpp"
#include "patch/store/choice_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

using Kind = FieldEdit::Kind;

constexpr std::string_view k_pick_list = "pick-list:";

/// A typed value is treated like an imported one: surrounding blanks are removed.
std::string trimmed(const std::string& value) {
  return std::string(trim(value));
}

void store(Document& document, const std::string& key, Values values) {
  if (values.empty()) {
    document.erase(key);
  } else {
    document[key] = std::move(values);
  }
}

/// A typed date may be a word: `today`, `-7d`.
std::string as_typed(const Field& field, const std::string& value) {
  if (field.type != FieldType::date) return value;
  return typed_date(value, wall_now()).value_or(value);
}

/// Applies one edit to a field's values. @param set_before the same command has already set it
void change(const Field& field, const FieldEdit& edit, const std::string& value, bool set_before,
            Values& values) {
  const auto several = [&] {
    throw DataError(fmt::format("{}: the field holds one value and already has one", field.key),
                    "change it with --set");
  };
  if (edit.kind == Kind::set && !set_before) values.clear();
  if (edit.kind == Kind::set && set_before && !field.unbounded) {
    throw UsageError(fmt::format("{} is set twice, but holds one value", field.key));
  }
  if (edit.kind == Kind::remove) {
    std::erase(values, stored_value(values, value));
    return;
  }
  if (value.empty() || std::find(values.begin(), values.end(), value) != values.end()) return;
  if (!values.empty() && !field.unbounded) several();
  values.push_back(value);
}

}  // namespace

std::string stored_value(const Values& values, const std::string& typed) {
  return std::find(values.begin(), values.end(), typed) != values.end() ? typed : trimmed(typed);
}

const ArtifactType& FieldRules::type() {
  if (!m_type) m_type = TypeStore(m_connection).current(m_parsed);
  return *m_type;
}

const std::vector<std::string>& FieldRules::offered(const Field& field) {
  if (!field.values_class.starts_with(k_pick_list)) return field.values;
  const std::string list = field.values_class.substr(k_pick_list.size());
  auto read = m_choices.find(list);
  if (read == m_choices.end()) read = m_choices.emplace(list, choices(m_connection, list)).first;
  return read->second;
}

std::string FieldRules::checked(const Field& field, const std::string& value) {
  if (field.values_class.starts_with(k_pick_list) && !value.empty()) {
    const std::string list = field.values_class.substr(k_pick_list.size());
    const std::vector<std::string>& listed = offered(field);
    const auto same = [&](const std::string& one) { return same_ignoring_case(one, value); };
    const auto found = std::find_if(listed.begin(), listed.end(), same);
    if (found != listed.end()) return *found;
    if (const auto meant = alias_of(m_connection, list, value)) return checked(field, *meant);
    if (!listed.empty()) {
      throw DataError(
          fmt::format("{}: '{}' is not one of its options", field.key, printable(value)),
          did_you_mean(value, listed, "the options are " + join(listed, ", ")));
    }
  }
  return type().checked(field, value);
}

std::vector<Change> FieldRules::apply(const std::vector<FieldEdit>& edits, Document& fields,
                                      Subject subject) {
  const bool creating = subject == Subject::made;
  const Document before = fields;
  std::set<std::string> set_before, touched;
  for (const FieldEdit& edit : edits) {
    if (edit.kind == Kind::expect) continue;
    // A field of an earlier artifact type can still be cleared.
    const bool gone = type().find(edit.key) == nullptr && fields.contains(edit.key);
    if (gone && (edit.kind == Kind::remove || trimmed(edit.value).empty())) {
      Values left = values_in(fields, edit.key);
      if (edit.kind == Kind::remove) std::erase(left, stored_value(left, edit.value));
      store(fields, edit.key, edit.kind == Kind::remove ? left : Values{});
      touched.insert(edit.key);
      continue;
    }
    const Field& field = field_called(type(), m_config, edit.key);
    if (!creating && (field.readonly || field.key == k_platform_key)) {
      throw Error(
          ExitStatus::no,
          fmt::format("{}: read-only: it can only be set when the patch is created", field.key));
    }
    Values values = values_in(fields, field.key);
    const std::string value = edit.kind == Kind::remove
                                  ? as_typed(field, edit.value)
                                  : checked(field, as_typed(field, trimmed(edit.value)));
    change(field, edit, value, set_before.contains(field.key), values);
    if (edit.kind == Kind::set) set_before.insert(field.key);
    if (values.empty() && !creating && field.required && fields.contains(field.key)) {
      throw DataError(fmt::format("{}: a required field can't be emptied", field.key));
    }
    store(fields, field.key, std::move(values));
    touched.insert(field.key);
  }
  std::vector<Change> changes;
  for (const std::string& key : touched) {
    const Field* field = type().find(key);
    const Values from = values_in(before, key), to = values_in(fields, key);
    const bool unbounded = field != nullptr && field->unbounded;
    if (from != to) {
      changes.push_back({key, field_value(from, unbounded), field_value(to, unbounded)});
    }
  }
  return changes;
}

bool FieldRules::has_effect(const FieldEdit& edit, const Document& fields) {
  const std::string key = key_of(edit, fields);
  const Values values = values_in(fields, key);
  const Field* field = type().find(key);
  const bool removes = edit.kind == Kind::remove || field == nullptr;
  const auto typed = [&](const std::string& text) {
    return field != nullptr ? as_typed(*field, text) : text;
  };
  const std::string value = removes ? stored_value(values, typed(edit.value))
                                    : checked(*field, typed(trimmed(edit.value)));
  const bool there = std::find(values.begin(), values.end(), value) != values.end();
  if (edit.kind == Kind::remove) return there;
  if (edit.kind == Kind::add) return !value.empty() && !there;
  return values != (value.empty() ? Values{} : Values{value});
}

std::string FieldRules::key_of(const FieldEdit& edit, const Document& fields) {
  const bool known = type().find(edit.key) != nullptr || fields.contains(edit.key);
  return known ? edit.key : field_called(type(), m_config, edit.key).key;
}

}  // namespace upkeep::patch
