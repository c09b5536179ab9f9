// SPDX-License-Identifier: MIT
// Which patches are for a product.
#pragma once

#include "patch/model/document.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/report/report.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace upkeep::patch::report {

/// Whether fields name a product. Their spellings are few, so each is looked at once.
class ProductFilter {
 public:
  /// @param names stays the caller's. @param kernel_too what is for the kernel is for every product
  ProductFilter(const ProductNames& names, const std::string& product, bool kernel_too)
      : m_names(names), m_key(names.key(product)), m_kernel_too(kernel_too) {}

  bool names(const Values& values);
  /// Whether one of them named the product itself, so far.
  [[nodiscard]] bool has_met_product() const noexcept { return m_met; }

 private:
  [[nodiscard]] bool is_named(const std::string& value);
  const ProductNames& m_names;
  std::string m_key;
  bool m_kernel_too, m_met = false;
  std::unordered_map<std::string, bool> m_known;
};

/// Products as fields list them; values that people wrote with commas count as several.
std::vector<std::string> listed_products(const Values& values);

/// For a report about a product that no released patch names: what was looked for, where else there
/// is one, and the nearest product. @param platform its key, where one was asked for
std::vector<std::string> why_no_product(const Scope& scope, const ProductNames& names,
                                        const std::string& product,
                                        const std::optional<std::string>& platform);

}  // namespace upkeep::patch::report
