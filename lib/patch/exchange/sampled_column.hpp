// SPDX-License-Identifier: MIT
// The columns of a spreadsheet, sampled to draft a map.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The columns with one header, and their values.
struct SampledColumn {
  std::string header;
  std::vector<std::size_t> places;  ///< more than one: the header is repeated
  std::vector<std::string> values;  ///< distinct, in order, without words for "empty"
  std::vector<std::string> by_row;  ///< the first value of each row; empty: none
  std::size_t filled = 0;           ///< number of rows with a value
  bool several = false;             ///< a row has more than one value
};

struct SampledSheet {
  std::size_t header_row = 0;  ///< index of the record with the headers
  std::size_t rows = 0;
  std::vector<bool> repeated;  ///< of each row: an earlier row is identical
  bool unnamed = false;        ///< a column without a header has values
  std::vector<SampledColumn> columns;
  std::vector<std::string> blank;  ///< the words for "empty" that it uses
};

/// @param records the non-empty ones of the file
SampledSheet sample_sheet(const std::vector<std::vector<std::string>>& records);

/// The date formats that match a column's values.
struct DateGuess {
  std::vector<std::string> formats;  ///< none: there are no dates, or they are ambiguous
  /// If they are ambiguous: the formats of each reading, and a value that differs between them.
  std::vector<std::vector<std::string>> readings;
  std::string sample;
  std::vector<std::string> unreadable;  ///< values that are not dates
  bool usual = false;                   ///< all can be read without formats
};
DateGuess guess_dates(const std::vector<std::string>& values);

/// The first part of dates like 3/4/2014, `%d` or `%m`, according to the unambiguous dates of the
/// whole sheet; empty: there are none, or they contradict each other.
/// @param header set to that of a column with such dates
std::string first_date_part(const std::vector<SampledColumn>& columns, char separator,
                            std::string& header);

/// The separator of several values in the cells of a column; empty: not recognizable.
std::string guess_separator(const SampledColumn& column, const std::string& target);

/// The most likely meanings of a header: targets of an import map with a rank, the best first. A
/// lower rank is more certain.
struct HeaderGuess {
  std::string target;
  std::size_t rank = 0;
};
std::vector<HeaderGuess> guess_header(const std::string& header);
/// Whether a header is a common one that corresponds to no field of a patch.
bool is_no_field(const std::string& header);
/// Only letters and digits, in lower case, without a tracker's decoration of custom fields.
std::string normal_header(const std::string& header);

/// The priority, 1 to 5, that a tracker's word most likely means; empty: none.
std::string guess_priority(const std::string& word);
/// The states that a tracker's word may mean, the most likely first.
std::vector<std::string> guess_states(const std::string& word);
/// The versions in a text like `ESB 4.8.1, 4.9.0`.
std::vector<std::string> versions_in(const std::string& text);
bool has_letter(const std::string& text);
/// The only version in a text like `Carbon 4.2.0`; empty: none, or more than one.
std::string version_in(const std::string& text);

}  // namespace upkeep::patch
