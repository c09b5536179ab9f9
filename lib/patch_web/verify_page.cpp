// SPDX-License-Identifier: MIT
// /patches/NAME/verify: the check of an archive.
#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/once.hpp"
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
#include <memory>

namespace upkeep::patch_web {

namespace {

/// What the fields of a form, and files about the archive, may need besides it.
constexpr std::uint64_t k_around_archive = std::uint64_t{2} << 20U;

void fault_of_input(Markup& out, Visit& visit, const std::string& key) {
  const auto* faults = dynamic_cast<const FieldFaults*>(visit.problem());
  const FieldFault* fault = faults == nullptr ? nullptr : faults->about(key);
  if (fault != nullptr) {
    message_element(out, "p", visit.texts(), fault->text(),
                    {{"class", "fault"}, {"id", "f-" + key + "-fault"}});
  }
}

void check_box(Markup& out, Visit& visit, const char* name, const std::string& label) {
  Markup::Attributes box{{"type", "checkbox"}, {"name", name}, {"value", "1"}};
  if (visit.form() != nullptr && visit.form()->has(name)) box.push_back({"checked", "", true});
  out.open("div", {{"class", "field"}}).open("label").open("input", box).text(label);
  out.close().close();
}

struct FileInput {
  const char* name;
  std::string label, hint;
  std::string accept{};
  bool required = false;
};

void file_input(Markup& out, Visit& visit, const FileInput& input) {
  const std::string id = std::string("f-") + input.name;
  out.open("div", {{"class", "field"}});
  out.element("label", input.label, {{"for", id}});
  Markup::Attributes attributes{{"type", "file"}, {"id", id}, {"name", input.name}};
  if (!input.accept.empty()) attributes.push_back({"accept", input.accept});
  attributes.push_back({input.required ? "required" : "multiple", "", true});
  attributes.push_back({"aria-describedby", id + "-hint"});
  out.open("input", attributes);
  out.element("p", input.hint, {{"class", "quiet"}, {"id", id + "-hint"}});
  fault_of_input(out, visit, input.name);
  out.close();
}

void file_inputs(Markup& out, Visit& visit, const std::string& name) {
  const VerifyTexts& texts = visit.texts().verify_page;
  const std::string file = fmt::format(fmt::runtime(texts.archive), name);
  const auto hint = [&](const char* ending) {
    return fmt::format(fmt::runtime(texts.beside_hint), file + ending);
  };
  file_input(out, visit,
             {.name = "archive",
              .label = file,
              .hint = fmt::format(fmt::runtime(texts.at_most), visit.web().max_upload_mb),
              .accept = ".zip,application/zip",
              .required = true});
  file_input(out, visit, {.name = "digest", .label = texts.digest, .hint = hint(".sha256")});
  std::string of_signature = hint(".asc");
  if (visit.web().keyring.empty()) of_signature += " " + texts.no_keyring;
  file_input(out, visit,
             {.name = "signature", .label = texts.signature, .hint = std::move(of_signature)});
}

void verify_form(Markup& out, Visit& visit, const std::string& name) {
  const VerifyTexts& texts = visit.texts().verify_page;
  const std::string profile = visit.form() == nullptr ? "support" : visit.form()->get("profile");
  out.open("form", {{"method", "post"},
                    {"action", visit.patch_address(name) + "/verify"},
                    {"enctype", "multipart/form-data"},
                    {"class", "card fields"}});
  form_guards(out, visit);
  file_inputs(out, visit, name);
  out.open("div", {{"class", "field"}});
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
  Markup::Attributes heading;
  if (severity != "note") heading.push_back({"class", severity == "error" ? "late" : "soon"});
  out.element("h2", counted(title, count), heading);
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
      out.element("li",
                  done->recorded ? counted(texts.recorded, verified.jars) : texts.recorded_before);
    }
    done_list(out, texts.ticked, done->ticked);
    done_list(out, texts.unticked, done->unticked);
    done_list(out, texts.unticked, done->cleared);
    if (request.tick && done->ticked.empty()) out.element("li", texts.nothing_ticked);
    out.close();
  } else if (verified.before) {
    out.element("p", texts.done_before);
  } else if (request.tick || request.record) {
    out.element("p", texts.nothing_done);
  }
  out.close();
  findings_of(out, verified, "error", texts.errors);
  findings_of(out, verified, "warning", texts.warnings);
  findings_of(out, verified, "note", texts.not_checked);
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

/// What arrived: the fields, the archive, which is named before it is read, and files about it.
struct Received {
  explicit Received(Visit& visit) : given(visit) {}
  web::Parameters form;
  std::optional<acts::ArchiveUpload> archive;
  acts::CompanionUploads given;
  std::string file;
};

/// Takes the files of the form, one after the other.
class FileTaker {
 public:
  FileTaker(Visit& visit, const patch::Patch& patch, Received& received)
      : m_visit(visit), m_patch(patch), m_received(received) {}

  void take(const web::FilePart& part, std::string_view piece) {
    if (!m_open) begin(part);
    m_open = !piece.empty();
    if (!m_open) return;
    if (m_is_archive) {
      m_received.archive->write(piece);
    } else {
      m_received.given.write(piece);
    }
  }

 private:
  void begin(const web::FilePart& part) {
    m_is_archive = part.name == "archive";
    if (!m_is_archive) {
      if (part.name != "digest" && part.name != "signature") {
        throw web::Refusal("request",
                           fmt::format("the form has no file '{}'", printable(part.name)));
      }
      m_received.given.begin(part.name, part.filename);
      return;
    }
    if (!m_received.file.empty()) {
      throw web::Refusal("request", "the form has several archives");
    }
    m_received.file = part.filename;
    acts::check_archive_name(m_visit, m_patch, part.filename);
  }

  Visit& m_visit;
  const patch::Patch& m_patch;
  Received& m_received;
  bool m_open = false, m_is_archive = false;
};

void receive_form(Visit& visit, const patch::Patch& patch, Received& received) {
  received.archive.emplace(visit);
  FileTaker taker(visit, patch, received);
  const auto take = [&](const web::FilePart& part, std::string_view piece) {
    taker.take(part, piece);
  };
  received.form =
      web::read_multipart(visit.request(), received.archive->most() + k_around_archive, take);
}

acts::VerifyRequest request_of(const Received& received) {
  const web::Parameters& form = received.form;
  acts::VerifyRequest request{.file = received.file, .once = form.get("once")};
  if (!acts::is_once_key(request.once)) {
    throw web::Refusal("request", "the form has no valid 'once'", k_send_again);
  }
  if (form.has("profile")) request.profile = form.get("profile");
  request.tick = form.has("tick");
  request.record = form.has("record");
  return request;
}

web::Response judge_upload(Visit& visit, const patch::Patch& patch, Received& received) {
  receive_form(visit, patch, received);
  check_token(visit, received.form);
  if (received.file.empty()) {
    throw FieldFaults("archive", "no archive is chosen");
  }
  const acts::VerifyRequest request = request_of(received);
  acts::check_verify(visit, patch, request);
  received.given.check(request.file);
  visit.act_once({}, {});
  const auto verified = acts::verify(visit, patch, *received.archive, received.given, request);
  visit.come_back(received.form, nullptr);
  return page_of(visit, patch, &request, &verified);
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
  Received received(visit);
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
