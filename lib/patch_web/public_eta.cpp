// SPDX-License-Identifier: MIT
// /patches/NAME/eta?public: what a customer may be told, as text.
#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web {

web::Response public_eta(Visit& visit, const Names& names) {
  const patch::Patch patch = visit.subject(names.at(0));
  const std::string name = patch::name_of(patch, visit.names());
  if (!visit.query().has("public")) return web::see_other(visit.patch_address(name));
  if (!patch.state) throw web::Refusal("unknown", name + " has no lifecycle, and so no date");
  const auto position = visit.lifecycle().positions().position(patch);
  const auto eta = patch::lifecycle::eta_of(patch, *position.definition,
                                            patch::events_of(visit.connection(), patch.id),
                                            visit.config().patch, visit.now());
  if (!eta.promised()) {
    throw web::Refusal("unknown", "no date can be promised for " + name,
                       eta.unestimated.empty() || eta.done
                           ? "no stage is left to estimate"
                           : "there is no estimate for " + join(eta.unestimated, ", "));
  }
  web::Response response;
  response.type = "text/plain; charset=utf-8";
  response.body = customer_sentence(visit.texts(), eta) + '\n';
  return response;
}

}  // namespace upkeep::patch_web
