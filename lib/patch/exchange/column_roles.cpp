// SPDX-License-Identifier: MIT
#include "patch/exchange/column_roles.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/exchange/import_map.hpp"
#include "patch/model/date.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace upkeep::patch {

namespace {

/// Whether at least half of the rows with a value have one that fits.
bool mostly(const SampledColumn& column, const std::function<bool(const std::string&)>& fits) {
  std::size_t count = 0;
  for (const std::string& value : column.by_row) count += !value.empty() && fits(value) ? 1 : 0;
  return count > 0 && count * 2 >= column.filled;
}

/// A possible role of a column: the lower the rank, the more certain.
struct Choice {
  std::size_t rank, column;
  std::string target;
  bool near = false;  ///< its header merely resembles the name of the field
};

class RoleChooser {
 public:
  RoleChooser(const SampledSheet& sheet, Registry& registry)
      : m_sheet(sheet), m_registry(registry), m_type(registry.type()) {
    m_roles.targets.resize(sheet.columns.size());
    m_roles.remarks.resize(sheet.columns.size());
  }

  ColumnRoles choose() {
    m_is_tracker = is_tracker();
    for (const Choice& choice : choices()) take(choice);
    for (const auto& [column, note] : m_date_notes) {
      if (m_roles.targets[column].empty()) m_roles.notes.push_back(note);
    }
    note_numbers();
    choose_key();
    return std::move(m_roles);
  }

 private:
  bool is_number(const std::string& value) const {
    static const Regex form("(?i)(?:patch)?[-_ #]*0*[1-9][0-9]{0,8}");
    return form.matches(value) || m_registry.names().parse(value).has_value();
  }

  /// Whether the values of a column suit what its header says.
  bool can_be(const SampledColumn& column, const std::string& target) const {
    static const Regex jar("(?i).*\\.(?:jar|war|zip|car|mar|dll|so)\\b.*");
    const Field* one = m_type.find(target);
    if (column.several && (one == nullptr || !one->unbounded)) return false;
    if (column.values.empty()) return true;
    if (target == "platform") {
      return mostly(column, [](const auto& value) { return !versions_in(value).empty(); });
    }
    if (target == "number" || target == "patch") {
      return mostly(column, [&](const auto& value) { return is_number(value); });
    }
    if (target.ends_with("roducts")) return mostly(column, has_letter);
    if (target.ends_with("jarsInvolved") && normal_header(column.header) == "files") {
      return mostly(column, [](const auto& value) { return jar.matches(value); });
    }
    if (is_date_target(m_type, target)) {
      // Serial numbers of days become rejects, which say what to do: nothing is omitted silently.
      return mostly(column, is_serial_day) ||
             guess_dates(column.values).unreadable.size() < column.values.size();
    }
    return true;
  }
  /// Whether at least one of the values is in a list of options.
  bool has_an_option(const SampledColumn& column, const std::string& target) {
    const Field* one = m_type.find(target);
    if (one == nullptr || one->type != FieldType::options) return true;
    return std::any_of(column.values.begin(), column.values.end(), [&](const std::string& value) {
      try {
        (void)m_registry.checked(*one, value);
        return true;
      } catch (const DataError&) {
        return false;
      }
    });
  }

  /// The keys and names of fields, for headers that are not common words.
  Choice field_named(std::size_t column) const {
    constexpr std::size_t k_named = 50, k_near = 60, k_long_enough = 5;
    const std::string& header = m_sheet.columns[column].header;
    std::map<std::string, std::string> names;
    for (const std::string& target : row_targets()) names.emplace(normal_header(target), target);
    for (const Field& one : m_type.fields()) {
      names.emplace(normal_header(one.key), one.key);
      names.emplace(normal_header(one.table + one.name), one.key);
      names.emplace(normal_header(one.name), one.key);
    }
    const std::string word = normal_header(header);
    if (const auto exact = names.find(word); exact != names.end()) {
      return {k_named, column, exact->second};
    }
    if (word.size() < k_long_enough || is_no_field(header)) return {k_near, column, {}};
    std::vector<std::string> spellings;
    spellings.reserve(names.size());
    for (const auto& [spelling, key] : names) spellings.push_back(spelling);
    const auto near = nearest(word, spellings);
    return {k_near, column, near ? names.at(*near) : std::string(), true};
  }

  /// Whether the table is a list from an issue tracker: its numbers are those of issues, not of
  /// patches. A title alone is not evidence, because patches have titles as well.
  bool is_tracker() const {
    static const std::set<std::string> k_marks{
        "issuekey",  "bugid",      "workitemtype", "issueid",  "htmlurl",
        "shortdesc", "assignees",  "projectkey",   "labels",   "closedat",
        "tracker",   "repository", "issuetitle",   "callerid", "reactiongroups"};
    bool marked = false;
    for (const SampledColumn& column : m_sheet.columns) {
      const std::string word = normal_header(column.header);
      if (word == "platform" || word.starts_with("carbon") || word.starts_with("patch"))
        return false;
      marked = marked || k_marks.contains(word);
    }
    return marked;
  }
  static bool is_plain_number(const std::string& header) {
    const std::string word = normal_header(header);
    return word == "number" || word == "#";
  }

  std::vector<Choice> choices() const {
    std::vector<Choice> all;
    for (std::size_t c = 0; c < m_sheet.columns.size(); ++c) {
      const std::string& header = m_sheet.columns[c].header;
      const auto is_issue = [&](const std::string& target) {
        return m_is_tracker && target == "number" && is_plain_number(header);
      };
      // Our own headers are exact.
      if (is_target(m_type, header) && !is_issue(header)) all.push_back({0, c, header});
      const auto guesses = guess_header(header);
      for (const HeaderGuess& guess : guesses) {
        if (!is_target(m_type, guess.target) || is_issue(guess.target)) continue;
        all.push_back({guess.rank + 1, c, guess.target});
      }
      if (!guesses.empty()) continue;
      if (Choice named = field_named(c); !named.target.empty()) all.push_back(std::move(named));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const Choice& a, const Choice& b) { return a.rank < b.rank; });
    return all;
  }

  void take(const Choice& choice) {
    const SampledColumn& column = m_sheet.columns[choice.column];
    std::string& target = m_roles.targets[choice.column];
    std::string& remark = m_roles.remarks[choice.column];
    if (!target.empty()) return;
    if (is_taken(choice)) {
      remark = "its likely field is taken";
    } else if (!can_be(column, choice.target) ||
               (choice.near && !has_an_option(column, choice.target))) {
      remark = column.several ? "a row has several values, but its likely field holds one"
                              : "its values do not suit its likely field";
      if (!is_date_target(m_type, choice.target) || column.values.empty()) return;
      m_date_notes[choice.column] =
          fmt::format("the dates of '{}' cannot be read, like '{}': the column is ignored",
                      printable(column.header), ellipsized(printable(column.values.front()), 40));
    } else {
      target = choice.target;
      remark = choice.near ? "a guess" : "";
    }
  }
  /// One field may be two columns, `Title 1` and `Title 2`, if no row has both.
  bool is_taken(const Choice& choice) const {
    const auto stem = [](const SampledColumn& column) {
      std::string word = normal_header(column.header);
      const auto end = word.find_last_not_of("0123456789");
      return end == std::string::npos ? word : word.substr(0, end + 1);
    };
    const SampledColumn& column = m_sheet.columns[choice.column];
    for (std::size_t c = 0; c < m_sheet.columns.size(); ++c) {
      if (m_roles.targets[c] != choice.target) continue;
      const SampledColumn& other = m_sheet.columns[c];
      if (stem(other) != stem(column) || other.header == stem(other)) return true;
      for (std::size_t r = 0; r < column.by_row.size(); ++r) {
        if (!column.by_row[r].empty() && !other.by_row[r].empty()) return true;
      }
    }
    return false;
  }

  /// A column `Number` may be that of patches or that of a tracker: adds a note about the choice.
  void note_numbers() {
    for (std::size_t c = 0; c < m_sheet.columns.size(); ++c) {
      const std::string& header = m_sheet.columns[c].header;
      const std::string& target = m_roles.targets[c];
      if (!is_plain_number(header) || target.empty()) continue;
      const bool titled = std::any_of(m_sheet.columns.begin(), m_sheet.columns.end(),
                                      [](const SampledColumn& column) {
                                        const std::string word = normal_header(column.header);
                                        return word == "title" || word == "subject";
                                      });
      if (target == "number" && titled) {
        m_roles.remarks[c] = "a guess: the numbers of patches, not those of a tracker";
        m_roles.notes.push_back(
            fmt::format("'{}' is assumed to contain patch numbers; those of a tracker belong in "
                        "jiraInformation_supportJIRA, with key and assign_numbers",
                        printable(header)));
      } else if (target != "number" && m_is_tracker) {
        m_roles.remarks[c] = "a guess: the numbers of a tracker, not those of patches";
      }
    }
  }

  /// Whether the columns distinguish all rows, except those that are complete duplicates.
  /// @param gaps a few rows may lack a value
  bool is_unique(const std::vector<const SampledColumn*>& columns, bool gaps) const {
    constexpr std::size_t k_longest = 190;  // of a key, as it is stored
    std::set<std::string> seen;
    std::size_t empty = 0, rows = 0;
    for (std::size_t r = 0; r < m_sheet.rows; ++r) {
      if (m_sheet.repeated[r]) continue;
      ++rows;
      std::string key;
      bool whole = true;
      for (const SampledColumn* column : columns) {
        whole = whole && !column->by_row[r].empty();
        key += column->by_row[r] + "\n";
      }
      if (!whole) {
        ++empty;
      } else if (key.size() > k_longest || !seen.insert(key).second) {
        return false;
      }
    }
    return !seen.empty() && (empty == 0 || (gaps && empty * 4 <= rows));
  }

  /// How well a column of these values is suited as a key; 0: not at all.
  int key_worth(std::size_t c) const {
    const SampledColumn& column = m_sheet.columns[c];
    const std::string& target = m_roles.targets[c];
    const std::string word = normal_header(column.header);
    if (column.several) return 0;
    if (target.ends_with("JIRA")) return k_ticket;
    for (const char* end : {"id", "key", "url", "link", "ref", "number", "reference"}) {
      if (word.ends_with(end)) return 4;
    }
    if (target == "patchInformation_location") return 4;
    const Field* field = m_type.find(target);
    const bool text = field != nullptr && field->type != FieldType::date &&
                      field->type != FieldType::options && field->type != FieldType::checkbox;
    if (target == "overview_description") return 3;
    if (text && !target.starts_with("peopleInvolved")) return 2;
    return target.empty() ? 1 : 0;
  }

  static constexpr int k_ticket = 5;

  /// Chooses a key among columns of worth `most` down to `least`, unless one is already chosen.
  void choose_key(int most, int least, bool gaps) {
    const SampledColumn* platform = m_roles.column_of(m_sheet, "platform");
    for (int worth = most; worth >= least; --worth) {
      for (std::size_t c = 0; c < m_sheet.columns.size() && m_roles.key.empty(); ++c) {
        const SampledColumn& column = m_sheet.columns[c];
        if (key_worth(c) != worth) continue;
        m_roles.key_is_guess = worth < k_ticket;
        if (is_unique({&column}, gaps)) {
          m_roles.key = {column.header};
        } else if (worth == k_ticket && platform != nullptr &&
                   is_unique({&column, platform}, gaps)) {
          m_roles.key = {column.header, platform->header};
        }
      }
    }
  }

  /// Rows without a number draw one, and need another way to be recognized.
  void choose_key() {
    const SampledColumn* number = m_roles.column_of(m_sheet, "number");
    if (number == nullptr) number = m_roles.column_of(m_sheet, "patch");
    if (number != nullptr && number->filled == m_sheet.rows) return;
    for (const bool gaps : {false, true}) choose_key(k_ticket, k_ticket, gaps);
    // Not worth a guess if other rows have numbers and only a few lack one.
    if (number == nullptr) {
      for (const bool gaps : {false, true}) choose_key(4, 4, gaps);
      for (const bool gaps : {false, true}) choose_key(3, 1, gaps);
    }
    if (m_roles.key.empty()) {
      m_roles.notes.emplace_back(
          number == nullptr ? "no column has the numbers of patches, and none is a key"
                            : "rows without a number cannot be recognised: no column is a key");
    }
  }

  const SampledSheet& m_sheet;
  Registry& m_registry;
  const ArtifactType& m_type;
  bool m_is_tracker = false;
  ColumnRoles m_roles;
  std::map<std::size_t, std::string> m_date_notes;  // by column
};

}  // namespace

const SampledColumn* ColumnRoles::column_of(const SampledSheet& sheet,
                                            const std::string& target) const {
  const auto found = std::find(targets.begin(), targets.end(), target);
  if (found == targets.end()) return nullptr;
  return &sheet.columns[static_cast<std::size_t>(found - targets.begin())];
}

ColumnRoles choose_roles(const SampledSheet& sheet, Registry& registry) {
  return RoleChooser(sheet, registry).choose();
}

bool is_target(const ArtifactType& type, const std::string& target) {
  const auto& rows = row_targets();
  return type.find(target) != nullptr || std::find(rows.begin(), rows.end(), target) != rows.end();
}

}  // namespace upkeep::patch
