// SPDX-License-Identifier: MIT
// /patches/NAME/verify: the check of an archive.
#include "base/text.hpp"
#include "patch/model/sha256.hpp"
#include "patch/registry/conflict.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/outcome.hpp"
#include "patch_web/acts/verify.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/forms.hpp"
#include "patch_web/page.hpp"
#include "patch_web/parts.hpp"
#include "web/multipart.hpp"
#include "web/origin.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>

namespace upkeep::patch_web {

namespace {

/// What the fields of a form may need besides the archive.
constexpr std::uint64_t k_around_archive = std::uint64_t{1} << 20U;

void fault_of_input(Markup& out, Visit& visit, const std::string& key) {
  const auto* faults = dynamic_cast<const FieldFaults*>(visit.problem());
  const FieldFault* fault = faults == nullptr ? nullptr : faults->about(key);
  if (fault != nullptr) {
    out.element("p", fault->detail, {{"class", "fault"}, {"id", "f-" + key + "-fault"}});
  }
}

void check_box(Markup& out, Visit& visit, const char* name, const std::string& label) {
  Markup::Attributes box{{"type", "checkbox"}, {"name", name}, {"value", "1"}};
  if (visit.form() != nullptr && visit.form()->has(name)) box.push_back({"checked", "", true});
  out.open("div", {{"class", "field"}}).open("label").open("input", box).text(label);
  out.close().close();
}

void verify_form(Markup& out, Visit& visit, const std::string& name) {
  const VerifyTexts& texts = visit.texts().verify_page;
  const std::string profile = visit.form() == nullptr ? "support" : visit.form()->get("profile");
  out.open("form", {{"method", "post"},
                    {"action", visit.patch_address(name) + "/verify"},
                    {"enctype", "multipart/form-data"},
                    {"class", "card fields"}});
  form_guards(out, visit);
  out.open("div", {{"class", "field"}});
  out.element("label", fmt::format(fmt::runtime(texts.archive), name), {{"for", "f-archive"}});
  out.open("input", {{"type", "file"},
                     {"id", "f-archive"},
                     {"name", "archive"},
                     {"accept", ".zip,application/zip"},
                     {"required", "", true},
                     {"aria-describedby", "f-archive-hint"}});
  out.element("p", fmt::format(fmt::runtime(texts.at_most), visit.web().max_upload_mb),
              {{"class", "quiet"}, {"id", "f-archive-hint"}});
  fault_of_input(out, visit, "archive");
  out.close().open("div", {{"class", "field"}});
  out.element("label", texts.profile, {{"for", "f-profile"}});
  out.open("select", {{"id", "f-profile"}, {"name", "profile"}});
  for (const std::string& one : acts::profile_names()) {
    Markup::Attributes option{{"value", one}};
    if (one == profile) option.push_back({"selected", "", true});
    out.element("option", one, option);
  }
  out.close();
  fault_of_input(out, visit, "profile");
  out.close();
  if (!visit.acts_refused()) {
    check_box(out, visit, "tick", texts.tick);
    if (visit.has_role("pmt-record")) check_box(out, visit, "record", texts.record);
  }
  out.open("div", {{"class", "buttons"}});
  out.element("button", texts.check, {{"class", "primary"}});
  out.element("a", visit.texts().cancel,
              {{"href", visit.patch_address(name)}, {"class", "button"}});
  out.close().close();
}

void done_list(Markup& out, const std::string& what, const std::vector<std::string>& items) {
  for (const std::string& one : items) {
    out.element("li", fmt::format(fmt::runtime(what), one));
  }
}

/// The findings of one severity, by rule.
void findings_of(Markup& out, const acts::Verified& verified, const std::string& severity,
                 const std::string& title) {
  std::vector<std::string> rules;
  std::size_t count = 0;
  for (const auto& one : verified.findings) {
    if (one.severity != severity) continue;
    ++count;
    if (std::find(rules.begin(), rules.end(), one.rule) == rules.end()) rules.push_back(one.rule);
  }
  if (count == 0) return;
  out.open("section", {{"class", "card"}});
  out.element("h2", fmt::format(fmt::runtime(title), count),
              {{"class", severity == "error" ? "late" : "soon"}});
  for (const std::string& rule : rules) {
    out.element("h3", rule).open("ul");
    for (const auto& one : verified.findings) {
      if (one.severity == severity && one.rule == rule) out.element("li", one.detail);
    }
    out.close();
  }
  out.close();
}

void result_part(Markup& out, Visit& visit, const acts::VerifyRequest& request,
                 const acts::Verified& verified) {
  const VerifyTexts& texts = visit.texts().verify_page;
  out.open("div",
           {{"class", verified.has_errors ? "note problem" : "note done"}, {"role", "status"}});
  out.element("p", fmt::format(fmt::runtime(verified.has_errors ? texts.has_errors : texts.clean),
                               request.file));
  if (const auto& done = verified.done) {
    out.open("ul");
    if (request.record) {
      out.element("li", done->recorded ? fmt::format(fmt::runtime(texts.recorded), verified.jars)
                                       : texts.recorded_before);
    }
    done_list(out, texts.ticked, done->ticked);
    done_list(out, texts.unticked, done->unticked);
    done_list(out, texts.unticked, done->cleared);
    if (request.tick && done->ticked.empty()) out.element("li", texts.nothing_ticked);
    out.close();
  } else if (request.tick || request.record) {
    out.element("p", texts.nothing_done);
  }
  out.close();
  findings_of(out, verified, "error", texts.errors);
  findings_of(out, verified, "warning", texts.warnings);
}

web::Response page_of(Visit& visit, const patch::Patch& patch, const acts::VerifyRequest* request,
                      const acts::Verified* verified) {
  const std::string name = patch::name_of(patch, visit.names());
  const std::string title = fmt::format(fmt::runtime(visit.texts().verify_page.title), name);
  Page page(visit, title, Section::patches);
  Markup& out = page.out();
  out.open("h1").text(visit.texts().verify).text(": ");
  patch_link(out, visit, name);
  out.close();
  if (verified != nullptr) result_part(out, visit, *request, *verified);
  verify_form(out, visit, name);
  page.command(fmt::format("pmt-verify --patch {0} {0}.zip", name));
  return page.response();
}

/// What arrived: the fields, and the archive, which is named before it is read.
struct Received {
  web::Parameters form;
  std::optional<acts::ArchiveUpload> archive;
  std::string file;
};

void receive_form(Visit& visit, const patch::Patch& patch, Received& received) {
  received.archive.emplace(visit);
  const auto take = [&](const web::FilePart& part, std::string_view piece) {
    if (part.name != "archive") {
      throw web::Refusal("request", fmt::format("the form has no file '{}'", printable(part.name)));
    }
    if (received.file.empty()) {
      received.file = part.filename;
      acts::check_archive_name(visit, patch, part.filename);
    } else if (received.file != part.filename) {
      throw web::Refusal("request", "the form has several archives");
    }
    received.archive->write(piece);
  };
  received.form =
      web::read_multipart(visit.request(), received.archive->most() + k_around_archive, take);
}

acts::VerifyRequest request_of(const Received& received) {
  acts::VerifyRequest request{.file = received.file};
  if (received.form.has("profile")) request.profile = received.form.get("profile");
  request.tick = received.form.has("tick");
  request.record = received.form.has("record");
  return request;
}

web::Response judge_upload(Visit& visit, const patch::Patch& patch, Received& received) {
  receive_form(visit, patch, received);
  check_token(visit, received.form);
  if (received.file.empty()) {
    throw FieldFaults("archive", visit.texts().verify_page.none_chosen);
  }
  const acts::VerifyRequest request = request_of(received);
  acts::check_verify(visit, patch, request);
  visit.act_once({}, {});
  constexpr std::chrono::seconds k_patience{5};
  visit.connection().limit_lock_waits(k_patience);
  try {
    const auto verified = acts::verify(visit, patch, *received.archive, request);
    visit.come_back(received.form, nullptr);
    return page_of(visit, patch, &request, &verified);
  } catch (const patch::Conflict& conflict) {
    throw acts::conflict_refusal(visit, conflict);
  }
}

}  // namespace

web::Response verify_page(Visit& visit, const Names& names) {
  const patch::Patch patch = visit.patch_called(names.at(0));
  const std::string name = patch::name_of(patch, visit.names());
  if (!patch.ref) {
    throw web::Refusal("refused", "a request has no archive", "give it a number first");
  }
  if (visit.form() == nullptr && name != names.at(0)) {
    web::Response response = web::see_other(visit.patch_address(name) + "/verify");
    response.status = 301;
    return response;
  }
  return page_of(visit, patch, nullptr, nullptr);
}

web::Response verify_upload(Visit& visit, const Names& names) {
  web::require_same_site(visit.request(), visit.web().url);
  const patch::Patch patch = visit.patch_called(names.at(0));
  Received received;
  std::shared_ptr<const Error> problem;
  try {
    return judge_upload(visit, patch, received);
  } catch (const FieldFaults& faults) {
    problem = std::make_shared<FieldFaults>(faults);
  } catch (const web::Refusal& refusal) {
    const std::string_view word = refusal.kind().word;
    if (word == "size" || word == "type" || word == "busy") throw;
    problem = std::make_shared<web::Refusal>(refusal);
  } catch (const db::Error&) {
    throw;
  } catch (const Error& error) {
    problem = std::make_shared<Error>(error);
  }
  received.archive.reset();
  const web::ProblemKind& kind = web::problem_kind(*problem);
  visit.come_back(std::move(received.form), problem);
  web::Response response = verify_page(visit, names);
  response.status = kind.http;
  if (kind.retry) response.set("Retry-After", "5");
  visit.refused(*problem);
  return response;
}

}  // namespace upkeep::patch_web
