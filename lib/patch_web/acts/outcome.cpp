// SPDX-License-Identifier: MIT
#include "patch_web/acts/outcome.hpp"

#include "patch/lifecycle/records.hpp"
#include "patch/query/term_index.hpp"

#include <fmt/format.h>

namespace upkeep::patch_web::acts {

std::vector<Value> reason_values(Visit& visit,
                                 const std::vector<patch::lifecycle::Blocker>& reasons) {
  visit.note(reasons);
  std::vector<Value> values;
  values.reserve(reasons.size());
  const auto& columns = patch::lifecycle::reason_columns();
  for (const auto& one : reasons) {
    const Record record = patch::lifecycle::reason_record({}, one);
    ValueObject object;
    for (std::size_t i = 1; i < columns.size(); ++i) object.emplace_back(columns[i], record[i]);
    values.emplace_back(std::move(object));
  }
  return values;
}

web::Refusal conflict_refusal(Visit& visit, const patch::Conflict& conflict) {
  web::Refusal refusal("conflict", conflict.what(), conflict.advice());
  for (const patch::FieldConflict& one : conflict.fields()) {
    const patch::Field* field = visit.type().find(one.key);
    const std::string label = field == nullptr ? one.key : field->caption();
    std::string detail = fmt::format("{} is now {}; you wanted {}", label,
                                     patch::shown_values(one.now), patch::shown_values(one.wanted));
    if (!one.by.empty()) detail += fmt::format(" ({}, {})", one.by, one.at);
    refusal.reasons.emplace_back(ValueObject{{"event", Value()},
                                             {"reason", "conflict"},
                                             {"detail", std::move(detail)},
                                             {"keys", ValueList{one.key}},
                                             {"item", Value()},
                                             {"roles", Value()}});
  }
  return refusal;
}

web::Refusal unsure_refusal(const db::CommitLost& lost) {
  return {"unsure",
          fmt::format("the connection was lost while this was written; it was done completely or "
                      "not at all: {}",
                      lost.what()),
          "look whether it was done, or send the same again"};
}

void index_changes(Visit& visit) {
  constexpr std::size_t k_enough = 1000;
  patch::index_stale(visit.connection(), k_enough);
}

}  // namespace upkeep::patch_web::acts
