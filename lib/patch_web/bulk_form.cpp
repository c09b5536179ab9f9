// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/model/keys.hpp"
#include "patch_web/acts/typed.hpp"
#include "patch_web/bulk.hpp"
#include "patch_web/field_faults.hpp"
#include "patch_web/form_acts.hpp"
#include "patch_web/lists.hpp"
#include "patch_web/typed_fields.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

namespace {

/// The patches of a form, each with its stay.
std::vector<acts::Target> targets_of_form(Visit& visit, const web::Parameters& form) {
  const Chosen chosen = chosen_of(form);
  if (chosen.patches.size() != chosen.stays.size()) {
    throw web::Refusal("request",
                       fmt::format("the form has {} patches and {} stays", chosen.patches.size(),
                                   chosen.stays.size()),
                       k_send_again);
  }
  return acts::bulk_targets(visit, chosen.patches, chosen.stays);
}

/// Whether the form has what its act needs, so that it can be tried.
bool is_filled_in(const web::Parameters& form) {
  if (form.has("change")) return false;
  if (form.get("act") == "move") return !form.get("event").empty();
  for (const auto& [name, value] : form.pairs()) {
    const bool field = name.starts_with("set.") || name.starts_with("add.") ||
                       name.starts_with("remove.") || name == "clear";
    if (field) return true;
  }
  return false;
}

web::Response moves(Visit& visit, const web::Parameters& form,
                    const std::vector<acts::Target>& targets, bool sure) {
  patch::lifecycle::MoveRequest request = move_of_form(visit, form);
  std::erase_if(request.inputs, [](const auto& one) { return one.second.empty(); });
  return sure ? bulk_result_page(visit, form, acts::move_each(visit, targets, request))
              : bulk_preview_page(visit, form, acts::try_moves(visit, targets, request));
}

web::Response edits(Visit& visit, const web::Parameters& form,
                    const std::vector<acts::Target>& targets, bool sure) {
  const patch::FieldsRequest wanted = fields_of_many(visit, form);
  if (wanted.empty()) {
    throw web::Refusal("value", "no field is filled in", k_send_again);
  }
  const std::string why(trim(form.get("why")));
  return sure ? bulk_result_page(visit, form, acts::edit_all(visit, targets, wanted, why))
              : bulk_preview_page(visit, form, acts::try_edits(visit, targets, wanted, why));
}

/// The chosen patches as CSV, with the columns of the list.
web::Response chosen_file(Visit& visit, const web::Parameters& form,
                          const std::vector<acts::Target>& targets) {
  std::vector<std::string> names;
  names.reserve(targets.size());
  for (const acts::Target& one : targets) {
    if (one.patch.ref) names.push_back(visit.names().format(*one.patch.ref));
  }
  if (names.empty()) throw web::Refusal("request", "requests cannot be exported here");
  PrinterOptions options;
  options.format = Format::csv;
  if (const std::string fields = form.get("fields"); !fields.empty()) {
    options.fields = split(fields, ',');
  }
  patch::SelectorSql selected = visit.select({"patch=" + join(names, ",")});
  selected.void_too = true;
  web::Response response = list_file(visit, std::move(selected), std::move(options));
  response.set("Content-Disposition", "attachment; filename=\"patches.csv\"");
  return response;
}

}  // namespace

Chosen chosen_of(const web::Parameters& form) {
  Chosen chosen{form.all("patch"), form.all("stay")};
  for (const std::string& one : form.all("choose")) {
    const auto blank = one.find(' ');
    if (blank == std::string::npos) {
      throw web::Refusal("request", fmt::format("'{}' is not a stay and a patch", printable(one)));
    }
    chosen.stays.push_back(one.substr(0, blank));
    chosen.patches.push_back(one.substr(blank + 1));
  }
  return chosen;
}

web::Response bulk_form(Visit& visit, const Names& /*names*/, const web::Parameters& form,
                        const FormKeys& /*keys*/) {
  const std::string act = form.get("act");
  if (act != "edit" && act != "move" && act != "export") {
    throw web::Refusal("request", fmt::format("act={} is none", printable(act)),
                       "use edit, move or export");
  }
  const auto targets = targets_of_form(visit, form);
  if (act == "export") return chosen_file(visit, form, targets);
  if (act == "edit") visit.need_role("pmt-edit");
  const bool sure = form.get("sure") == "1";
  if (!sure && !is_filled_in(form)) return bulk_inputs_page(visit, form, targets);
  return act == "edit" ? edits(visit, form, targets, sure) : moves(visit, form, targets, sure);
}

}  // namespace upkeep::patch_web
