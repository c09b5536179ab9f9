// SPDX-License-Identifier: MIT
#include "pmt/report/subjects.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace upkeep::pmt::report {

namespace {

// A document of sixty fields is a kilobyte and a half: so many at a time.
constexpr std::size_t k_page = 5000;

Subject subject_of(const db::Row& row, const Wanted& wanted) {
  Subject subject;
  subject.id = static_cast<std::uint64_t>(row.integer(0));
  subject.ref = {row.text(1), static_cast<std::uint32_t>(row.integer(2))};
  subject.platform_key = row.text(3);
  subject.category = row.maybe_text(4);
  subject.state = row.maybe_text(5);
  subject.lifecycle = row.maybe_text(6);
  subject.lifecycle_version = row.maybe_integer(7).value_or(0);
  subject.created_at = row.maybe_text(8);
  subject.requested_at = row.maybe_text(9);
  subject.released_at = row.maybe_text(10);
  subject.state_since = row.maybe_text(11);
  std::size_t next = 12;
  if (wanted.links) subject.links = decode_links(row.text(next++));
  if (!wanted.keys.empty()) {
    static const std::string k_none;
    const auto& column = row.maybe_text(next);
    const std::string& fields = column ? *column : k_none;
    for (const std::string& key : wanted.keys) subject.values.push_back(values_in(fields, key));
  }
  return subject;
}

std::string select_sql(const Wanted& wanted) {
  return fmt::format(
      "SELECT p.id, p.platform, p.number, p.platform_key, p.category, p.state, p.lifecycle,"
      " p.lifecycle_version, p.created_at, p.requested_at, p.released_at, p.state_since{}{}"
      " FROM patch p",
      wanted.links ? ", p.links" : "", wanted.keys.empty() ? "" : ", p.fields");
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
  const std::string start = select_sql(wanted) + where_sql(scope) + wanted.condition;
  std::uint64_t last = 0;
  for (;;) {
    const auto rows = scope.connection.query(
        fmt::format("{} AND p.id > {} ORDER BY p.id LIMIT {}", start, last, k_page));
    for (const db::Row& row : rows) {
      Subject subject = subject_of(row, wanted);
      last = subject.id;
      take(std::move(subject));
    }
    if (rows.size() < k_page) return;
  }
}

void sort_by_name(std::vector<Subject>& subjects) {
  std::sort(subjects.begin(), subjects.end(), [](const Subject& a, const Subject& b) {
    return std::tie(a.platform_key, a.ref.number) < std::tie(b.platform_key, b.ref.number);
  });
}

std::vector<Subject> load_subjects(const Scope& scope, const Wanted& wanted) {
  std::vector<Subject> subjects;
  for_each_subject(scope, wanted, [&](Subject&& one) { subjects.push_back(std::move(one)); });
  sort_by_name(subjects);
  return subjects;
}

}  // namespace upkeep::pmt::report
