// SPDX-License-Identifier: MIT
// Decides which patches are for a product.
#pragma once

#include "patch/model/document.hpp"
#include "patch/model/patch.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/report/report.hpp"

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace upkeep::patch::report {

/// Whether fields name a product. There are few spellings, so each is compared only once.
class ProductFilter {
 public:
  /// @param names not owned. @param kernel_too patches for the kernel count for every product
  ProductFilter(const ProductNames& names, const std::string& product, bool kernel_too)
      : m_names(names), m_key(names.key(product)), m_kernel_too(kernel_too) {}

  bool names(const Values& values);
  /// Whether one of the fields so far named the product itself.
  [[nodiscard]] bool has_met_product() const noexcept { return m_met; }

 private:
  [[nodiscard]] bool is_named(const std::string& value);
  const ProductNames& m_names;
  std::string m_key;
  bool m_kernel_too, m_met = false;
  std::unordered_map<std::string, bool> m_known;
};

/// Which patches a server of a product can use: those for the product, compatible with it, or for
/// its kernel.
class PackFilter {
 public:
  /// @param names not owned
  PackFilter(const ProductNames& names, const std::string& product)
      : m_products(names, product, true), m_compatible(names, product, false) {}

  /// @param products, compatible values of overview_products and overview_compatibleProducts
  bool takes(const Values& products, const Values& compatible);
  bool takes(const Patch& patch);
  /// Whether one of the patches so far named the product itself.
  [[nodiscard]] bool has_met_product() const noexcept {
    return m_products.has_met_product() || m_compatible.has_met_product();
  }

 private:
  ProductFilter m_products, m_compatible;
};

/// Products as listed in fields; values with commas count as several.
std::vector<std::string> listed_products(const Values& values);

/// Explains a report about a product that no released patch names: what was searched, where else it
/// occurs, and the nearest product. @param platform its key, if the report is for one
std::vector<std::string> why_no_product(const Scope& scope, const ProductNames& names,
                                        const std::string& product,
                                        const std::optional<std::string>& platform);

}  // namespace upkeep::patch::report
