// SPDX-License-Identifier: MIT
// When two names denote the same product.
#pragma once

#include "db/connection.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upkeep::patch {

/// Spellings, and the aliases of the pick list `products`. An alias without a version applies to
/// every version: with `Identity Server=IS`, `Identity Server 5.1.0` is `IS 5.1.0`.
class ProductNames {
 public:
  /// @param aliases (alias, the name that it stands for)
  explicit ProductNames(std::vector<std::pair<std::string, std::string>> aliases);
  /// With the current aliases of the registry.
  static ProductNames of(db::Connection& connection);

  /// A key shared by all names of a product: `WSO2 ESB 4.8.1`, `esb-4.8.1` and their aliases. Empty
  /// for a name without letters and digits.
  [[nodiscard]] std::string key(std::string_view name) const;
  /// The name that an alias stands for; any other name unchanged.
  [[nodiscard]] std::string canonical(std::string_view name) const;
  /// The other names of the same product by aliases, each once.
  [[nodiscard]] std::vector<std::string> others(const std::string& name) const;

 private:
  [[nodiscard]] const std::string* stands_for(std::string_view name) const;

  std::vector<std::pair<std::string, std::string>> m_aliases;
  std::map<std::string, std::string> m_by_key;  // of the alias
};

/// Whether the values of the field `key` are products.
bool is_product_key(std::string_view key);

/// `IS 5.1.0` as `IS` and `5.1.0`; the second is empty if the name does not end with a version.
std::pair<std::string_view, std::string_view> split_version(std::string_view name);

}  // namespace upkeep::patch
