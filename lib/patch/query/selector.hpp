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

/// `key<op>value`, checked: the key exists and the operator is valid for it.
struct Term {
  std::string key;  ///< as typed
  Operator op = Operator::equal;
  std::vector<std::string> values;  ///< alternatives, any of which may match
};

struct SortKey {
  std::string key;
  bool descending = false;
};

/// Text without blanks, like `ESBJAVA-12`: adjacent runs of letters and digits, in this order,
/// within one value. Never empty.
using Phrase = std::vector<std::string>;

struct Selector {
  std::vector<Term> terms;
  std::vector<Phrase> phrases;  ///< full text, all required
  std::vector<SortKey> sort;
  std::optional<std::size_t> limit;
};

/// What is selected.
enum class Rows {
  patches,
  requests,  ///< every request, also those that were promoted or declined
};

/// The data that the language needs.
struct SelectorContext {
  const ArtifactType& type;
  const config::Patch& config;
  const NameRule& names;
  const ProductNames* products = nullptr;  ///< null: products have no aliases
  Rows rows = Rows::patches;
};

/// @param operands the command line's words, one term each
/// @throws UsageError naming the term and the problem
Selector parse_selector(const std::vector<std::string>& operands);

/// One condition of a WHERE clause with its literals, and the terms that find its rows in the term
/// index.
struct Condition {
  std::string sql;
  /// Alternatives, each a set of terms that a row must have; empty: the index cannot help.
  std::vector<std::vector<std::string>> index_terms;
  /// Alternatives, each a text that a word of the row contains; empty: the index cannot help.
  std::vector<std::string> word_parts = {};
};

/// An expression that rows are ordered by.
struct OrderKey {
  std::string sql;
  bool descending = false;
};

/// What a query needs after `FROM patch p`.
struct SelectorSql {
  Rows rows = Rows::patches;
  std::vector<Condition> conditions;
  std::vector<OrderKey> order;    ///< never empty; the last ones make it unique
  bool in_natural_order = false;  ///< by platform and number, in index order
  std::optional<std::size_t> limit;
  bool void_too = false;  ///< void patches as well; set by a term like `state=Void`

  /// All conditions combined, with the one for `rows`; of patches, those that are not void.
  [[nodiscard]] std::string where() const;
  /// `a, b DESC`
  [[nodiscard]] std::string order_sql() const;
};

/// @throws UsageError for an unknown key (suggesting the nearest) or a value that is invalid for it
SelectorSql selector_sql(const Selector& selector, const SelectorContext& context);

}  // namespace upkeep::patch
