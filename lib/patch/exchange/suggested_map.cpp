// SPDX-License-Identifier: MIT
#include "patch/exchange/suggested_map.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/exchange/column_roles.hpp"
#include "patch/exchange/export.hpp"
#include "patch/exchange/import_map.hpp"
#include "patch/model/date.hpp"
#include "patch/model/keys.hpp"
#include "record/value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

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

/// A text of the file for a comment: one line, shortened.
std::string in_comment(const std::string& text) {
  return ellipsized(printable(text), 40);
}

class Drafter {
 public:
  Drafter(const std::vector<std::vector<std::string>>& records, Registry& registry,
          lifecycle::LoadedStates& states)
      : m_sheet(sample_sheet(records)), m_registry(registry), m_states(states) {}

  SuggestedMap draft(const std::string& file) {
    check_foreign(file);
    m_roles = choose_roles(m_sheet, m_registry);
    m_notes = m_roles.notes;
    std::string out = fmt::format(
        "# Draft of a map for {}; check every line, then:\n"
        "#   pmt-patch import --map THIS {} --dry-run\n",
        printable(file), printable(file));
    if (m_sheet.header_row > 0) {
      out += fmt::format("# The headers are record {}; the lines above are ignored.\n",
                         m_sheet.header_row + 1);
    }
    out += head();
    out += columns() + defaults() + split_section() + dates() + values();
    return {std::move(out), std::move(m_notes)};
  }

 private:
  const Field* field(const std::string& target) { return m_registry.type().find(target); }
  /// A map cannot express all data of our own export. @throws DataError if it is one
  void check_foreign(const std::string& file) const {
    const ArtifactType& type = m_registry.type();
    std::set<std::string> own(export_members().begin(), export_members().end());
    for (const std::string& key : type.keys()) own.insert(key);
    std::vector<std::string> others;
    bool named = false, whole = false, fields = false;
    for (const SampledColumn& column : m_sheet.columns) {
      named = named || column.header == "patch";
      whole = whole || column.header == "history";
      fields = fields || type.find(column.header) != nullptr;
      if (!own.contains(column.header)) others.push_back(printable(column.header));
    }
    if (!named || !(whole || (fields && others.empty()))) return;
    std::string advice = fmt::format("import it without a map: pmt-patch import {}",
                                     file == "-" ? "--as csv -" : printable(file));
    if (!others.empty()) {
      advice = fmt::format("remove the columns '{}', and {}", join(others, "', '"), advice);
    }
    throw DataError("its headers are those of pmt-patch export", advice);
  }

  std::string head() const {
    std::string out;
    const char* remark = m_roles.key_is_guess ? "  # a guess: no two rows have the same" : "";
    if (m_roles.key.size() == 1) {
      out += fmt::format("key = {}{}\n", toml_text(m_roles.key.front()), remark);
    }
    if (m_roles.key.size() > 1) out += "key = " + toml_list(m_roles.key) + "\n";
    if (!m_roles.key.empty())
      out += "assign_numbers = true  # rows without a number draw the next one\n";
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
      std::string remark = m_roles.remarks[c];
      if (m_roles.targets[c].empty() && remark.empty()) remark = "ignored";
      if (column.places.size() > 1) {
        add_clause(remark, fmt::format("{} columns", column.places.size()));
      }
      out += fmt::format("{} = {}{}\n", toml_text(column.header), toml_text(m_roles.targets[c]),
                         remark.empty() ? "" : "  # " + remark);
    }
    return out;
  }

  std::string defaults() {
    const SampledColumn* patch = m_roles.column_of(m_sheet, "patch");
    const bool named =
        patch != nullptr &&
        std::any_of(patch->values.begin(), patch->values.end(),
                    [&](const auto& value) { return m_registry.names().parse(value).has_value(); });
    if (named) return {};
    if (const SampledColumn* platform = m_roles.column_of(m_sheet, "platform"))
      return without_platform(*platform);
    m_notes.emplace_back("no column looks like a platform: give one in [defaults]");
    return "\n[defaults]\n# platform = \"4.4.0\"  # no column looks like one\n";
  }

  /// A default for rows whose platform is empty or cannot be read.
  std::string without_platform(const SampledColumn& column) {
    std::size_t rows = m_sheet.rows - column.filled;
    std::string sample;
    for (const std::string& value : column.by_row) {
      if (value.empty() || !version_in(value).empty()) continue;
      ++rows;
      if (sample.empty()) sample = value;
    }
    if (rows == 0) return {};
    m_notes.push_back(
        fmt::format("{} without one platform{}: set it in [values.platform] or [defaults], or they "
                    "are rejected",
                    rows == 1 ? "1 row is" : fmt::format("{} rows are", rows),
                    sample.empty() ? "" : fmt::format(", like '{}'", in_comment(sample))));
    return "\n[defaults]\n# platform = \"4.4.0\"  # for rows without one\n";
  }

  std::string split_section() {
    std::string out;
    for (std::size_t c = 0; c < m_roles.targets.size(); ++c) {
      const Field* one = field(m_roles.targets[c]);
      if (one == nullptr || !one->unbounded) continue;
      const std::string separator = guess_separator(m_sheet.columns[c], m_roles.targets[c]);
      if (separator.empty()) {
        note_unsplit(m_sheet.columns[c], m_roles.targets[c]);
      } else {
        out += fmt::format("{} = {}\n", m_roles.targets[c], toml_text(separator));
      }
    }
    return out.empty() ? out : "\n[split]\n" + out;
  }

  void note_unsplit(const SampledColumn& column, const std::string& target) {
    if (!target.ends_with("roducts")) return;
    for (const std::string& value : column.values) {
      if (versions_in(value).size() < 2) continue;
      m_notes.push_back(fmt::format("'{}' in '{}' is not split: translate it in [values.{}]",
                                    in_comment(value), printable(column.header), target));
      return;
    }
  }

  std::string dates() {
    std::string out;
    for (std::size_t c = 0; c < m_roles.targets.size(); ++c) {
      if (!is_date_target(m_registry.type(), m_roles.targets[c])) continue;
      const SampledColumn& column = m_sheet.columns[c];
      out += dates_of(column, guess_dates(column.values));
    }
    return out.empty() ? out : "\n[dates]\nunreadable = \"reject\"\n\n[dates.columns]\n" + out;
  }
  std::string dates_of(const SampledColumn& column, const DateGuess& guess) {
    const std::string header = toml_text(column.header);
    std::string out;
    for (std::size_t i = 0; i < guess.unreadable.size() && i < 3; ++i) {
      out += fmt::format("# '{}' is {}: its row is rejected\n", in_comment(guess.unreadable[i]),
                         no_date(guess.unreadable[i]));
    }
    if (!guess.unreadable.empty()) note_unreadable(column, guess.unreadable);
    if (guess.readings.empty()) {
      if (!guess.formats.empty()) out += fmt::format("{} = {}\n", header, toml_list(guess.formats));
      return out;
    }
    std::string as_in;
    if (const auto* formats = reading_beside(guess, as_in)) {
      const bool day = formats->front().starts_with("%d");
      out += fmt::format("# {}: its dates are ambiguous, like '{}'; a guess: as in '{}'\n",
                         printable(column.header), in_comment(guess.sample), printable(as_in));
      m_notes.push_back(fmt::format(
          "the dates of '{}' are ambiguous, like '{}': the draft reads the {} first, as in '{}'",
          printable(column.header), in_comment(guess.sample), day ? "day" : "month",
          printable(as_in)));
      return out + fmt::format("{} = {}\n", header, toml_list(*formats));
    }
    out += fmt::format(
        "# {}: its dates are ambiguous, like '{}'; {}\n", printable(column.header),
        in_comment(guess.sample),
        guess.usual ? "by default the day comes first" : "choose, or they are rejected");
    for (const auto& formats : guess.readings) {
      out += fmt::format("# {} = {}\n", header, toml_list(formats));
    }
    m_notes.push_back(fmt::format("the dates of '{}' are ambiguous, like '{}': choose a format",
                                  printable(column.header), in_comment(guess.sample)));
    return out;
  }
  static const char* no_date(const std::string& value) {
    return is_serial_day(value) ? "a spreadsheet's serial number of a day" : "not a date";
  }
  void note_unreadable(const SampledColumn& column, const std::vector<std::string>& values) {
    const bool serial = std::any_of(values.begin(), values.end(), is_serial_day);
    m_notes.push_back(
        fmt::format("'{}' in '{}' is {}: its row is rejected{}", in_comment(values.front()),
                    printable(column.header), no_date(values.front()),
                    serial ? "; format the column as a date before it is saved" : ""));
  }
  /// The reading of an ambiguous column that other dates of the sheet have; nullptr: none.
  const std::vector<std::string>* reading_beside(const DateGuess& guess,
                                                 std::string& header) const {
    const std::string& format = guess.readings.front().front();
    constexpr std::size_t k_separator = 2;
    if (guess.readings.size() != 2 || format.size() <= k_separator) return nullptr;
    const std::string first = first_date_part(m_sheet.columns, format[k_separator], header);
    if (first.empty()) return nullptr;
    const std::vector<std::string>* found = nullptr;
    for (const auto& formats : guess.readings) {
      const std::string& one = formats.front();
      const bool numbers = one.starts_with("%d") || one.starts_with("%m");
      if (!numbers || one[k_separator] != format[k_separator]) return nullptr;
      if (one.starts_with(first)) found = &formats;
    }
    return found;
  }

  /// Values that a field does not accept as they are.
  std::string values() {
    std::string out;
    for (std::size_t c = 0; c < m_roles.targets.size(); ++c) {
      std::string table;
      for (const std::string& value : m_sheet.columns[c].values) {
        table += translation(m_roles.targets[c], value);
      }
      if (table.empty()) continue;
      out += m_roles.targets[c] == "state" ? "\n[states]\n"
                                           : fmt::format("\n[values.{}]\n", m_roles.targets[c]);
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
      if (version.empty()) return line("", "  # not a single version: ignored");
      return version == value ? std::string() : line(version, "");
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
      return line(to, to.empty() ? "  # not one of the field's options: ignored" : "  # a guess");
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
        fmt::format("no state resembles '{}': translate it in [states]", in_comment(value)));
    return line("", "  # no similar state: ignored");
  }

  SampledSheet m_sheet;
  ColumnRoles m_roles;
  std::vector<std::string> m_notes;
  Registry& m_registry;
  lifecycle::LoadedStates& m_states;
};

}  // namespace

SuggestedMap suggested_map(const std::vector<std::vector<std::string>>& rows,
                           const std::string& file, Registry& registry,
                           lifecycle::LoadedStates& states) {
  return Drafter(rows, registry, states).draft(file);
}

}  // namespace upkeep::patch
