// SPDX-License-Identifier: MIT
#include "patch_web/event_form.hpp"

#include "patch/lifecycle/duties.hpp"
#include "patch_web/field_inputs.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): this form is all that

/// What else an event asks for or takes: inputs, time, a comment.
void event_inputs(Markup& out, Visit& visit, const State& state, const Transition& one) {
  const Texts& texts = visit.texts();
  const web::Parameters* typed =
      visit.form() != nullptr && visit.form()->get("event") == one.event ? visit.form() : nullptr;
  const auto shown = [&](const std::string& name) {
    return typed == nullptr ? std::string() : typed->get(name);
  };
  const std::string id = "move-" + std::to_string(&one - state.transitions.data());
  for (const Input& input : state.inputs) {
    if (input.event != one.event) continue;
    const std::string name = "input." + input.name;
    const std::string field = id + "-" + input.name;
    out.open("div", {{"class", "field"}});
    out.element("label", input.caption(), {{"for", field}});
    Markup::Attributes attributes{{"id", field}, {"name", name}};
    if (input.required) attributes.push_back({"required", "", true});
    if (!input.tooltip.empty()) attributes.push_back({"title", input.tooltip});
    if (input.values.empty()) {
      attributes.push_back({"value", shown(name)});
      out.open("input", attributes);
    } else {
      out.open("select", attributes).element("option", "", {{"value", ""}});
      for (const std::string& value : input.values) {
        Markup::Attributes option{{"value", value}};
        if (value == shown(name)) option.push_back({"selected", "", true});
        out.element("option", value, option);
      }
      out.close();
    }
    out.close();
  }
  out.open("div", {{"class", "field"}});
  out.element("label", texts.time, {{"for", id + "-time"}});
  out.open("input", {{"id", id + "-time"},
                     {"name", "time"},
                     {"value", shown("time")},
                     {"list", id + "-times"},
                     {"placeholder", "1h 30m"}});
  out.open("datalist", {{"id", id + "-times"}});
  for (const char* time : {"15m", "30m", "1h", "2h"}) {
    out.element("option", time, {{"value", time}});
  }
  out.close().close();
  out.open("div", {{"class", "field"}});
  out.element("label", texts.comment, {{"for", id + "-comment"}});
  out.open("textarea", {{"id", id + "-comment"}, {"name", "comment"}, {"rows", "2"}});
  out.text("\n").text(shown("comment")).close().close();
}

/// Whether the form of an event is open: that of the next step if it asks for something, that of
/// another event if it cannot do without.
bool is_unfolded(const State& state, const Transition& one, bool first) {
  const auto of_it = [&](const auto& part) { return part.event == one.event; };
  const auto needed = [&](const Input& input) { return of_it(input) && (first || input.required); };
  return std::any_of(state.inputs.begin(), state.inputs.end(), needed) ||
         (first && std::any_of(state.extras.begin(), state.extras.end(), of_it));
}

/// Whether what was typed into the form of this event has come back.
bool comes_back(const Visit& visit, const Transition& one) {
  return visit.form() != nullptr && visit.form()->get("event") == one.event;
}

/// The form of an event that can be taken, once the fields that it lacks are filled in it: a button
/// that names its target.
class EventForm {
 public:
  EventForm(Markup& out, Visit& visit, const PatchView& view, const Transition& event)
      : m_out(out), m_visit(visit), m_view(view), m_event(event) {}

  /// @param lacks the fields that stand against the event
  void write(bool first, const std::vector<std::string>& lacks) {
    const State& state = *m_view.position->state;
    m_out.open("form", {{"method", "post"},
                        {"action", m_visit.patch_address(m_view.name) + "/move"},
                        {"class", "event"}});
    form_guards(m_out, m_visit, m_view.stay);
    m_out.open("input", {{"type", "hidden"}, {"name", "event"}, {"value", m_event.event}});
    fields(state, lacks);
    button(first);
    Markup::Attributes more{};
    if (is_unfolded(state, m_event, first) || comes_back(m_visit, m_event)) {
      more.push_back({"open", "", true});
    }
    m_out.open("details", more).element("summary", m_visit.texts().with_more);
    event_inputs(m_out, m_visit, state, m_event);
    m_out.close().close();
  }

 private:
  /// Those that it lacks, and whatever else was typed.
  void fields(const State& state, const std::vector<std::string>& lacks) {
    constexpr std::string_view k_set = "set.";
    const bool back = comes_back(m_visit, m_event);
    std::vector<std::string> keys = lacks;
    if (back) {
      for (const auto& pair : m_visit.form()->pairs()) {
        if (!pair.first.starts_with(k_set)) continue;
        const std::string key = pair.first.substr(k_set.size());
        if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
      }
    }
    if (keys.empty()) return;
    const std::string id = fmt::format("fill-{}-", &m_event - state.transitions.data());
    m_out.open("div", {{"class", "fields"}});
    first_inputs(m_out, m_visit,
                 {.stored = m_view.patch.fields,
                  .first = std::move(keys),
                  .based = true,
                  .id = back ? "f-" : id,
                  .comes_back = back});
    m_out.close();
  }

  void button(bool first) {
    Markup::Attributes attributes{{"type", "submit"}};
    if (first) attributes.push_back({"class", "primary"});
    if (m_event.event == "Promote") attributes.push_back({"data-key", "p"});
    m_out.open("button", attributes).text(m_event.event);
    if (m_event.target != m_event.event) {
      m_out.element("span", " \xe2\x86\x92 " + m_event.target);
    }
    m_out.close();
  }

  Markup& m_out;
  Visit& m_visit;
  const PatchView& m_view;
  const Transition& m_event;
};

}  // namespace

std::vector<std::string> fillable_fields(Visit& visit, const std::vector<Blocker>& reasons) {
  std::vector<std::string> keys;
  if (visit.acts_refused() || !visit.has_role("pmt-edit")) return keys;
  for (const Blocker& one : reasons) {
    if (one.reason != "validation" || one.keys.empty()) return {};
    for (const std::string& key : one.keys) {
      const patch::Field* field = visit.type().find(key);
      if (field == nullptr || !is_offered(*field, patch::FieldRules::Subject::existing)) return {};
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(key);
    }
  }
  return keys;
}

void event_form(Markup& out, Visit& visit, const PatchView& view, const Transition& event,
                const std::vector<std::string>& lacks) {
  const bool first = next_event(*view.position->state) == &event;
  EventForm(out, visit, view, event).write(first, lacks);
}

}  // namespace upkeep::patch_web
