// SPDX-License-Identifier: MIT
#include "pmt/suggested_map.hpp"

#include "base/text.hpp"
#include "base/value.hpp"
#include "pmt/import_map.hpp"
#include "pmt/keys.hpp"
#include "pmt/sampled_column.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::pmt {

namespace {

std::string toml_text(const std::string& text) {
  // A TOML basic string is a JSON string, but for DEL.
  return replace_all(to_json(Value(text)), "\x7f", "\\u007F");
}

std::string toml_list(const std::vector<std::string>& texts) {
  std::vector<std::string> quoted;
  quoted.reserve(texts.size());
  for (const std::string& text : texts) quoted.push_back(toml_text(text));
  return "[" + join(quoted, ", ") + "]";
}

/// What is shown of a file's text in a comment: one line, and not all of it.
std::string in_comment(const std::string& text) {
  return ellipsized(printable(text), 40);
}

class Drafter {
 public:
  Drafter(const std::vector<std::vector<std::string>>& records, Registry& registry,
          lifecycle::LoadedStates& states)
      : m_sheet(sample_sheet(records)),
        m_targets(m_sheet.columns.size()),
        m_remarks(m_sheet.columns.size()),
        m_registry(registry),
        m_states(states) {}

  SuggestedMap draft(const std::string& file) {
    choose_targets();
    choose_key();
    std::string out = fmt::format(
        "# Draft of a map for {}; look at every line, then:\n"
        "#   pmt-patch import --map THIS {} --dry-run\n",
        printable(file), printable(file));
    if (m_sheet.header_row > 0) {
      out += fmt::format("# The headers are record {}; what stands above them is left out.\n",
                         m_sheet.header_row + 1);
    }
    out += head();
    out += columns() + defaults() + split_section() + dates() + values();
    return {std::move(out), std::move(m_notes)};
  }

 private:
  const SampledColumn* column_of(const std::string& target) const {
    const auto found = std::find(m_targets.begin(), m_targets.end(), target);
    if (found == m_targets.end()) return nullptr;
    return &m_sheet.columns[static_cast<std::size_t>(found - m_targets.begin())];
  }
  const Field* field(const std::string& target) { return m_registry.type().find(target); }
  bool is_target(const std::string& target) {
    const auto& rows = row_targets();
    return field(target) != nullptr || std::find(rows.begin(), rows.end(), target) != rows.end();
  }
  bool is_date(const std::string& target) {
    return (target.ends_with("_at") && field(target) == nullptr) ||
           (field(target) != nullptr && field(target)->type == FieldType::date);
  }

  /// Whether the values of a column can be what its header says.
  bool can_be(const SampledColumn& column, const std::string& target) {
    const Field* one = field(target);
    const auto& values = column.values;
    if (column.several && (one == nullptr || !one->unbounded)) return false;
    if (values.empty()) return true;
    if (target == "platform") {
      return std::all_of(values.begin(), values.end(),
                         [](const auto& value) { return !version_in(value).empty(); });
    }
    if (target == "number" || target == "patch") {
      return std::any_of(values.begin(), values.end(), [&](const auto& value) {
        return m_registry.names().parse(value).has_value() ||
               value.find_first_of("0123456789") != std::string::npos;
      });
    }
    if (is_date(target)) return guess_dates(values).unreadable.size() < values.size();
    return true;
  }

  /// The fields' own keys and names, for headers that are no usual words.
  std::string field_named(const std::string& header) {
    std::map<std::string, std::string> names;
    for (const std::string& target : row_targets()) names.emplace(normal_header(target), target);
    for (const Field& one : m_registry.type().fields()) {
      names.emplace(normal_header(one.key), one.key);
      names.emplace(normal_header(one.table + one.name), one.key);
      names.emplace(normal_header(one.name), one.key);
    }
    const std::string word = normal_header(header);
    if (const auto exact = names.find(word); exact != names.end()) return exact->second;
    constexpr std::size_t k_long_enough = 5;
    if (word.size() < k_long_enough || is_no_field(header)) return {};
    std::vector<std::string> spellings;
    spellings.reserve(names.size());
    for (const auto& [spelling, key] : names) spellings.push_back(spelling);
    const auto near = nearest(word, spellings);
    return near ? names.at(*near) : std::string();
  }

  /// A tracker's list has its own number of an issue, which is no number of a patch.
  bool is_tracker() const {
    static const std::set<std::string> k_marks{"issuekey", "bugid",   "workitemtype", "title",
                                               "issueid",  "htmlurl", "shortdesc",    "projectkey"};
    bool marked = false;
    for (const SampledColumn& column : m_sheet.columns) {
      const std::string word = normal_header(column.header);
      if (word == "platform" || word.starts_with("carbon") || word.starts_with("patch"))
        return false;
      marked = marked || k_marks.contains(word);
    }
    return marked;
  }

  void choose_targets() {
    struct Choice {
      std::size_t rank, column;
      std::string target;
    };
    std::vector<Choice> choices;
    const bool tracker = is_tracker();
    constexpr std::size_t k_named = 50;
    for (std::size_t c = 0; c < m_sheet.columns.size(); ++c) {
      const std::string& header = m_sheet.columns[c].header;
      const auto guesses = guess_header(header);
      const auto is_issue = [&](const std::string& target) {
        return tracker && target == "number" && normal_header(header) == "number";
      };
      // Our own headers mean themselves.
      if (is_target(header) && !is_issue(header)) choices.push_back({0, c, header});
      for (const HeaderGuess& guess : guesses) {
        if (!is_target(guess.target) || is_issue(guess.target)) continue;
        choices.push_back({guess.rank + 1, c, guess.target});
      }
      if (!guesses.empty()) continue;
      if (const std::string named = field_named(header); !named.empty()) {
        choices.push_back({k_named, c, named});
      }
    }
    std::stable_sort(choices.begin(), choices.end(),
                     [](const auto& a, const auto& b) { return a.rank < b.rank; });
    std::set<std::string> used;
    for (const auto& [rank, c, target] : choices) {
      if (!m_targets[c].empty()) continue;
      if (used.contains(target)) {
        m_remarks[c] = "its likely field is taken";
      } else if (!can_be(m_sheet.columns[c], target)) {
        m_remarks[c] = m_sheet.columns[c].several ? "a row has several, its likely field holds one"
                                                  : "its values do not fit its likely field";
      } else {
        m_targets[c] = target;
        used.insert(target);
      }
    }
  }

  static bool is_unique(const std::vector<const SampledColumn*>& columns, std::size_t rows) {
    std::set<std::string> seen;
    for (std::size_t r = 0; r < rows; ++r) {
      std::string key;
      for (const SampledColumn* column : columns) {
        if (column->by_row[r].empty()) return false;
        key += column->by_row[r] + "\n";
      }
      if (!seen.insert(key).second) return false;
    }
    return rows > 0;
  }

  /// Rows without a number draw one, and need something to be recognised by.
  void choose_key() {
    const SampledColumn* number =
        column_of("number") != nullptr ? column_of("number") : column_of("patch");
    if (number != nullptr && number->filled == m_sheet.rows) return;
    const SampledColumn* platform = column_of("platform");
    for (std::size_t c = 0; c < m_sheet.columns.size() && m_key.empty(); ++c) {
      const SampledColumn& column = m_sheet.columns[c];
      if (!m_targets[c].ends_with("JIRA") || column.several) continue;
      if (is_unique({&column}, m_sheet.rows)) {
        m_key = {column.header};
      } else if (platform != nullptr && is_unique({&column, platform}, m_sheet.rows)) {
        m_key = {column.header, platform->header};
      }
    }
    if (m_key.empty()) {
      m_notes.emplace_back(number == nullptr
                               ? "no column has the numbers of patches, and none is a key"
                               : "rows without a number cannot be recognised: no column is a key");
    }
  }

  std::string head() const {
    std::string out;
    if (m_key.size() == 1) out += "key = " + toml_text(m_key.front()) + "\n";
    if (m_key.size() > 1) out += "key = " + toml_list(m_key) + "\n";
    if (!m_key.empty()) out += "assign_numbers = true  # rows without a number draw the next one\n";
    if (m_sheet.unnamed) {
      out +=
          "ignore_other_columns = true  # a column without a header has values: they are left "
          "out\n";
    }
    std::vector<std::string> blank{"-", "N/A", "n/a"};
    for (const std::string& word : m_sheet.blank) {
      if (std::find(blank.begin(), blank.end(), word) == blank.end()) blank.push_back(word);
    }
    return out + "blank = " + toml_list(blank) + "\n";
  }

  std::string columns() {
    std::string out = "\n[columns]\n";
    for (std::size_t c = 0; c < m_sheet.columns.size(); ++c) {
      const SampledColumn& column = m_sheet.columns[c];
      std::string remark = m_targets[c].empty() ? m_remarks[c] : std::string();
      if (m_targets[c].empty() && remark.empty()) remark = "ignored";
      if (column.places.size() > 1) {
        add_clause(remark, fmt::format("{} columns", column.places.size()));
      }
      out += fmt::format("{} = {}{}\n", toml_text(column.header), toml_text(m_targets[c]),
                         remark.empty() ? "" : "  # " + remark);
    }
    return out;
  }

  std::string defaults() {
    const SampledColumn* patch = column_of("patch");
    const bool named =
        patch != nullptr &&
        std::any_of(patch->values.begin(), patch->values.end(),
                    [&](const auto& value) { return m_registry.names().parse(value).has_value(); });
    if (column_of("platform") != nullptr || named) return {};
    m_notes.emplace_back("no column looks like a platform: give one in [defaults]");
    return "\n[defaults]\n# platform = \"4.4.0\"  # no column looks like one\n";
  }

  std::string split_section() {
    std::string out;
    for (std::size_t c = 0; c < m_targets.size(); ++c) {
      const Field* one = field(m_targets[c]);
      if (one == nullptr || !one->unbounded) continue;
      const std::string separator = guess_separator(m_sheet.columns[c], m_targets[c]);
      if (!separator.empty()) out += fmt::format("{} = {}\n", m_targets[c], toml_text(separator));
    }
    return out.empty() ? out : "\n[split]\n" + out;
  }

  std::string dates() {
    std::string out;
    for (std::size_t c = 0; c < m_targets.size(); ++c) {
      if (!is_date(m_targets[c])) continue;
      const SampledColumn& column = m_sheet.columns[c];
      out += dates_of(column, guess_dates(column.values));
    }
    return out.empty() ? out : "\n[dates]\nunreadable = \"reject\"\n\n[dates.columns]\n" + out;
  }
  std::string dates_of(const SampledColumn& column, const DateGuess& guess) {
    const std::string header = toml_text(column.header);
    std::string out;
    for (std::size_t i = 0; i < guess.unreadable.size() && i < 3; ++i) {
      out +=
          fmt::format("# '{}' is no date: its row is rejected\n", in_comment(guess.unreadable[i]));
    }
    if (guess.readings.empty()) {
      if (!guess.formats.empty()) out += fmt::format("{} = {}\n", header, toml_list(guess.formats));
      return out;
    }
    out += fmt::format(
        "# {}: its dates are ambiguous, like '{}'; {}\n", printable(column.header),
        in_comment(guess.sample),
        guess.usual ? "without a format the day comes first" : "choose, or they are rejected");
    for (const auto& formats : guess.readings) {
      out += fmt::format("# {} = {}\n", header, toml_list(formats));
    }
    m_notes.push_back(fmt::format("the dates of '{}' are ambiguous, like '{}': choose a format",
                                  printable(column.header), in_comment(guess.sample)));
    return out;
  }

  /// What a field does not take as it is written.
  std::string values() {
    std::string out;
    for (std::size_t c = 0; c < m_targets.size(); ++c) {
      std::string table;
      for (const std::string& value : m_sheet.columns[c].values) {
        table += translation(m_targets[c], value);
      }
      if (table.empty()) continue;
      out +=
          m_targets[c] == "state" ? "\n[states]\n" : fmt::format("\n[values.{}]\n", m_targets[c]);
      out += table;
    }
    return out;
  }
  std::string translation(const std::string& target, const std::string& value) {
    const auto line = [&](const std::string& to, const char* remark) {
      return fmt::format("{} = {}{}\n", toml_text(value), toml_text(to), remark);
    };
    if (target == "state") return state_line(value, line);
    if (target == "platform") {
      const std::string version = version_in(value);
      return version.empty() || version == value ? std::string() : line(version, "");
    }
    const Field* one = field(target);
    const bool listed =
        one != nullptr && (one->type == FieldType::options || one->type == FieldType::checkbox);
    if (!listed) return {};
    try {
      (void)m_registry.checked(*one, value);
      return {};
    } catch (const DataError&) {
      std::string to = target == k_priority_key ? guess_priority(value) : std::string();
      try {
        if (!to.empty()) (void)m_registry.checked(*one, to);
      } catch (const DataError&) {
        to.clear();
      }
      return line(to, to.empty() ? "  # none of the field's options: left out" : "  # a guess");
    }
  }
  template <typename Line>
  std::string state_line(const std::string& value, const Line& line) {
    if (m_states.state_called(value)) return {};
    for (const std::string& state : guess_states(value)) {
      if (auto known = m_states.state_called(state)) return line(*known, "  # a guess");
    }
    if (m_states.state_names().empty()) return {};
    m_notes.push_back(
        fmt::format("no state is like '{}': say in [states] what it means", in_comment(value)));
    return line("", "  # no state is like it: left out");
  }

  SampledSheet m_sheet;
  std::vector<std::string> m_targets, m_remarks, m_key, m_notes;
  Registry& m_registry;
  lifecycle::LoadedStates& m_states;
};

}  // namespace

SuggestedMap suggested_map(const std::vector<std::vector<std::string>>& rows,
                           const std::string& file, Registry& registry,
                           lifecycle::LoadedStates& states) {
  return Drafter(rows, registry, states).draft(file);
}

}  // namespace upkeep::pmt
