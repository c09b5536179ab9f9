// SPDX-License-Identifier: MIT
// The selector language, upkeep-select(7): words to terms, terms to one WHERE clause.
#pragma once

#include "config/config.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/patch_name.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

class ProductNames;

enum class Operator { equal, not_equal, contains, not_contains, less, at_most, greater, at_least };

/// `key<op>value`, checked: the key exists and the operator suits it.
struct Term {
  std::string key;  ///< as it was typed
  Operator op = Operator::equal;
  std::vector<std::string> values;  ///< alternatives; any of them
};

struct SortKey {
  std::string key;
  bool descending = false;
};

/// Text without blanks, like `ESBJAVA-12`: runs of letters and digits that are next to one
/// another, in this order, within one value. Never empty.
using Phrase = std::vector<std::string>;

struct Selector {
  std::vector<Term> terms;
  std::vector<Phrase> phrases;  ///< full text, all required
  std::vector<SortKey> sort;
  std::optional<std::size_t> limit;
};

/// What the language needs to know.
struct SelectorContext {
  const ArtifactType& type;
  const config::Patch& config;
  const NameRule& names;
  const ProductNames* products = nullptr;  ///< null: a product has one name
};

/// @param operands the command line's words, one term each
/// @throws UsageError naming the term and the problem
Selector parse_selector(const std::vector<std::string>& operands);

/// One condition of a WHERE clause, literals in place, and what it takes to find its rows by the
/// term index.
struct Condition {
  std::string sql;
  /// Alternatives, each a set of terms that a row must hold all of; empty: the index can't help.
  std::vector<std::vector<std::string>> index_terms;
};

/// Everything a query needs behind `FROM patch p`.
struct SelectorSql {
  std::vector<Condition> conditions;
  std::string order;              ///< `a, b DESC`; never empty
  bool in_natural_order = false;  ///< by platform and number, which an index has
  std::optional<std::size_t> limit;

  /// The conditions in one, with `p.number IS NOT NULL`.
  [[nodiscard]] std::string where() const;
};

/// @throws UsageError: an unknown key (the nearest is proposed), a value that does not suit it
SelectorSql selector_sql(const Selector& selector, const SelectorContext& context);

}  // namespace upkeep::patch
