// SPDX-License-Identifier: MIT
// Sets the values of drafts, each checked as if it were typed.
#pragma once

#include "config/config.hpp"
#include "patch/exchange/draft.hpp"
#include "patch/registry/registry.hpp"

#include <map>
#include <string>

namespace upkeep::patch {

/// Dates of a column that can be read in two ways.
struct AmbiguousDates {
  std::size_t count = 0;
  std::string sample, day_first, month_first;  ///< of the first such date
};

class DraftValues {
 public:
  /// @param registry, config not owned
  DraftValues(Registry& registry, const config::Patch& config)
      : m_registry(registry), m_config(config) {}

  /// Sets one value; a field that holds several collects them. @param target a field or another
  /// member of a row. @throws DataError
  void set(Draft& draft, const std::string& target, const std::string& value);
  /// Notes that the row has the field without a value. Other targets are ignored.
  void set_empty(Draft& draft, const std::string& target) const;
  [[nodiscard]] bool is_date(const std::string& target);
  /// Counts a date that was read day first and could be month first. @param column header or field
  void note_if_ambiguous(const std::string& column, const std::string& value);
  /// The columns with such dates.
  [[nodiscard]] const std::map<std::string, AmbiguousDates>& ambiguous() const noexcept {
    return m_ambiguous;
  }

 private:
  [[nodiscard]] static bool set_member(Patch& patch, const std::string& target,
                                       const std::string& value);
  void set_name(Draft& draft, const std::string& value);
  void set_field(Draft& draft, const std::string& target, const std::string& value);

  Registry& m_registry;
  const config::Patch& m_config;
  std::map<std::string, AmbiguousDates> m_ambiguous;
};

}  // namespace upkeep::patch
