// SPDX-License-Identifier: MIT
// What a row means, which depends on whether its patch exists, and on its state.
#include "base/text.hpp"
#include "patch/exchange/importer.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

/// A new patch has what its row takes for granted.
void Importer::complete(Waiting& one) {
  Patch& patch = one.draft.patch;
  const std::string category = first_value(patch.fields, k_category_key);
  if (one.draft.says_category && !category.empty() && category != *patch.category) {
    one.problem = two_categories(*patch.category, category);
  }
  patch.fields.insert(one.draft.assumed.begin(), one.draft.assumed.end());
}

void Importer::resolve(Waiting& one, const Patch& existing) {
  resolve_category(one.draft, existing);
  resolve_state(one.draft, existing);
}

/// Of a category and its field, the one that is not as it was is what the row says.
void Importer::resolve_category(Draft& draft, const Patch& existing) {
  Patch& row = draft.patch;
  const auto field = row.fields.find(k_category_key);
  if (!draft.says_category || field == row.fields.end() || field->second[0] == *row.category) {
    return;
  }
  if (row.category == existing.category) {
    row.category = field->second[0];
  } else if (field->second[0] == first_value(existing.fields, k_category_key)) {
    field->second = {*row.category};
  } else {
    throw DataError(two_categories(*row.category, field->second[0]));
  }
}

/// A state is one of the lifecycle that the patch will have: a row may name one of the two alone.
void Importer::resolve_state(Draft& draft, const Patch& existing) {
  Patch& row = draft.patch;
  if (!draft.says_state && !row.lifecycle) return;
  const bool same = !row.lifecycle || row.lifecycle == existing.lifecycle;
  Patch after;
  after.lifecycle = same ? existing.lifecycle : row.lifecycle;
  if (!after.lifecycle) return;
  after.lifecycle_version = same ? existing.lifecycle_version : row.lifecycle_version;
  after.state = draft.says_state ? row.state : existing.state;
  if (same && after.state == existing.state) {
    row.state = existing.state;
    return;
  }
  try {
    m_states.check(after);
  } catch (const DataError& error) {
    if (draft.says_state) throw;
    throw DataError(fmt::format("its {}", error.what()), "say in the row which it shall have");
  }
  row.state = after.state;
}

}  // namespace upkeep::patch
