// SPDX-License-Identifier: MIT
// Requirements of every draft, whatever its format; the commands check typed values.
#pragma once

#include "patch/exchange/draft.hpp"
#include "patch/lifecycle/loaded_states.hpp"
#include "patch/registry/registry.hpp"

#include <string_view>

namespace upkeep::patch {

class DraftChecks {
 public:
  /// @param connection, registry, config not owned
  DraftChecks(db::Connection& connection, Registry& registry, const config::Patch& config)
      : m_registry(registry), m_states(connection, config.lifecycle) {}

  /// Completes a draft that has received all values of its row. @param canonical the row's contents
  /// @throws DataError
  void finish(Draft& draft, std::string_view canonical);
  /// @throws DataError for what the database's columns cannot hold
  static void check_sizes(const Draft& draft);

 private:
  void check_same_patch(const Patch& patch);
  void fill_in(Draft& draft);
  static void resolve_category(Draft& draft);

  Registry& m_registry;
  lifecycle::LoadedStates m_states;
};

}  // namespace upkeep::patch
