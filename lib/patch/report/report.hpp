// SPDX-License-Identifier: MIT
// The contents of a report, independent of the output format.
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

/// One line or one set of bars: a number per label.
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
  bool over_time = false;      ///< the labels are consecutive: suitable for a sparkline
};

struct Report {
  std::string name, title;
  std::string definition;  ///< explains what it shows, in one or two sentences
  std::vector<std::string> columns;
  std::vector<Record> rows;
  std::vector<Chart> charts;
  std::vector<std::string> warnings{};  ///< for stderr
  /// Rows after `rows`, generated while printing, because they may not fit in memory.
  std::function<void(const std::function<void(const Record&)>&)> more{};

  void for_each_row(const std::function<void(const Record&)>& take) const {
    for (const Record& row : rows) take(row);
    if (more) more(take);
  }
};

/// The scope of a report, and the objects that it uses.
struct Scope {
  db::Connection& connection;
  const config::Config& config;
  const NameRule& names;
  SelectorSql selected;
  std::optional<std::string> from, to;  ///< as SQL writes times: the half-open range [from, to)
  WallTime now;
  std::vector<std::string> terms{};  ///< the terms that `selected` was made from, as typed

  [[nodiscard]] std::string now_sql() const;
  /// The time regarded as "now": `to` if it is given.
  [[nodiscard]] std::string moment_sql() const { return to.value_or(now_sql()); }
};

/// `p` restricted by the selector: ` WHERE ...`, with the restrictions of the term index.
std::string where_sql(const Scope& scope);

/// ` with client=Acme in that range`: the restrictions of the caller; empty: none.
std::string narrowed(const Scope& scope);
/// Whether a time, as SQL writes it, is in the report's range; without a time: whether it has no
/// range.
bool is_in_range(const Scope& scope, const std::optional<std::string>& at);

/// ` AND column >= from AND column < to`, for the bounds that are given.
std::string range_sql(const Scope& scope, const std::string& column);

/// A list of strings for SQL's IN; an empty list becomes one that equals nothing.
std::string text_list(const std::vector<std::string>& texts);

/// That the patch `p` is released: in one of the states of [patch] released or, without a
/// lifecycle, with a release date.
std::string released_sql(const Scope& scope);
/// That it is not.
std::string unreleased_sql(const Scope& scope);
/// Whether a request was not declined at a time, given as SQL: according to its history up to then.
std::string not_declined_sql(const std::string& moment);

/// `2014-03-01 10:20:30` as seconds since 1970; nullopt if it is not a time.
std::optional<std::int64_t> seconds_of(const std::string& sql_time);
/// The day of a time.
std::optional<std::chrono::sys_days> day_of(const std::string& sql_time);

/// A chart of counts by label.
Chart counted_chart(std::string title, std::string x_title,
                    const std::vector<std::pair<std::string, double>>& counts);

}  // namespace upkeep::patch::report
