// SPDX-License-Identifier: MIT
#include "patch/report/subjects.hpp"

#include "base/regex_text.hpp"
#include "base/text.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/sql_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace upkeep::patch::report {

namespace {

// A document of sixty fields takes about 1.5 KiB: this many per page.
constexpr std::size_t k_page = 1000;

/// The fields to read, in the order in which they occur in a document.
struct SortedKeys {
  explicit SortedKeys(const std::vector<std::string>& wanted) {
    std::vector<std::pair<std::string, std::size_t>> order;
    for (std::size_t i = 0; i < wanted.size(); ++i) order.emplace_back(wanted[i], i);
    std::sort(order.begin(), order.end());
    for (auto& [key, place] : order) {
      keys.push_back(std::move(key));
      places.push_back(place);
    }
  }
  std::vector<std::string> keys;
  std::vector<std::size_t> places;  // indexes in the list of wanted keys
};

Subject subject_of(const db::Row& row, const Wanted& wanted, const SortedKeys& keys) {
  Subject subject;
  subject.id = static_cast<std::uint64_t>(row.integer("id"));
  subject.ref = {row.text("platform"), static_cast<std::uint32_t>(row.integer("number"))};
  subject.platform_key = row.text("platform_key");
  subject.category = row.maybe_text("category");
  subject.state = row.maybe_text("state");
  subject.lifecycle = row.maybe_text("lifecycle");
  subject.lifecycle_version = row.maybe_integer("lifecycle_version").value_or(0);
  subject.created_at = row.maybe_text("created_at");
  subject.requested_at = row.maybe_text("requested_at");
  subject.released_at = row.maybe_text("released_at");
  subject.state_since = row.maybe_text("state_since");
  if (wanted.links) subject.links = links_of(row);
  if (!wanted.keys.empty()) {
    std::vector<Values> found = values_in(row.view("fields"), keys.keys);
    subject.values.resize(found.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      subject.values[keys.places[i]] = std::move(found[i]);
    }
  }
  return subject;
}

/// The column `fields`; of few wanted fields only their lines, as documents cost more to transfer
/// than to search.
std::string fields_sql(const std::vector<std::string>& keys) {
  constexpr std::size_t k_few = 2;
  if (keys.empty()) return {};
  if (keys.size() > k_few) return ", p.fields";
  std::string lines;
  for (const std::string& key : keys) {
    // Possessive: a match is never given up, so the server need not remember how it was found.
    lines += fmt::format(", REGEXP_SUBSTR(p.fields, {})",
                         sql_text("(?:\n" + regex_quoted(key) + "=[^\n]*+)++"));
  }
  return fmt::format(", CONCAT_WS(''{}) AS fields", lines);  // NULL: no match, on some servers
}

std::string select_sql(const Wanted& wanted, const SortedKeys& keys) {
  return fmt::format(
      "SELECT p.id, p.platform, p.number, p.platform_key, p.category,"
      " IF(p.voided_at IS NULL, p.state, 'Void') AS state,"
      " IF(p.voided_at IS NULL, p.lifecycle, NULL) AS lifecycle,"
      " p.lifecycle_version, p.created_at, p.requested_at, p.released_at, p.state_since{}{}"
      " FROM patch p",
      wanted.links ? ", " + std::string(links_column()) : "", fields_sql(keys.keys));
}

}  // namespace

Value Subject::first(std::size_t key) const {
  const Values& all = values.at(key);
  return all.empty() ? Value() : Value(all.front());
}

std::string Subject::text(std::size_t key) const {
  const Values& all = values.at(key);
  return all.empty() ? std::string() : all.front();
}

void for_each_subject(const Scope& scope, const Wanted& wanted,
                      const std::function<void(Subject&&)>& take) {
  const SortedKeys keys(wanted.keys);
  const std::string start = select_sql(wanted, keys) + where_sql(scope) + wanted.condition;
  std::uint64_t last = 0;
  for (std::size_t count = k_page; count == k_page;) {
    count = 0;
    scope.connection.query_each(
        fmt::format("{} AND p.id > {} ORDER BY p.id LIMIT {}", start, last, k_page),
        [&](const db::Row& row) {
          Subject subject = subject_of(row, wanted, keys);
          last = subject.id;
          ++count;
          take(std::move(subject));
        });
  }
}

void arrange(std::vector<Subject>& subjects,
             const std::function<std::uint64_t(const Subject&)>& place) {
  std::map<std::string_view, std::uint64_t> platforms;
  for (const Subject& one : subjects) platforms.emplace(one.platform_key, 0);
  std::uint64_t count = 0;
  for (auto& platform : platforms) platform.second = count++;
  std::vector<std::tuple<std::uint64_t, std::uint64_t, std::size_t>> order;
  order.reserve(subjects.size());
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    order.emplace_back(platforms.at(subjects[i].platform_key), place(subjects[i]), i);
  }
  std::sort(order.begin(), order.end());
  std::vector<Subject> sorted;
  sorted.reserve(subjects.size());
  for (const auto& one : order) sorted.push_back(std::move(subjects[std::get<2>(one)]));
  subjects = std::move(sorted);
}

void sort_by_name(std::vector<Subject>& subjects) {
  arrange(subjects, [](const Subject& one) { return one.ref.number; });
}

std::vector<Subject> load_subjects(const Scope& scope, const Wanted& wanted,
                                   const std::function<bool(const Subject&)>& keep) {
  std::vector<Subject> subjects;
  for_each_subject(scope, wanted, [&](Subject&& one) {
    if (!keep || keep(one)) subjects.push_back(std::move(one));
  });
  sort_by_name(subjects);
  return subjects;
}

}  // namespace upkeep::patch::report
