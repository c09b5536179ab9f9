// SPDX-License-Identifier: MIT
#include "patch/exchange/sampled_column.hpp"

#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/exchange/spreadsheet.hpp"
#include "patch/model/patch_name.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_set>

namespace upkeep::patch {

namespace {

const std::vector<std::string>& blank_words() {
  static const std::vector<std::string> k_words{
      "-",          "--",     "---",        "N/A",        "n/a",         "NA",  "None",
      "none",       "(none)", "null",       "NULL",       "nil",         "tbd", "TBD",
      "0000-00-00", "?",      "Unassigned", "unassigned", "(unassigned)"};
  return k_words;
}

bool is_blank_word(const std::string& value) {
  const auto& words = blank_words();
  return std::find(words.begin(), words.end(), value) != words.end();
}

/// Titles precede the header line and have one or two cells; the header line has nearly all.
std::size_t find_header(const std::vector<std::vector<std::string>>& records) {
  constexpr std::size_t k_among = 50, k_of_ten = 6;
  const auto filled = [](const std::vector<std::string>& cells) {
    return static_cast<std::size_t>(
        std::count_if(cells.begin(), cells.end(), [](const auto& cell) { return !cell.empty(); }));
  };
  const std::size_t end = std::min(records.size(), k_among);
  std::size_t most = 0;
  for (std::size_t i = 0; i < end; ++i) most = std::max(most, filled(records[i]));
  for (std::size_t i = 0; i < end; ++i) {
    if (filled(records[i]) * 10 >= most * k_of_ten) return i;
  }
  return 0;
}

std::string shown_value(const std::string& cell) {
  try {
    return cell_value(cell);
  } catch (const Error&) {
    return cell;  // a formula: rejected by the import
  }
}

}  // namespace

bool has_letter(const std::string& text) {
  return std::any_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (static_cast<unsigned char>(c) & 0x80U) != 0;
  });
}

SampledSheet sample_sheet(const std::vector<std::vector<std::string>>& records) {
  SampledSheet sheet;
  sheet.header_row = find_header(records);
  const std::vector<std::string>& headers = records.at(sheet.header_row);
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (headers[i].empty()) continue;
    const auto [at, added] = index.emplace(headers[i], sheet.columns.size());
    if (added) sheet.columns.push_back({headers[i], {}, {}, {}, 0, false});
    sheet.columns[at->second].places.push_back(i);
  }
  std::set<std::string> blank;
  std::vector<std::set<std::string>> seen(sheet.columns.size());
  std::unordered_set<std::string> rows;
  for (std::size_t r = sheet.header_row + 1; r < records.size(); ++r) {
    const std::vector<std::string>& cells = records[r];
    ++sheet.rows;
    sheet.repeated.push_back(!rows.insert(join(cells, "\x1f")).second);
    for (std::size_t i = 0; i < cells.size() && i < headers.size(); ++i) {
      if (headers[i].empty() && !cells[i].empty()) sheet.unnamed = true;
    }
    for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
      SampledColumn& column = sheet.columns[c];
      std::set<std::string> here;
      std::string first;
      for (const std::size_t place : column.places) {
        if (place >= cells.size() || cells[place].empty()) continue;
        std::string value = shown_value(cells[place]);
        if (is_blank_word(value)) {
          blank.insert(value);
          continue;
        }
        if (value.empty()) continue;
        if (first.empty()) first = value;
        here.insert(value);
        if (seen[c].insert(value).second) column.values.push_back(std::move(value));
      }
      if (!here.empty()) ++column.filled;
      column.several = column.several || here.size() > 1;
      column.by_row.push_back(std::move(first));
    }
  }
  sheet.blank.assign(blank.begin(), blank.end());
  return sheet;
}

std::string guess_separator(const SampledColumn& column, const std::string& target) {
  static const Regex ticket("[A-Za-z][A-Za-z0-9_]*-[0-9]+");
  static const Regex jar("\\S.*\\.(?:jar|war|zip|car|mar|dll|so)");
  const std::set<std::string> alone(column.values.begin(), column.values.end());
  for (const std::string_view separator : {"\n", ";", "|", ",", " "}) {
    bool shows = false, fits = true;
    for (const std::string& value : column.values) {
      if (value.find(separator) == std::string::npos) continue;
      std::size_t known = 0;
      const auto parts = split(value, separator[0]);
      for (const std::string& part : parts) {
        const std::string piece(trim(part));
        const bool is_ticket = target.ends_with("JIRA") && ticket.matches(piece);
        const bool is_jar = target.ends_with("jarsInvolved") && jar.matches(piece);
        const bool products = target.ends_with("roducts");
        const bool versioned = products && !version_in(piece).empty() && has_letter(piece);
        // `ESB 4.8.1, 4.9.0` is one product in two versions: the second part has no name.
        fits = fits && (!products || piece.empty() || has_letter(piece));
        const bool sure = separator == "\n" || separator == ";" || separator == "|";
        if (is_ticket || is_jar || (separator != " " && (versioned || alone.contains(piece))))
          ++known;
        if (sure && !piece.empty()) ++known;
      }
      shows = true;
      fits = fits && known >= parts.size();
    }
    if (shows && fits) return std::string(separator);
  }
  return {};
}

std::vector<std::string> versions_in(const std::string& text) {
  static const Regex version("(?:^|[^0-9.])([0-9]{1,4}(?:\\.[0-9]{1,5}){1,3})(?![0-9]|\\.[0-9])");
  std::vector<std::string> found;
  std::string rest = text;
  while (const auto groups = version.groups(rest)) {
    const std::string& one = groups->at(1);
    if (platform_key(one)) found.push_back(one);
    rest = rest.substr(rest.find(one) + one.size());
  }
  return found;
}

std::string version_in(const std::string& text) {
  const std::vector<std::string> found = versions_in(text);
  return found.size() == 1 ? found.front() : std::string();
}

}  // namespace upkeep::patch
