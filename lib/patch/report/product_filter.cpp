// SPDX-License-Identifier: MIT
#include "patch/report/product_filter.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/report/subjects.hpp"
#include "patch/store/choice_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch::report {

namespace {

/// Key -> a spelling of it.
using Spellings = std::map<std::string, std::string>;

/// The closest match: a likely typing error, otherwise one with the same version, otherwise an
/// example.
std::string closest(const ProductNames& names, const std::string& product, const Spellings& known) {
  if (known.empty()) return "no released patch names any product";
  std::vector<std::string> all;
  for (const auto& [key, name] : known) all.push_back(name);
  if (const auto near = nearest(product, all)) return fmt::format("did you mean '{}'?", *near);
  const std::string canonical = names.canonical(product);
  const auto version = split_version(canonical).second;
  std::vector<std::string> some;
  for (const std::string& one : all) {
    if (!version.empty() && split_version(one).second == version) some.push_back(one);
  }
  if (some.empty()) some = all;
  constexpr std::size_t k_most = 5;
  const bool more = some.size() > k_most;
  some.resize(std::min(some.size(), k_most));
  return fmt::format("the closest are {}{}; 'pmt-patch choices products --alias' makes names equal",
                     join(some, ", "), more ? " and others" : "");
}

}  // namespace

bool PackFilter::takes(const Values& products, const Values& compatible) {
  const bool is_named = m_products.names(products);  // both, for has_met_product()
  return m_compatible.names(compatible) || is_named;
}

bool PackFilter::takes(const Patch& patch) {
  return takes(values_in(patch.fields, "overview_products"),
               values_in(patch.fields, "overview_compatibleProducts"));
}

std::vector<std::string> listed_products(const Values& values) {
  std::vector<std::string> products;
  for (const std::string& value : values) {
    for (const std::string& part : split(value, ',')) {
      if (!trim(part).empty()) products.emplace_back(trim(part));
    }
  }
  return products;
}

bool ProductFilter::names(const Values& values) {
  bool any = false;
  for (const std::string& value : values) {  // all of them: one may be the product itself
    const auto [place, is_new] = m_known.emplace(value, false);
    if (is_new) place->second = is_named(value);
    any = any || place->second;
  }
  return any;
}

bool ProductFilter::is_named(const std::string& value) {
  bool any = false;
  for (const std::string& part : listed_products({value})) {
    const std::string one = m_names.key(part);
    const bool is_it = one == m_key;
    m_met = m_met || is_it;
    any =
        any || is_it || (m_kernel_too && (one.starts_with("carbon") || one.starts_with("kernel")));
  }
  return any;
}

std::vector<std::string> why_no_product(const Scope& scope, const ProductNames& names,
                                        const std::string& product,
                                        const std::optional<std::string>& platform) {
  const std::string key = names.key(product);
  Spellings known;
  std::set<std::string> elsewhere;
  std::size_t out_of_range = 0, left_out = 0;
  Scope all = scope;
  all.selected.limit.reset();
  all.selected.conditions.clear();
  for_each_subject(
      all,
      {{"overview_products", "overview_compatibleProducts"}, false, " AND " + released_sql(scope)},
      [&](Subject&& one) {
        bool named = false;
        for (const Values& values : one.values) {
          for (const std::string& name : listed_products(values)) {
            const std::string own = names.key(name);
            if (own.empty()) continue;
            known.emplace(own, name);
            named = named || own == key;
          }
        }
        if (!named) return;
        if (platform && one.platform_key != *platform) {
          elsewhere.insert(one.ref.platform);
        } else {
          ++(is_in_range(scope, one.released_at) ? left_out : out_of_range);
        }
      });
  std::string where = fmt::format("no released patch is for '{}'", printable(product));
  const std::string canonical = names.canonical(product);
  if (!same_ignoring_case(canonical, trim(product)))
    where += fmt::format(" ('{}')", printable(canonical));
  where += narrowed(scope);
  if (left_out > 0) {
    return {fmt::format("{}; without the terms {} for it", where,
                        left_out == 1 ? "1 is" : fmt::format("{} are", left_out))};
  }
  if (!elsewhere.empty()) {
    return {where + " on this platform; there are some on " +
            join({elsewhere.begin(), elsewhere.end()}, ", ")};
  }
  if (out_of_range > 0) {
    return {fmt::format("{}; {} released at other times name it", where, out_of_range)};
  }
  for (const std::string& one : choices(scope.connection, "products")) {
    if (names.key(one) == key) return {where + ", which is on the pick list of products"};
    known.emplace(names.key(one), one);
  }
  return {where + "; " + closest(names, product, known)};
}

}  // namespace upkeep::patch::report
