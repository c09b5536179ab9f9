// SPDX-License-Identifier: MIT
// Patches as reports need them: some columns and some fields of all patches at once.
#pragma once

#include "patch/model/document.hpp"
#include "patch/model/patch.hpp"
#include "patch/report/report.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::patch::report {

struct Subject {
  std::uint64_t id = 0;
  PatchRef ref;
  std::string platform_key;
  std::optional<std::string> category, state, lifecycle;
  std::int64_t lifecycle_version = 0;
  /// As SQL writes times.
  std::optional<std::string> created_at, requested_at, released_at, state_since;
  std::vector<Link> links;
  std::vector<Values> values;  ///< of the wanted keys, in their order

  /// The first value of the wanted key with index `key`; null if there is none.
  [[nodiscard]] Value first(std::size_t key) const;
  [[nodiscard]] std::string text(std::size_t key) const;
};

struct Wanted {
  std::vector<std::string> keys{};  ///< of fields
  bool links = false;
  std::string condition{};  ///< further SQL, ` AND ...`
};

/// By platform and number. @param keep a filter; empty: all
std::vector<Subject> load_subjects(const Scope& scope, const Wanted& wanted,
                                   const std::function<bool(const Subject&)>& keep = {});

/// The same in row order, without keeping them. `take` must not use the connection.
void for_each_subject(const Scope& scope, const Wanted& wanted,
                      const std::function<void(Subject&&)>& take);

/// Sorts by platform, then by `place`. Subjects are large: each is moved only once.
void arrange(std::vector<Subject>& subjects,
             const std::function<std::uint64_t(const Subject&)>& place);

void sort_by_name(std::vector<Subject>& subjects);

}  // namespace upkeep::patch::report
