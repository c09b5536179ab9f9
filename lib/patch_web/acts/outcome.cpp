// SPDX-License-Identifier: MIT
#include "patch_web/acts/outcome.hpp"

#include "patch/lifecycle/records.hpp"

namespace upkeep::patch_web::acts {

std::optional<std::uint64_t> last_event_of(Visit& visit, const patch::Patch& patch) {
  const auto rows = visit.connection().query(
      "SELECT MAX(id) AS id FROM event WHERE patch = ? AND actor = ?", {patch.id, visit.user()});
  const auto id = rows.at(0).maybe_integer("id");
  return id ? std::optional(static_cast<std::uint64_t>(*id)) : std::nullopt;
}

std::vector<Value> reason_values(const std::vector<patch::lifecycle::Blocker>& reasons) {
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

}  // namespace upkeep::patch_web::acts
