// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/bulk.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/field_inputs.hpp"
#include "patch_web/page.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/reasons.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch_web {

namespace {

constexpr const char* k_bulk = "/patches/bulk";

/// As browsers send line ends, they are not allowed in an attribute.
std::string with_line_feeds(const std::string& text) {
  return replace_all(text, "\r\n", "\n");
}

void hidden_input(Markup& out, std::string_view name, const std::string& value) {
  out.open("input",
           {{"type", "hidden"}, {"name", std::string(name)}, {"value", with_line_feeds(value)}});
}

/// What every form of a bulk sends again: the act, the patches, and the list they come from.
void chosen_inputs(Markup& out, const web::Parameters& form) {
  for (const char* name : {"act", "q", "fields"}) {
    if (form.has(name)) hidden_input(out, name, form.get(name));
  }
  const Chosen chosen = chosen_of(form);
  for (std::size_t i = 0; i < chosen.patches.size(); ++i) {
    hidden_input(out, "patch", chosen.patches[i]);
    if (i < chosen.stays.size()) hidden_input(out, "stay", chosen.stays[i]);
  }
}

/// What was typed, for a form that does not show it.
void typed_inputs(Markup& out, const web::Parameters& form) {
  static const std::set<std::string> k_others{"token", "once",   "sure",   "change", "act", "q",
                                              "back",  "fields", "choose", "patch",  "stay"};
  for (const auto& [name, value] : form.pairs()) {
    if (!k_others.contains(name)) hidden_input(out, name, value);
  }
}

std::string title_of(const Visit& visit, const web::Parameters& form) {
  const BulkTexts& texts = visit.texts().bulk;
  return fmt::format(fmt::runtime(form.get("act") == "edit" ? texts.edit_of : texts.move_of),
                     chosen_of(form).patches.size());
}

/// An event that leads on from the states of some chosen patches.
struct OfferedEvent {
  std::string event;
  std::size_t patches = 0;
  std::vector<patch::lifecycle::Input> inputs{};
};

void add_inputs(OfferedEvent& offered, const patch::lifecycle::State& state) {
  for (const auto& input : state.inputs) {
    if (input.event != offered.event) continue;
    const bool known = std::any_of(offered.inputs.begin(), offered.inputs.end(),
                                   [&](const auto& one) { return one.name == input.name; });
    if (!known) offered.inputs.push_back(input);
  }
}

/// The events that the chosen patches have, the most frequent ones first.
std::vector<OfferedEvent> offered_events(Visit& visit, const std::vector<acts::Target>& targets) {
  std::vector<OfferedEvent> offered;
  for (const acts::Target& target : targets) {
    const patch::Patch& patch = target.patch;
    if (!patch.lifecycle || !patch.lifecycle_version || !patch.state || patch.voided_at) continue;
    const auto& definition =
        visit.lifecycle().library().get(*patch.lifecycle, *patch.lifecycle_version);
    const auto* state = definition.find(*patch.state);
    if (state == nullptr) continue;
    for (const auto& transition : state->transitions) {
      auto known = std::find_if(offered.begin(), offered.end(), [&](const OfferedEvent& one) {
        return one.event == transition.event;
      });
      if (known == offered.end()) known = offered.insert(known, {.event = transition.event});
      ++known->patches;
      add_inputs(*known, *state);
    }
  }
  std::stable_sort(offered.begin(), offered.end(),
                   [](const auto& a, const auto& b) { return a.patches > b.patches; });
  return offered;
}

/// A labelled input of a bulk, with what was typed and what is wrong with it.
class BulkInput {
 public:
  BulkInput(Markup& out, const Visit& visit, const web::Parameters& form, std::string name)
      : m_out(out),
        m_texts(visit.texts()),
        m_name(std::move(name)),
        m_typed(with_line_feeds(form.get(m_name))) {
    const auto* faults = dynamic_cast<const FieldFaults*>(visit.problem());
    m_fault = faults == nullptr ? nullptr : faults->about(m_name);
  }

  void text(const std::string& label, const char* hint = "") {
    begin(label);
    Markup::Attributes all = attributes();
    all.push_back({"value", m_typed});
    if (*hint != '\0') all.push_back({"placeholder", hint});
    m_out.open("input", all);
    end();
  }
  void area(const std::string& label) {
    begin(label);
    Markup::Attributes all = attributes();
    all.push_back({"rows", "2"});
    m_out.open("textarea", all).text("\n").text(m_typed).close();
    end();
  }
  /// @param choices values and their labels
  void choice(const std::string& label,
              const std::vector<std::pair<std::string, std::string>>& choices) {
    begin(label);
    m_out.open("select", attributes());
    for (const auto& [value, shown] : choices) {
      Markup::Attributes option{{"value", value}};
      if (value == m_typed) option.push_back({"selected", "", true});
      m_out.element("option", shown, option);
    }
    m_out.close();
    end();
  }

 private:
  void begin(const std::string& label) {
    m_out.open("div", {{"class", "field"}});
    m_out.element("label", label, {{"for", "f-" + m_name}});
  }
  [[nodiscard]] Markup::Attributes attributes() const {
    Markup::Attributes all{{"id", "f-" + m_name}, {"name", m_name}};
    if (m_fault == nullptr) return all;
    all.push_back({"aria-invalid", "true"});
    all.push_back({"aria-describedby", "f-" + m_name + "-fault"});
    return all;
  }
  void end() {
    if (m_fault != nullptr) {
      message_element(m_out, "p", m_texts, m_fault->text(),
                      {{"class", "fault"}, {"id", "f-" + m_name + "-fault"}});
    }
    m_out.close();
  }

  Markup& m_out;
  const Texts& m_texts;
  std::string m_name, m_typed;
  const FieldFault* m_fault = nullptr;
};

void move_inputs(Markup& out, Visit& visit, const web::Parameters& form,
                 const std::vector<acts::Target>& targets) {
  const Texts& texts = visit.texts();
  const auto offered = offered_events(visit, targets);
  std::vector<std::pair<std::string, std::string>> events;
  events.reserve(offered.size());
  for (const OfferedEvent& one : offered) {
    events.emplace_back(one.event,
                        fmt::format(fmt::runtime(texts.bulk.event_of), one.event, one.patches));
  }
  BulkInput(out, visit, form, "event").choice(texts.bulk.event, events);
  std::set<std::string> seen;
  for (const OfferedEvent& one : offered) {
    for (const auto& input : one.inputs) {
      if (!seen.insert(input.name).second) continue;
      const std::string label = fmt::format("{}: {}", one.event, input.caption());
      BulkInput field(out, visit, form, "input." + input.name);
      if (input.values.empty()) {
        field.text(label);
        continue;
      }
      std::vector<std::pair<std::string, std::string>> choices{{"", ""}};
      for (const std::string& value : input.values) choices.emplace_back(value, value);
      field.choice(label, choices);
    }
  }
  BulkInput(out, visit, form, "time").text(texts.time, "1h 30m");
  BulkInput(out, visit, form, "comment").area(texts.comment);
}

void lines_table(Markup& out, Visit& visit, const std::vector<acts::BulkLine>& lines, bool done) {
  const BulkTexts& texts = visit.texts().bulk;
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  out.element("th", visit.texts().patch, {{"scope", "col"}});
  out.element("th", done ? texts.result : texts.would_be, {{"scope", "col"}});
  out.close().close().open("tbody");
  for (const acts::BulkLine& line : lines) {
    out.open("tr").open("td", {{"data-label", visit.texts().patch}});
    patch_link(out, visit, line.patch);
    out.close().open("td", {{"data-label", done ? texts.result : texts.would_be}});
    const bool fine = line.reasons.empty();
    const std::string& word =
        done ? (line.done ? (line.event ? texts.done : texts.nothing) : texts.not_done)
             : (fine ? (line.effect.empty() ? texts.nothing : texts.possible) : texts.refused);
    out.element("span", word, {{"class", fine ? "can" : "late"}});
    if (!line.effect.empty()) out.text(" ").element("span", line.effect);
    if (!fine) {
      out.open("ul");
      for (const Value& one : line.reasons) out.element("li", reason_text(visit, one));
      out.close();
    }
    out.close().close();
  }
  out.close().close().close();
}

std::string back_to_list(const Visit& visit, const web::Parameters& form) {
  return visit.list_address(form.get("q"));
}

/// A form that repeats everything that was typed.
/// @param once empty: a new one
void open_repeat(Markup& out, Visit& visit, const web::Parameters& form, const std::string& once) {
  out.open("form", {{"method", "post"}, {"action", visit.address(k_bulk)}, {"class", "fields"}});
  if (once.empty()) {
    form_guards(out, visit);
  } else {
    hidden_input(out, "token", visit.token());
    hidden_input(out, "once", once);
  }
  chosen_inputs(out, form);
  typed_inputs(out, form);
  out.open("div", {{"class", "buttons"}});
}

}  // namespace

web::Response bulk_page(Visit& visit, const Names& /*names*/) {
  if (visit.form() == nullptr) return web::see_other(visit.address("/patches"));
  const web::Parameters form = *visit.form();
  const Chosen chosen = chosen_of(form);
  return bulk_inputs_page(visit, form, acts::bulk_targets(visit, chosen.patches, chosen.stays));
}

web::Response bulk_inputs_page(Visit& visit, const web::Parameters& form,
                               const std::vector<acts::Target>& targets) {
  const Texts& texts = visit.texts();
  if (visit.form() == nullptr) visit.come_back(form, nullptr);
  const std::string title = title_of(visit, form);
  Page page(visit, title, Section::patches);
  Markup& out = page.out();
  out.element("h1", title);
  out.open("ul", {{"class", "counts"}});
  for (const acts::Target& one : targets) {
    out.open("li");
    patch_link(out, visit, patch::name_of(one.patch, visit.names()));
    out.close();
  }
  out.close();
  out.open("form",
           {{"method", "post"}, {"action", visit.address(k_bulk)}, {"class", "card fields"}});
  form_guards(out, visit);
  chosen_inputs(out, form);
  if (form.get("act") == "edit") {
    out.element("p", texts.bulk.edit_hint, {{"class", "quiet"}});
    field_inputs(out, visit, {.of_many = true});
    why_input(out, visit);
  } else {
    move_inputs(out, visit, form, targets);
  }
  out.open("div", {{"class", "buttons"}});
  out.element("button", texts.bulk.look, {{"class", "primary"}});
  out.element("a", texts.cancel, {{"href", back_to_list(visit, form)}, {"class", "button"}});
  out.close().close();
  return page.response();
}

web::Response bulk_preview_page(Visit& visit, const web::Parameters& form,
                                const std::vector<acts::BulkLine>& lines) {
  const Texts& texts = visit.texts();
  const std::string title = title_of(visit, form);
  const auto able = static_cast<std::size_t>(std::count_if(
      lines.begin(), lines.end(), [](const auto& one) { return one.reasons.empty(); }));
  const bool edit = form.get("act") == "edit";
  Page page(visit, title, Section::patches);
  Markup& out = page.out();
  out.element("h1", title);
  out.element("p", fmt::format(fmt::runtime(texts.bulk.able), able, lines.size()),
              {{"class", "note"}, {"role", "status"}});
  lines_table(out, visit, lines, false);
  open_repeat(out, visit, form, {});
  const bool possible = edit ? able == lines.size() : able > 0;
  if (possible) {
    out.element("button", edit ? texts.bulk.do_edit : texts.bulk.do_move,
                {{"class", "primary"}, {"name", "sure"}, {"value", "1"}});
  }
  out.element("button", texts.bulk.change, {{"name", "change"}, {"value", "1"}});
  out.element("a", texts.cancel, {{"href", back_to_list(visit, form)}, {"class", "button"}});
  out.close().close();
  if (edit && !possible) out.element("p", texts.bulk.all_or_none, {{"class", "quiet"}});
  return page.response();
}

web::Response bulk_result_page(Visit& visit, const web::Parameters& form,
                               const std::vector<acts::BulkLine>& lines) {
  const Texts& texts = visit.texts();
  const std::string title = title_of(visit, form);
  const auto done =
      std::count_if(lines.begin(), lines.end(), [](const auto& one) { return one.done; });
  const bool left =
      std::any_of(lines.begin(), lines.end(), [](const auto& one) { return one.untried; });
  const bool all = static_cast<std::size_t>(done) == lines.size();
  Page page(visit, title, Section::patches);
  Markup& out = page.out();
  out.element("h1", title);
  out.element("p", fmt::format(fmt::runtime(texts.bulk.did), done, lines.size()),
              {{"class", all ? "note done" : "note"}, {"role", "status"}});
  lines_table(out, visit, lines, true);
  if (left) {
    open_repeat(out, visit, form, form.get("once"));
    out.element("button", texts.bulk.go_on,
                {{"class", "primary"}, {"name", "sure"}, {"value", "1"}});
    out.close().close();
  }
  out.open("p").element("a", texts.bulk.back, {{"href", back_to_list(visit, form)}}).close();
  return page.response();
}

}  // namespace upkeep::patch_web
