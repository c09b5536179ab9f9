// SPDX-License-Identifier: MIT
// Values that a form may not have, each with its field.
#pragma once

#include "web/refusal.hpp"

#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch_web {

struct FieldFault {
  std::string key;  ///< of the field, or the name of another input of the form
  std::string detail;

  /// Whether the detail starts with the key, as the tools' messages do.
  [[nodiscard]] bool names_key() const { return detail.starts_with(key + ": "); }
  /// What is wrong, for who sees the input: without its key.
  [[nodiscard]] std::string text() const {
    return names_key() ? detail.substr(key.size() + 2) : detail;
  }
};

/// 422: the page comes back with each fault beside its input.
class FieldFaults : public web::Refusal {
 public:
  /// @pre there is at least one
  explicit FieldFaults(std::vector<FieldFault> faults);
  FieldFaults(std::string key, std::string detail)
      : FieldFaults(std::vector<FieldFault>{{std::move(key), std::move(detail)}}) {}

  [[nodiscard]] const std::vector<FieldFault>& faults() const noexcept { return m_faults; }
  /// What is wrong with an input; nullptr: nothing.
  [[nodiscard]] const FieldFault* about(const std::string& key) const;

 private:
  std::vector<FieldFault> m_faults;
};

}  // namespace upkeep::patch_web
