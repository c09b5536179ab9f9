// SPDX-License-Identifier: MIT
// What can be done to a patch or request besides its lifecycle, and what was just done.
#include "base/text.hpp"
#include "patch/lifecycle/request.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/event_words.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/patch_parts.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

/// A form below the address of the patch, with its inputs.
class ActForm {
 public:
  ActForm(Markup& out, Visit& visit, const PatchView& view, std::string act)
      : m_out(out), m_visit(visit), m_act(std::move(act)) {
    m_address = visit.patch_address(view.name) + "/" + m_act;
    const std::string own = visit.web().base + visit.request().path;
    m_came_back = visit.form() != nullptr && own == m_address;
    out.open("form", {{"method", "post"}, {"action", m_address}, {"class", "fields"}});
    form_guards(out, visit);
  }

  /// Whether what was typed into this very form has come back.
  [[nodiscard]] bool came_back() const noexcept { return m_came_back; }

  void input(const std::string& name, const std::string& label, Markup::Attributes more = {}) {
    begin(name, label, more);
    more.push_back({"value", typed(name)});
    m_out.open("input", more);
    end(name);
  }

  void area(const std::string& name, const std::string& label) {
    Markup::Attributes more{{"rows", "2"}};
    begin(name, label, more);
    m_out.open("textarea", more).text("\n").text(typed(name)).close();
    end(name);
  }

  void choice(const std::string& name, const std::string& label,
              const std::vector<std::string>& values) {
    Markup::Attributes more;
    begin(name, label, more);
    m_out.open("select", more);
    for (const std::string& value : values) {
      Markup::Attributes option{{"value", value}};
      if (value == typed(name)) option.push_back({"selected", "", true});
      m_out.element("option", value, option);
    }
    m_out.close();
    end(name);
  }

  void button(const std::string& label, const char* style = "plain") {
    m_out.open("div", {{"class", "buttons"}});
    m_out.element("button", label, {{"class", style}}).close().close();
  }

 private:
  [[nodiscard]] std::string id_of(const std::string& name) const {
    return m_came_back ? "f-" + name : m_act + "-" + name;
  }
  [[nodiscard]] std::string typed(const std::string& name) const {
    return m_came_back ? m_visit.form()->get(name) : "";
  }
  [[nodiscard]] const FieldFault* fault_of(const std::string& name) const {
    const auto* faults =
        m_came_back ? dynamic_cast<const FieldFaults*>(m_visit.problem()) : nullptr;
    return faults == nullptr ? nullptr : faults->about(name);
  }

  void begin(const std::string& name, const std::string& label, Markup::Attributes& attributes) {
    m_out.open("div", {{"class", "field"}});
    m_out.element("label", label, {{"for", id_of(name)}});
    attributes.push_back({"id", id_of(name)});
    attributes.push_back({"name", name});
    if (fault_of(name) == nullptr) return;
    attributes.push_back({"aria-invalid", "true"});
    attributes.push_back({"aria-describedby", id_of(name) + "-fault"});
  }
  void end(const std::string& name) {
    if (const FieldFault* fault = fault_of(name)) {
      message_element(m_out, "p", m_visit.texts(), fault->text(),
                      {{"class", "fault"}, {"id", id_of(name) + "-fault"}});
    }
    m_out.close();
  }

  Markup& m_out;
  Visit& m_visit;
  std::string m_act, m_address;
  bool m_came_back = false;
};

/// A part that is folded unless its form has come back.
template <typename Fill>
void folded(Markup& out, Visit& visit, const std::string& act, const std::string& title,
            const Fill& fill) {
  const bool open = visit.form() != nullptr && visit.request().path.ends_with("/" + act);
  Markup::Attributes attributes;
  if (open) attributes.push_back({"open", "", true});
  out.open("details", attributes).element("summary", title);
  fill();
  out.close();
}

void estimate_form(Markup& out, Visit& visit, const PatchView& view) {
  const Texts& texts = visit.texts();
  ActForm form(out, visit, view, "eta");
  form.choice("stage", texts.stage, view.position->definition->state_names());
  form.input("best", texts.best, {{"placeholder", "4h"}});
  form.input("likely", texts.likely, {{"placeholder", "1d"}});
  form.input("worst", texts.worst, {{"placeholder", "3d"}});
  form.button(texts.save);
}

void log_time_form(Markup& out, Visit& visit, const PatchView& view) {
  const Texts& texts = visit.texts();
  ActForm form(out, visit, view, "log-time");
  form.input("time", texts.time, {{"placeholder", "1h 30m"}});
  form.input("date", texts.day, {{"type", "date"}});
  form.input("comment", texts.comment);
  form.button(texts.log_time);
}

void link_form(Markup& out, Visit& visit, const PatchView& view) {
  const Texts& texts = visit.texts();
  ActForm form(out, visit, view, "link");
  form.choice("type", texts.link_type, patch::link_types());
  form.input("patch", texts.patch, {{"placeholder", "4.4.0-17"}});
  form.button(texts.add_link);
}

using patch::EventKind;

/// A request that its lifecycle has declined has an event for that.
bool may_reopen(const Visit& visit, const PatchView& view) {
  const auto& position = view.position;
  return !view.patch.ref && view.patch.queue_state == "declined" && visit.has_role("pmt-request") &&
         !(position && patch::lifecycle::declines(*position->definition, *position->state));
}

/// Offers to take the event back by its inverse; nothing for those that have none.
void inverse_of(Markup& out, Visit& visit, const PatchView& view, const patch::Event& event) {
  const std::string address = visit.patch_address(view.name);
  const auto begin = [&](const char* act) {
    out.open("form", {{"method", "post"}, {"action", address + act}, {"class", "act"}});
    form_guards(out, visit, view.stay);
  };
  const auto hidden = [&](const std::string& name, const std::string& value) {
    out.open("input", {{"type", "hidden"}, {"name", name}, {"value", value}});
  };
  const auto marks = [&](const char* act, const char* name) {
    begin(act);
    for (const patch::Change& change : event.changes) hidden(name, change.key);
  };
  switch (event.kind) {
    case EventKind::tick:
      marks("/untick", "item");
      break;
    case EventKind::untick:
      marks("/tick", "item");
      break;
    case EventKind::vote:
      marks("/unvote", "event");
      break;
    case EventKind::unvote:
      marks("/vote", "event");
      break;
    case EventKind::move:
      begin("/undo");
      break;
    case EventKind::decline:
      if (!may_reopen(visit, view)) return;
      begin("/reopen");
      break;
    case EventKind::link:
    case EventKind::unlink: {
      if (event.changes.size() != 1) return;
      const bool linked = event.kind == EventKind::link;
      const patch::Change& change = event.changes.front();
      begin(linked ? "/unlink" : "/link");
      hidden("type", change.key);
      hidden("patch",
             to_text(patch::shown_value(change, linked ? change.to : change.from, visit.names())));
      break;
    }
    case EventKind::edit:
      begin("/edit");
      for (const patch::Change& change : event.changes) {
        if (visit.type().find(change.key) == nullptr) continue;
        const auto all = [&](const char* prefix, const Value& side) {
          auto values = patch::change_values(side);
          if (values.empty()) values.emplace_back();
          for (const std::string& value : values) hidden(prefix + change.key, value);
        };
        all("was.", change.to);
        all("set.", change.from);
      }
      break;
    default:
      return;
  }
  out.element("button", visit.texts().undo_it).close();
}

}  // namespace

void did_part(Markup& out, Visit& visit, const PatchView& view) {
  const auto number = to_integer(visit.query().get("did"));
  if (!number || visit.problem() != nullptr) return;
  const auto event = std::find_if(view.events.begin(), view.events.end(), [&](const auto& one) {
    return one.id == static_cast<std::uint64_t>(*number);
  });
  if (event == view.events.end() || event->actor != visit.user()) return;
  TextStyle style;
  style.now = visit.now();
  style.relative = false;
  const auto words =
      patch::event_words(*event, false, visit.type(), visit.names(), style, visit.texts().events);
  std::string what = words.head + words.state;
  if (!words.list.empty()) what += " " + join(words.list, ", ");
  out.open("div", {{"class", "note done"}, {"role", "status"}});
  out.element("span", fmt::format(fmt::runtime(visit.texts().did), what));
  if (&*event == &view.events.back() && !visit.acts_refused()) {
    inverse_of(out, visit, view, *event);
  }
  out.close();
}

void take_button(Markup& out, Visit& visit, const patch::Patch& request) {
  if (request.queue_state != "open" || visit.acts_refused() || !visit.has_role("pmt-new")) return;
  const std::string address = visit.patch_address(patch::queue_id(*request.queue));
  const std::string described =
      fmt::format("{} {}", visit.texts().take, patch::queue_id(*request.queue));
  if (patch::first_value(request.fields, patch::k_platform_key).empty()) {
    out.element(
        "a", visit.texts().take,
        {{"href", address + "#take-platform"}, {"class", "button"}, {"aria-label", described}});
    return;
  }
  act_button(out, visit,
             {.action = address + "/take", .label = visit.texts().take, .description = described});
}

namespace {

void reopen_card(Markup& out, Visit& visit, const PatchView& view) {
  const Texts& texts = visit.texts();
  out.open("section", {{"class", "card next"}, {"aria-labelledby", "reopen"}});
  out.element("h2", texts.reopen, {{"id", "reopen"}});
  ActForm form(out, visit, view, "reopen");
  form.input("why", texts.why);
  form.button(texts.reopen);
  out.close();
}

}  // namespace

void request_part(Markup& out, Visit& visit, const PatchView& view) {
  if (view.patch.ref || visit.acts_refused()) return;
  if (may_reopen(visit, view)) reopen_card(out, visit, view);
  if (view.patch.queue_state != "open") return;
  const Texts& texts = visit.texts();
  const bool may_take = visit.has_role("pmt-new"), may_decline = visit.has_role("pmt-request");
  if (!may_take && !may_decline) return;
  out.open("section", {{"class", "card next"}, {"aria-labelledby", "take"}});
  out.element("h2", texts.take_request, {{"id", "take"}});
  if (may_take) {
    ActForm form(out, visit, view, "take");
    const bool named = !patch::first_value(view.patch.fields, patch::k_platform_key).empty();
    if (!named) form.input("platform", texts.platform, {{"required", "", true}});
    form.button(texts.take, "primary");
  }
  if (may_decline) {
    folded(out, visit, "decline", texts.decline, [&] {
      ActForm form(out, visit, view, "decline");
      form.area("why", texts.why);
      form.button(texts.decline);
    });
  }
  out.close();
}

void more_acts_part(Markup& out, Visit& visit, const PatchView& view) {
  if (!view.live || view.patch.voided_at || visit.acts_refused()) return;
  const Texts& texts = visit.texts();
  out.open("section", {{"class", "card"}, {"aria-labelledby", "more"}});
  out.element("h2", texts.more_acts, {{"id", "more"}});
  if (visit.has_role("pmt-comment")) {
    ActForm form(out, visit, view, "comment");
    form.area("text", texts.comment);
    form.button(texts.add_comment);
  }
  if (view.position) {
    folded(out, visit, "log-time", texts.log_time, [&] { log_time_form(out, visit, view); });
    folded(out, visit, "eta", texts.estimate, [&] { estimate_form(out, visit, view); });
  }
  if (view.patch.ref) {
    out.open("p").element("a", texts.verify,
                          {{"href", visit.patch_address(view.name) + "/verify"}});
    out.close();
  }
  if (visit.has_role("pmt-edit")) {
    folded(out, visit, "link", texts.add_link, [&] { link_form(out, visit, view); });
  }
  out.close();
}

}  // namespace upkeep::patch_web
