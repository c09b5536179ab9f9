// SPDX-License-Identifier: MIT
#include "patch_web/field_inputs.hpp"

#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/typed_fields.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

bool is_iso_day(const std::string& text) {
  constexpr std::size_t k_day = 10;
  return text.size() == k_day && text[4] == '-' && text[7] == '-';
}

class Inputs {
 public:
  Inputs(Markup& out, Visit& visit, const FieldsForm& form)
      : m_out(out), m_visit(visit), m_form(form) {}

  void field(const patch::Field& field, bool focus) {
    if (m_form.of_many && field.unbounded) {
      more_or_less(field, "add.", m_visit.texts().bulk.add_to);
      more_or_less(field, "remove.", m_visit.texts().bulk.remove_from);
      clearing(field);
      return;
    }
    const patch::Values values = shown_values(field);
    const FieldFault* fault = fault_of(field);
    m_out.open("div", {{"class", "field"}});
    m_out.open("label", {{"for", id_of(field)}});
    m_out.text(field.caption());
    if (field.required) m_out.element("span", " *", {{"class", "late"}});
    m_out.close();
    input(field, values, attributes_of(field, fault != nullptr, focus));
    if (const std::string text = hint(field); !text.empty()) {
      m_out.element("p", text, {{"class", "quiet"}, {"id", id_of(field) + "-hint"}});
    }
    if (fault != nullptr) {
      message_element(m_out, "p", m_visit.texts(), fault->text(),
                      {{"class", "fault"}, {"id", id_of(field) + "-fault"}});
    }
    if (m_form.based) base_of(field);
    m_out.close();
    if (m_form.of_many) clearing(field);
  }

 private:
  [[nodiscard]] std::string id_of(const patch::Field& field) const { return m_form.id + field.key; }
  [[nodiscard]] const web::Parameters* typed_form() const {
    return m_form.comes_back ? m_visit.form() : nullptr;
  }

  /// Values that several patches get, or lose.
  void more_or_less(const patch::Field& field, const char* prefix, const std::string& label) {
    const std::string name = prefix + field.key;
    const auto* faults = dynamic_cast<const FieldFaults*>(m_visit.problem());
    const FieldFault* fault = faults == nullptr ? nullptr : faults->about(name);
    const patch::Values typed =
        m_visit.form() == nullptr ? patch::Values{} : m_visit.form()->all(name);
    m_out.open("div", {{"class", "field"}});
    m_out.element("label", fmt::format(fmt::runtime(label), field.caption()),
                  {{"for", "f-" + name}});
    Markup::Attributes attributes{{"id", "f-" + name}, {"name", name}};
    if (fault != nullptr) attributes.push_back({"aria-invalid", "true"});
    lines({replace_all(join(typed, "\n"), "\r\n", "\n")}, std::move(attributes));
    if (fault != nullptr)
      message_element(m_out, "p", m_visit.texts(), fault->text(), {{"class", "fault"}});
    m_out.close();
  }

  void clearing(const patch::Field& field) {
    if (field.required) return;
    const patch::Values cleared =
        m_visit.form() == nullptr ? patch::Values{} : m_visit.form()->all("clear");
    Markup::Attributes attributes{{"type", "checkbox"}, {"name", "clear"}, {"value", field.key}};
    if (std::find(cleared.begin(), cleared.end(), field.key) != cleared.end()) {
      attributes.push_back({"checked", "", true});
    }
    m_out.open("div", {{"class", "field"}}).open("p").open("label");
    m_out.open("input", attributes);
    m_out.text(fmt::format(fmt::runtime(m_visit.texts().bulk.clear), field.caption()));
    m_out.close().close().close();
  }

  [[nodiscard]] patch::Values shown_values(const patch::Field& field) const {
    const web::Parameters* typed = typed_form();
    if (typed != nullptr && typed->has("set." + field.key)) return typed_values(*typed, field);
    return patch::values_in(m_form.stored, field.key);
  }

  [[nodiscard]] const FieldFault* fault_of(const patch::Field& field) const {
    const auto* faults = dynamic_cast<const FieldFaults*>(m_visit.problem());
    return faults == nullptr || typed_form() == nullptr ? nullptr : faults->about(field.key);
  }

  /// Whether another person has changed the field, whose value the page now shows.
  [[nodiscard]] bool has_conflict(const patch::Field& field) const {
    const auto* refusal = dynamic_cast<const web::Refusal*>(m_visit.problem());
    if (refusal == nullptr || refusal->kind().word != "conflict") return false;
    const std::string keys = to_json(Value(ValueList{field.key}));
    const auto is_about = [&](const ValueObject::value_type& member) {
      return member.first == "keys" && to_json(member.second) == keys;
    };
    return std::any_of(refusal->reasons.begin(), refusal->reasons.end(), [&](const Value& one) {
      const auto& members = std::get<ValueObject>(one.storage());
      return std::any_of(members.begin(), members.end(), is_about);
    });
  }

  /// What the form is based on: as sent before, if it comes back.
  void base_of(const patch::Field& field) {
    const web::Parameters* typed = typed_form();
    const std::string name = "was." + field.key;
    patch::Values was = typed != nullptr && typed->has(name) && !has_conflict(field)
                            ? typed->all(name)
                            : patch::values_in(m_form.stored, field.key);
    if (was.empty()) was.emplace_back();
    for (const std::string& value : was) {
      m_out.open("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
    }
  }

  [[nodiscard]] Markup::Attributes attributes_of(const patch::Field& field, bool faulty,
                                                 bool focus) {
    Markup::Attributes attributes{{"id", id_of(field)}, {"name", "set." + field.key}};
    std::string described = hint(field).empty() ? "" : id_of(field) + "-hint";
    if (faulty) {
      described += (described.empty() ? "" : " ") + id_of(field) + "-fault";
      attributes.push_back({"aria-invalid", "true"});
    }
    if (!described.empty()) attributes.push_back({"aria-describedby", described});
    if (focus) attributes.push_back({"autofocus", "", true});
    const bool chosen = field.type == patch::FieldType::options && !field.unbounded;
    if (!chosen &&
        (m_visit.web().suggest.contains(field.key) || !m_visit.registry().offered(field).empty())) {
      attributes.push_back({"data-suggest", field.key});
    }
    return attributes;
  }

  void input(const patch::Field& field, const patch::Values& values,
             Markup::Attributes attributes) {
    const auto& offered = m_visit.registry().offered(field);
    const std::string value = values.empty() ? "" : values.front();
    if (field.unbounded) return lines(values, std::move(attributes));
    if (field.type == patch::FieldType::text_area || value.find('\n') != std::string::npos) {
      return lines({value}, std::move(attributes));
    }
    if (field.type == patch::FieldType::checkbox) {
      return choice({"true", "false"}, value, attributes);
    }
    if (!offered.empty() && field.type == patch::FieldType::options) {
      return choice(offered, value, attributes);
    }
    const bool day = field.type == patch::FieldType::date && (value.empty() || is_iso_day(value));
    attributes.push_back({"type", day ? "date" : "text"});
    attributes.push_back({"value", value});
    const bool proposed = !offered.empty() || m_visit.web().suggest.contains(field.key);
    if (proposed) attributes.push_back({"list", id_of(field) + "-list"});
    m_out.open("input", attributes);
    if (proposed) proposals(field, offered);
  }

  void lines(const patch::Values& values, Markup::Attributes attributes) {
    const std::string text = join(values, "\n");
    const auto rows = std::clamp<std::size_t>(split(text, '\n').size() + 1, 2, 20);
    attributes.push_back({"rows", std::to_string(rows)});
    // A line feed behind the tag belongs to the tag.
    m_out.open("textarea", attributes).text("\n").text(text).close();
  }

  void choice(const std::vector<std::string>& offered, const std::string& value,
              const Markup::Attributes& attributes) {
    m_out.open("select", attributes);
    std::vector<std::string> all{""};
    all.insert(all.end(), offered.begin(), offered.end());
    // Old data may have a value that is no longer offered.
    if (std::find(all.begin(), all.end(), value) == all.end()) all.push_back(value);
    for (const std::string& one : all) {
      Markup::Attributes option{{"value", one}};
      if (one == value) option.push_back({"selected", "", true});
      m_out.element("option", one, option);
    }
    m_out.close();
  }

  void proposals(const patch::Field& field, const std::vector<std::string>& offered) {
    constexpr std::size_t k_most = 50;
    m_out.open("datalist", {{"id", id_of(field) + "-list"}});
    for (std::size_t i = 0; i < std::min(offered.size(), k_most); ++i) {
      m_out.element("option", offered[i], {{"value", offered[i]}});
    }
    m_out.close();
  }

  [[nodiscard]] std::string hint(const patch::Field& field) const {
    std::vector<std::string> parts;
    if (field.unbounded) parts.push_back(m_visit.texts().one_per_line);
    if (!field.validate.empty()) {
      parts.push_back(fmt::format(fmt::runtime(m_visit.texts().must_match), field.validate));
    }
    return join(parts, " ");
  }

  Markup& m_out;
  Visit& m_visit;
  const FieldsForm& m_form;
};

}  // namespace

bool is_offered(const patch::Field& field, patch::FieldRules::Subject subject) {
  if (field.key == patch::k_name_key || field.key == patch::k_platform_key) return false;
  return subject == patch::FieldRules::Subject::made || !field.readonly;
}

void first_inputs(Markup& out, Visit& visit, const FieldsForm& form) {
  Inputs inputs(out, visit, form);
  for (const std::string& key : form.first) {
    const patch::Field* field = visit.type().find(key);
    if (field != nullptr && is_offered(*field, form.subject)) inputs.field(*field, false);
  }
}

void field_inputs(Markup& out, Visit& visit, const FieldsForm& form) {
  Inputs inputs(out, visit, form);
  bool focus = true;
  for (const std::string& key : form.first) {
    const patch::Field* field = visit.type().find(key);
    if (field == nullptr || !is_offered(*field, form.subject)) continue;
    inputs.field(*field, focus);
    focus = false;
  }
  std::vector<std::string> tables;
  for (const patch::Field& field : visit.type().fields()) {
    if (std::find(tables.begin(), tables.end(), field.table) == tables.end()) {
      tables.push_back(field.table);
    }
  }
  for (const std::string& table : tables) {
    out.open("fieldset");
    if (!table.empty()) out.element("legend", table);
    for (const patch::Field& field : visit.type().fields()) {
      const bool moved =
          std::find(form.first.begin(), form.first.end(), field.key) != form.first.end();
      if (field.table == table && !moved && is_offered(field, form.subject)) {
        inputs.field(field, false);
      }
    }
    out.close();
  }
}

void why_input(Markup& out, Visit& visit) {
  out.open("div", {{"class", "field"}});
  out.element("label", visit.texts().why, {{"for", "f-why"}});
  out.open("input", {{"id", "f-why"},
                     {"name", "why"},
                     {"value", visit.form() == nullptr ? "" : visit.form()->get("why")},
                     {"aria-describedby", "f-why-hint"}});
  out.element("p", visit.texts().why_hint, {{"class", "quiet"}, {"id", "f-why-hint"}});
  out.close();
}

}  // namespace upkeep::patch_web
