// SPDX-License-Identifier: MIT
// Acts on fields, links and requests: answered with the record of the patch or request.
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/typed.hpp"
#include "patch_web/api/answers.hpp"
#include "patch_web/api/writes.hpp"
#include "patch_web/field_faults.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::api {

namespace {

using Edit = patch::FieldEdit::Kind;

web::Response show_answer(Visit& visit, const std::string& name, int status = 200) {
  const Tagged subject = tagged(visit, name);
  web::Response response =
      object(patch::show_columns(), patch::show_record(subject.patch, visit.type(), visit.names()));
  response.set("ETag", subject.etag);
  response.status = status;
  constexpr int k_created = 201;
  if (status == k_created) response.set("Location", address_of(visit, subject.name));
  return response;
}

/// Checks keys and values; reports every fault.
class Checked {
 public:
  explicit Checked(Visit& visit) : m_visit(visit) {}

  void document(const patch::Document& fields) {
    for (const auto& [key, values] : fields) {
      const patch::Field* field = m_visit.type().find(key);
      if (field == nullptr) {
        std::string detail = fmt::format("there is no field '{}'", printable(key));
        add_clause(detail, did_you_mean(key, m_visit.type().keys()));
        m_faults.push_back({key, detail});
        continue;
      }
      for (const std::string& value : values) check(*field, value);
    }
  }
  void done() const {
    if (!m_faults.empty()) throw FieldFaults(m_faults);
  }

 private:
  void check(const patch::Field& field, const std::string& value) {
    try {
      (void)m_visit.registry().checked(field, value);
    } catch (const DataError& error) {
      m_faults.push_back({field.key, error.what()});
    }
  }
  Visit& m_visit;
  std::vector<FieldFault> m_faults;
};

/// The fields of something new.
std::vector<patch::FieldEdit> new_fields(Visit& visit, const Body& body) {
  const patch::Document set = body.object("set");
  Checked checked(visit);
  checked.document(set);
  checked.done();
  return acts::edits_of_new(set);
}

std::vector<patch::FieldEdit> edits_of(const patch::Document& document, Edit kind) {
  std::vector<patch::FieldEdit> edits;
  for (const auto& [key, values] : document) {
    for (const std::string& value : values) edits.push_back({kind, key, value});
  }
  return edits;
}

/// Each field that is set must say what it was. @throws Refusal(precondition)
void need_was(const patch::Document& set, const patch::Document& was) {
  for (const auto& [key, values] : set) {
    if (was.contains(key)) continue;
    throw web::Refusal("precondition", fmt::format("'was' has no member '{}'", printable(key)),
                       "give its previous value, or If-Match");
  }
}

patch::NewPatch new_patch(Visit& visit, const Body& body) {
  patch::NewPatch wanted;
  wanted.category = body.text("category");
  wanted.lifecycle = body.text("lifecycle");
  wanted.ported_from = acts::typed_source(visit, body.text("ported-from"));
  wanted.fields = new_fields(visit, body);
  wanted.why = body.text("why");
  return wanted;
}

constexpr int k_made = 201;

}  // namespace

web::Response again_record(Visit& visit, const patch::AlreadyDone& before) {
  return show_answer(visit, patch::name_of(patch_of(visit, before), visit.names()));
}

web::Response again_patch(Visit& visit, const patch::AlreadyDone& before) {
  return show_answer(visit, patch::name_of(patch_of(visit, before), visit.names()), k_made);
}

/// By its id: it may have become a patch since.
web::Response again_request(Visit& visit, const patch::AlreadyDone& before) {
  const std::string id = patch::queue_id(patch_of(visit, before).queue.value());
  web::Response response = show_answer(visit, id, k_made);
  response.set("Location", address_of(visit, id));
  return response;
}

web::Response patch_fields(Visit& visit, const Names& names, const Body& body) {
  const patch::Document set = body.object("set"), was = body.object("was");
  const patch::Document add = body.object("add"), remove = body.object("remove");
  const Tagged subject = tagged(visit, names);
  const Basis basis = basis_of(visit, subject);
  if (!basis.given) need_was(set, was);
  Checked checked(visit);
  checked.document(set);
  checked.document(add);
  for (const auto& [key, values] : remove) checked.document({{key, {}}});
  checked.done();
  std::vector<patch::FieldEdit> more = edits_of(add, Edit::add);
  for (patch::FieldEdit& one : edits_of(remove, Edit::remove)) more.push_back(std::move(one));
  if (set.empty() && more.empty()) throw UsageError("the body changes no field");
  acts::edit(visit, subject.patch, was, set, body.text("why"), more, basis.last_event);
  return show_answer(visit, subject.name);
}

web::Response post_link(Visit& visit, const Names& names, const Body& body) {
  const patch::Patch patch = subject_of(visit, names);
  acts::link(visit, patch, body.text("type"), body.text("patch"));
  return show_answer(visit, patch::name_of(patch, visit.names()));
}

web::Response post_unlink(Visit& visit, const Names& names, const Body& body) {
  const patch::Patch patch = subject_of(visit, names);
  acts::unlink(visit, patch, body.text("type"), body.text("patch"));
  return show_answer(visit, patch::name_of(patch, visit.names()));
}

web::Response post_patch(Visit& visit, const Names& /*names*/, const Body& body) {
  patch::NewPatch wanted = new_patch(visit, body);
  wanted.platform = acts::typed_platform(body.text("platform"), acts::Platform::required);
  return show_answer(visit, acts::create(visit, wanted), k_made);
}

web::Response post_request(Visit& visit, const Names& /*names*/, const Body& body) {
  patch::NewRequest wanted;
  wanted.fields = new_fields(visit, body);
  if (const std::string platform =
          acts::typed_platform(body.text("platform"), acts::Platform::optional);
      !platform.empty()) {
    wanted.fields.push_back({Edit::set, patch::k_platform_key, platform});
  }
  wanted.why = body.text("why");
  return show_answer(visit, acts::request(visit, wanted), k_made);
}

web::Response post_take(Visit& visit, const Names& names, const Body& body) {
  patch::NewPatch wanted = new_patch(visit, body);
  wanted.from = acts::typed_queue(names.at(0));
  const patch::Patch request = visit.patch_called(names.at(0));
  const bool named = !patch::first_value(request.fields, patch::k_platform_key).empty();
  wanted.platform = acts::typed_platform(
      body.text("platform"), named ? acts::Platform::optional : acts::Platform::required);
  return show_answer(visit, acts::take(visit, std::move(wanted)), k_made);
}

web::Response post_decline(Visit& visit, const Names& names, const Body& body) {
  const std::uint32_t queue = acts::typed_queue(names.at(0));
  acts::decline(visit, queue, body.text("why"));
  return show_answer(visit, patch::queue_id(queue));
}

}  // namespace upkeep::patch_web::api
