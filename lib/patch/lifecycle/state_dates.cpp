// SPDX-License-Identifier: MIT
#include "patch/lifecycle/state_dates.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/lifecycle/definition.hpp"
#include "patch/model/state_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::lifecycle {

std::vector<Change> dates_on_entering(const config::Patch& config, const ArtifactType& type,
                                      const std::string& state, const Document& fields,
                                      const std::string& now) {
  constexpr std::size_t k_day = 10;  // YYYY-MM-DD
  std::vector<Change> changes;
  const auto found = std::find_if(config.dates.begin(), config.dates.end(), [&](const auto& entry) {
    return denotes_state(entry.first, state);
  });
  if (found == config.dates.end()) return changes;
  const Field* field = type.find(found->second);
  if (field == nullptr || fields.contains(field->key)) return changes;
  try {
    changes.push_back(
        {field->key,
         {},
         field_value({type.checked(*field, now.substr(0, k_day))}, field->unbounded)});
  } catch (const DataError& error) {
    throw ConfigError(fmt::format("[patch.dates] {}: {}", found->first, error.what()),
                      "name a field of type date");
  }
  return changes;
}

std::vector<Change> dates_taken_back(const Event& move, const Document& fields) {
  std::vector<Change> changes;
  for (std::size_t i = 1; i < move.changes.size(); ++i) {  // the first one is the move itself
    const Change& set = move.changes[i];
    const auto found = fields.find(set.key);
    if (found == fields.end() || found->second != change_values(set.to)) continue;
    changes.push_back({set.key, set.to, set.from});
  }
  return changes;
}

void apply_changes(const std::vector<Change>& changes, Document& fields) {
  for (const Change& one : changes) {
    Values values = change_values(one.to);
    if (values.empty()) {
      fields.erase(one.key);
    } else {
      fields[one.key] = std::move(values);
    }
  }
}

std::string spelled_dates(const std::vector<Change>& dates) {
  std::string text;
  for (const Change& one : dates) {
    text += one.to.is_null()
                ? fmt::format("; {} {} is removed", one.key, join(change_values(one.from), ", "))
                : fmt::format("; {} is set to {}", one.key, join(change_values(one.to), ", "));
  }
  return text;
}

}  // namespace upkeep::patch::lifecycle
