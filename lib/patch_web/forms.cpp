// SPDX-License-Identifier: MIT
#include "patch_web/forms.hpp"

#include "base/text.hpp"
#include "patch/model/sha256.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/acts/once.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/hidden_act.hpp"
#include "patch_web/page.hpp"
#include "patch_web/parts.hpp"
#include "patch_web/reasons.hpp"
#include "web/origin.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace upkeep::patch_web {

namespace {

constexpr std::size_t k_longest_form = std::size_t{1} << 20U;

web::Parameters read_form(const web::Request& request) {
  if (request.content_type() != "application/x-www-form-urlencoded") {
    throw web::Refusal("type", "this is not a form", "send application/x-www-form-urlencoded");
  }
  return web::Parameters::parse(web::read_body(request, k_longest_form));
}

/// What a form asks for: where it was sent, and its values.
std::string digest_of(const Visit& visit, const web::Parameters& form) {
  std::string text = visit.request().path;
  for (const auto& [name, value] : form.pairs()) {
    if (name == "token" || name == "once" || name == "back") continue;
    text += fmt::format("\n{} {} {}={}", name.size(), value.size(), name, value);
  }
  return patch::sha256(text);
}

FormKeys keys_of(const Visit& visit, const web::Parameters& form) {
  FormKeys keys{form.get("once"), digest_of(visit, form), form.get("back")};
  if (!acts::is_once_key(keys.once)) {
    throw web::Refusal("request", "the form has no valid 'once'", k_send_again);
  }
  // Only a path of ours: a forged form must not choose where this leads.
  const std::string root = visit.address("/");
  const bool ours = keys.back.starts_with(root) && keys.back.find("//") == std::string::npos &&
                    keys.back.find('\\') == std::string::npos &&
                    std::none_of(keys.back.begin(), keys.back.end(),
                                 [](char c) { return static_cast<unsigned char>(c) <= ' '; });
  if (!ours) keys.back.clear();
  return keys;
}

/// The answer of an act that was done before: the same again.
web::Response done_before(Visit& visit, const FormKeys& keys, const patch::AlreadyDone& before) {
  std::vector<patch::Patch> patches;
  {
    const db::ReadsTables all(visit.connection());  // it was the person's own act
    patches = patch::patches_of(visit.connection(), {before.patch()});
  }
  if (patches.empty()) throw web::Refusal("unknown", "the patch no longer exists");
  return done_to(visit, keys, patch::name_of(patches.front(), visit.names()), before.event());
}

web::Response act_once(Visit& visit, const Names& names, const web::Parameters& form, FormAct act) {
  const FormKeys keys = keys_of(visit, form);
  return acts::answer_once(
      visit, {keys.once, keys.digest}, [&] { return act(visit, names, form, keys); },
      [&](const patch::AlreadyDone& before) { return done_before(visit, keys, before); });
}

/// A page that can be made without the database: it holds what was typed.
web::Response resend_page(Visit& visit, const web::Parameters& form, const Error& error) {
  const Texts& texts = visit.texts();
  web::Response response =
      problem_page(texts, &visit.web().base, web::problem_kind(error), error, visit.request().id);
  Markup out;
  out.open("form", {{"method", "post"}, {"action", visit.address(visit.request().path)}});
  for (const auto& [name, value] : form.pairs()) {
    const std::string kept = name == "token" ? visit.token() : value;
    const bool typed = name.starts_with("set.") || name == "why" || name == "comment" ||
                       name == "text" || name.starts_with("input.");
    if (typed) {
      out.open("label").text(name).open("textarea", {{"name", name}});
      out.text("\n").text(kept).close().close();
    } else {
      out.open("input", {{"type", "hidden"}, {"name", name}, {"value", kept}});
    }
  }
  out.element("button", texts.try_again, {{"class", "primary"}});
  out.close();
  const auto end = response.body.find("</main>");
  response.body.insert(end == std::string::npos ? response.body.size() : end, out.finish());
  return response;
}

/// Leads to the input, and calls it as the form does.
void fault_link(Markup& out, Visit& visit, const FieldFault& fault) {
  std::string text = message_of(visit.texts().messages, fault.text());
  if (fault.names_key()) text = label_of(visit, fault.key) + ": " + text;
  out.element("a", sentence(text), {{"href", "#f-" + fault.key}});
}

}  // namespace

void check_token(Visit& visit, const web::Parameters& form) {
  using Verdict = web::TokenSigner::Verdict;
  const Verdict verdict = visit.site().signer.verify(form.get("token"), visit.user(), visit.now());
  if (verdict == Verdict::valid) return;
  throw web::Refusal("token",
                     verdict == Verdict::expired
                         ? "this page was open for more than two days"
                         : "the form does not come from a page that you have opened",
                     k_send_again);
}

web::Response answer_form(Visit& visit, const Names& names, FormAct act,
                          web::Response (*page)(Visit&, const Names&)) {
  web::require_same_site(visit.request(), visit.web().url);
  web::Parameters form = read_form(visit.request());
  std::shared_ptr<const Error> problem;
  try {
    check_token(visit, form);
    return act_once(visit, names, form, act);
  } catch (const FieldFaults& faults) {
    problem = std::make_shared<FieldFaults>(faults);
  } catch (const web::Refusal& refusal) {
    problem = std::make_shared<web::Refusal>(refusal);
  } catch (const db::Error& error) {
    problem = std::make_shared<db::Error>(error);
  } catch (const Error& error) {
    problem = std::make_shared<Error>(error);
  }
  const web::Parameters typed = form;
  visit.come_back(std::move(form), problem);
  const web::ProblemKind& kind = web::problem_kind(*problem);
  web::Response response;
  try {
    response = page(visit, names);
    // A page that leads elsewhere has lost the form.
    if (response.status >= 300) response = resend_page(visit, typed, *problem);
  } catch (const Error&) {
    response = resend_page(visit, typed, *problem);
  }
  response.status = kind.http;
  if (kind.retry) response.set("Retry-After", "5");
  visit.refused(*problem);
  return response;
}

web::Response done(const FormKeys& keys, const std::string& address,
                   std::optional<std::uint64_t> event) {
  std::string to = keys.back.empty() ? address : keys.back;
  if (event) to += fmt::format("{}did={}", to.find('?') == std::string::npos ? '?' : '&', *event);
  return web::see_other(to);
}

web::Response done_to(Visit& visit, const FormKeys& keys, const std::string& name,
                      std::optional<std::uint64_t> event) {
  if (!is_hidden_now(visit, name)) return done(keys, visit.patch_address(name), event);
  const bool of_queue = visit.request().path.starts_with("/queue/");
  return done({}, visit.address(of_queue ? "/queue" : "/patches"), event);
}

void problem_note(Markup& out, Visit& visit) {
  const Error* problem = visit.problem();
  if (problem == nullptr) return;
  out.open("div", {{"class", "note problem"},
                   {"role", "alert"},
                   {"id", "problem"},
                   {"tabindex", "-1"},
                   {"autofocus", "", true}});
  const Texts& texts = visit.texts();
  const auto* faults = dynamic_cast<const FieldFaults*>(problem);
  const bool one_fault = faults != nullptr && faults->faults().size() == 1;
  out.open("p");
  if (one_fault) {
    out.open("strong");
    fault_link(out, visit, faults->faults().front());
    out.close();
  } else {
    message_element(out, "strong", texts, problem->what());
  }
  if (!problem->advice().empty()) {
    out.text(" ");
    message_element(out, "span", texts, problem->advice());
  }
  out.close();
  if (faults != nullptr && !one_fault) {
    out.open("ul");
    for (const FieldFault& one : faults->faults()) {
      out.open("li");
      fault_link(out, visit, one);
      out.close();
    }
    out.close();
  } else if (const auto* refusal = dynamic_cast<const web::Refusal*>(problem);
             faults == nullptr && refusal != nullptr && !refusal->reasons.empty()) {
    out.open("ul");
    for (const Value& one : refusal->reasons) out.element("li", reason_text(visit, one));
    out.close();
  }
  out.close();
}

void act_button(Markup& out, Visit& visit, const ActButton& button) {
  out.open("form", {{"method", "post"}, {"action", button.action}, {"class", "act"}});
  form_guards(out, visit, button.stay);
  Markup::Attributes attributes{{"type", "submit"}};
  if (!button.name.empty()) {
    attributes.push_back({"name", button.name});
    attributes.push_back({"value", button.value});
  }
  if (!button.style.empty()) attributes.push_back({"class", button.style});
  if (!button.description.empty()) attributes.push_back({"aria-label", button.description});
  out.element("button", button.label, attributes);
  out.close();
}

}  // namespace upkeep::patch_web
