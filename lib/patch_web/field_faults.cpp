// SPDX-License-Identifier: MIT
#include "patch_web/field_faults.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch_web {

namespace {

std::string summary_of(const std::vector<FieldFault>& faults) {
  return faults.size() == 1 ? faults.front().detail
                            : fmt::format("{} values are not valid", faults.size());
}

}  // namespace

FieldFaults::FieldFaults(std::vector<FieldFault> faults)
    : web::Refusal("value", summary_of(faults)), m_faults(std::move(faults)) {
  for (const FieldFault& one : m_faults) {
    reasons.emplace_back(ValueObject{{"event", Value()},
                                     {"reason", "value"},
                                     {"detail", one.detail},
                                     {"keys", ValueList{one.key}},
                                     {"item", Value()},
                                     {"roles", Value()}});
  }
}

const FieldFault* FieldFaults::about(const std::string& key) const {
  const auto found = std::find_if(m_faults.begin(), m_faults.end(),
                                  [&](const FieldFault& one) { return one.key == key; });
  return found == m_faults.end() ? nullptr : &*found;
}

}  // namespace upkeep::patch_web
