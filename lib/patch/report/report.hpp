// SPDX-License-Identifier: MIT
// What a report is, whatever it is printed as.
#pragma once

#include "base/time.hpp"
#include "config/config.hpp"
#include "db/connection.hpp"
#include "patch/model/patch_name.hpp"
#include "patch/query/selector.hpp"
#include "record/value.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::report {

/// One line or one set of bars: a number a label.
struct Series {
  std::string name;
  std::vector<double> values;
};

struct Chart {
  enum class Kind { bars, lines } kind = Kind::bars;
  std::string title;
  std::string x_title, y_title;
  std::vector<std::string> labels;
  std::vector<Series> series;  ///< each as long as `labels`
  bool over_time = false;      ///< the labels follow one another: a sparkline suits it
};

struct Report {
  std::string name, title;
  std::string definition;  ///< of what it shows, in a sentence or two
  std::vector<std::string> columns;
  std::vector<Record> rows;
  std::vector<Chart> charts;
  std::vector<std::string> warnings{};  ///< for stderr
  /// Rows behind `rows`, each made when it is printed, for there may be more than memory holds.
  std::function<void(const std::function<void(const Record&)>&)> more{};

  void for_each_row(const std::function<void(const Record&)>& take) const {
    for (const Record& row : rows) take(row);
    if (more) more(take);
  }
};

/// What a report is about, and what it works with.
struct Scope {
  db::Connection& connection;
  const config::Config& config;
  const NameRule& names;
  SelectorSql selected;
  std::optional<std::string> from, to;  ///< as SQL writes times: from `from`, before `to`
  WallTime now;
  std::vector<std::string> terms{};  ///< that `selected` is made of, as they were typed

  [[nodiscard]] std::string now_sql() const;
  /// The moment that "now" means: `to` where it is given.
  [[nodiscard]] std::string moment_sql() const { return to.value_or(now_sql()); }
};

/// `p` restricted by the selector: ` WHERE ...`, with what the term index narrows down.
std::string where_sql(const Scope& scope);

/// ` with client=Acme in that time`: how the caller narrowed a report; empty: not at all.
std::string narrowed(const Scope& scope);
/// Whether a moment, as SQL writes it, is within the report's time; without one: where it has none.
bool is_in_range(const Scope& scope, const std::optional<std::string>& at);

/// ` AND column >= from AND column < to`, as far as they are given.
std::string range_sql(const Scope& scope, const std::string& column);

/// A list of texts for SQL's IN; of nothing: one that nothing equals.
std::string text_list(const std::vector<std::string>& texts);

/// That the patch `p` is released: in one of the states of [patch] released, or, where it has no
/// lifecycle, with a date of release.
std::string released_sql(const Scope& scope);
/// Whether a request was not declined at a moment, given as SQL: what its history said last by
/// then.
std::string not_declined_sql(const std::string& moment);

/// `2014-03-01 10:20:30` as seconds since 1970; nullopt where it is none.
std::optional<std::int64_t> seconds_of(const std::string& sql_time);
/// The day of it.
std::optional<std::chrono::sys_days> day_of(const std::string& sql_time);

/// Chart labels and values by counting.
Chart counted_chart(std::string title, std::string x_title,
                    const std::vector<std::pair<std::string, double>>& counts);

}  // namespace upkeep::patch::report
