// SPDX-License-Identifier: MIT
// The same act on the patches that were chosen in a list.
#pragma once

#include "patch_web/acts/bulk.hpp"
#include "patch_web/forms.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web {

/// /patches/bulk: leads to the list, unless a form that was sent comes back.
web::Response bulk_page(Visit& visit, const Names& names);

/// Sent by the list with `act` and the chosen patches, it shows what else the act needs; with that,
/// what would happen to each patch; with `sure`, what has happened. `act=export` is their CSV.
web::Response bulk_form(Visit& visit, const Names& names, const web::Parameters& form,
                        const FormKeys& keys);

/// The patches of a form, as it names them: `patch` and `stay`, or `choose`, which has both.
struct Chosen {
  std::vector<std::string> patches, stays;
};
/// @throws Refusal(request)
Chosen chosen_of(const web::Parameters& form);

/// The page on which fields, or event, time and comment, are typed.
web::Response bulk_inputs_page(Visit& visit, const web::Parameters& form,
                               const std::vector<acts::Target>& targets);
/// What would happen, with a button that does it.
web::Response bulk_preview_page(Visit& visit, const web::Parameters& form,
                                const std::vector<acts::BulkLine>& lines);
/// What has happened. If patches were left, a button goes on with the same request.
web::Response bulk_result_page(Visit& visit, const web::Parameters& form,
                               const std::vector<acts::BulkLine>& lines);

}  // namespace upkeep::patch_web
