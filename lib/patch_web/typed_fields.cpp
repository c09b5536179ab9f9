// SPDX-License-Identifier: MIT
#include "patch_web/typed_fields.hpp"

#include "base/text.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <set>
#include <string>
#include <vector>

namespace upkeep::patch_web {

namespace {

patch::Values trimmed(const patch::Values& values) {
  patch::Values out;
  for (const std::string& value : values) {
    std::string plain = replace_all(std::string(trim(value)), "\r\n", "\n");
    if (!plain.empty()) out.push_back(std::move(plain));
  }
  return out;
}

/// The field that a parameter `set.KEY` is for. @throws Refusal(request)
const patch::Field& field_of(Visit& visit, const std::string& key) {
  if (const patch::Field* field = visit.type().find(key)) return *field;
  throw web::Refusal("request", fmt::format("there is no field '{}'", printable(key)),
                     did_you_mean(key, visit.type().keys(), "'pmt-patch fields' lists them"));
}

/// Adds to `faults` what is wrong with a value that was typed into an input.
void check(Visit& visit, const patch::Field& field, const std::string& input,
           const std::string& value, std::vector<FieldFault>& faults) {
  try {
    (void)visit.registry().checked(field, value);
  } catch (const DataError& error) {
    faults.push_back({input, error.what()});
  }
}

/// What a form changes in several patches, parameter by parameter.
class ManyFields {
 public:
  ManyFields(Visit& visit, const web::Parameters& form) : m_visit(visit), m_form(form) {}

  void take(const std::string& name, const std::string& value) {
    const auto dot = name.find('.');
    const std::string verb = name.substr(0, dot);
    if (name == "clear") {
      if (m_seen.insert("clear." + value).second) {
        m_wanted.changes.push_back({.key = field_of(m_visit, value).key, .set = {}});
      }
      return;
    }
    if (dot == std::string::npos || (verb != "set" && verb != "add" && verb != "remove")) return;
    if (!m_seen.insert(name).second) return;
    const patch::Field& field = field_of(m_visit, name.substr(dot + 1));
    if (verb == "set") {
      set(field);
    } else {
      more_or_less(field, name, verb == "add");
    }
  }

  /// @throws FieldFaults
  patch::FieldsRequest wanted() {
    if (!m_faults.empty()) throw FieldFaults(std::move(m_faults));
    return std::move(m_wanted);
  }

 private:
  void more_or_less(const patch::Field& field, const std::string& name, bool more) {
    using Kind = patch::FieldEdit::Kind;
    for (const std::string& one : trimmed(split(join(m_form.all(name), "\n"), '\n'))) {
      if (more) check(m_visit, field, name, one, m_faults);
      m_wanted.edits.push_back({more ? Kind::add : Kind::remove, field.key, one});
    }
  }

  void set(const patch::Field& field) {
    const patch::Values values = typed_values(m_form, field);
    for (const std::string& one : values) check(m_visit, field, field.key, one, m_faults);
    const std::string base = "was." + field.key;
    if (!m_form.has(base)) {
      if (!values.empty()) m_wanted.changes.push_back({.key = field.key, .set = values});
    } else if (const patch::Values was = trimmed(m_form.all(base)); values != was) {
      m_wanted.changes.push_back({.key = field.key, .set = values, .was = was});
    }
  }

  Visit& m_visit;
  const web::Parameters& m_form;
  std::set<std::string> m_seen;
  std::vector<FieldFault> m_faults;
  patch::FieldsRequest m_wanted;
};

}  // namespace

patch::Values typed_values(const web::Parameters& form, const patch::Field& field) {
  patch::Values values = form.all("set." + field.key);
  if (!field.unbounded) return trimmed(values);
  patch::Values lines;
  for (const std::string& value : values) {
    for (std::string& line : split(value, '\n')) lines.push_back(std::move(line));
  }
  return trimmed(lines);
}

patch::FieldsRequest fields_of_many(Visit& visit, const web::Parameters& form) {
  ManyFields fields(visit, form);
  for (const auto& [name, value] : form.pairs()) fields.take(name, value);
  return fields.wanted();
}

FormFields fields_of_form(Visit& visit, const web::Parameters& form, bool based) {
  FormFields found;
  std::vector<FieldFault> faults;
  std::set<std::string> seen;
  for (const auto& [name, value] : form.pairs()) {
    constexpr std::string_view k_set = "set.";
    if (!name.starts_with(k_set) || !seen.insert(name).second) continue;
    const patch::Field& field = field_of(visit, name.substr(k_set.size()));
    const patch::Values set = typed_values(form, field);
    const patch::Values was = trimmed(form.all("was." + field.key));
    if (based && !form.has("was." + field.key)) {
      throw web::Refusal("request", fmt::format("set.{} has no was.{}", field.key, field.key));
    }
    if (set == was) continue;
    for (const std::string& one : set) check(visit, field, field.key, one, faults);
    found.was[field.key] = was;
    found.set[field.key] = set;
  }
  if (!faults.empty()) throw FieldFaults(std::move(faults));
  return found;
}

}  // namespace upkeep::patch_web
