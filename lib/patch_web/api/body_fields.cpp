// SPDX-License-Identifier: MIT
#include "patch_web/api/body_fields.hpp"

#include "base/text.hpp"
#include "patch_web/acts/acts.hpp"
#include "patch_web/acts/typed.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::api {

namespace {

using Edit = patch::FieldEdit::Kind;

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

}  // namespace

std::vector<patch::FieldEdit> new_fields(Visit& visit, const Body& body) {
  const patch::Document set = body.object("set");
  Checked checked(visit);
  checked.document(set);
  checked.done();
  return acts::edits_of_new(set);
}

patch::FieldsRequest changes_of(Visit& visit, const Body& body, BasedOn based_on) {
  const patch::Document set = body.object("set"), was = body.object("was");
  const patch::Document add = body.object("add"), remove = body.object("remove");
  if (based_on == BasedOn::nothing) need_was(set, was);
  Checked checked(visit);
  checked.document(set);
  checked.document(add);
  for (const auto& [key, values] : remove) checked.document({{key, {}}});
  checked.done();
  patch::FieldsRequest wanted = acts::changes_between(was, set);
  wanted.edits = edits_of(add, Edit::add);
  for (patch::FieldEdit& one : edits_of(remove, Edit::remove)) {
    wanted.edits.push_back(std::move(one));
  }
  return wanted;
}

}  // namespace upkeep::patch_web::api
