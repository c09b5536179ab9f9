// SPDX-License-Identifier: MIT
// The columns of a spreadsheet as a draft of its map sees them.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The columns of one header, and what is in them.
struct SampledColumn {
  std::string header;
  std::vector<std::size_t> places;  ///< more than one: the header is repeated
  std::vector<std::string> values;  ///< distinct, in order, without what means nothing
  std::vector<std::string> by_row;  ///< the first value of each row; empty: none
  std::size_t filled = 0;           ///< rows that have a value
  bool several = false;             ///< a row has more than one
};

struct SampledSheet {
  std::size_t header_row = 0;  ///< which of the records has the headers
  std::size_t rows = 0;
  std::vector<bool> repeated;  ///< of each row: an earlier one is the same, cell by cell
  bool unnamed = false;        ///< there are values in a column without a header
  std::vector<SampledColumn> columns;
  std::vector<std::string> blank;  ///< the words for nothing that it uses
};

/// @param records those of the file that hold anything
SampledSheet sample_sheet(const std::vector<std::vector<std::string>>& records);

/// The date formats that a column's values fit.
struct DateGuess {
  std::vector<std::string> formats;  ///< none: it has no dates, or they are ambiguous
  /// Where they are ambiguous: the formats of each reading, and a value that shows it.
  std::vector<std::vector<std::string>> readings;
  std::string sample;
  std::vector<std::string> unreadable;  ///< values that are no dates
  bool usual = false;                   ///< all are read without formats
};
DateGuess guess_dates(const std::vector<std::string>& values);

/// Which part comes first in dates like 3/4/2014, `%d` or `%m`, as those dates of a whole sheet say
/// that can be read in one way alone; empty: none does, or they contradict each other.
/// @param header gets that of a column that says so
std::string first_date_part(const std::vector<SampledColumn>& columns, char separator,
                            std::string& header);

/// What separates several values in the cells of a column; empty: nothing shows that.
std::string guess_separator(const SampledColumn& column, const std::string& target);

/// What a header most likely means: targets of an import map with a rank, the best first. The lower
/// the rank, the surer the word.
struct HeaderGuess {
  std::string target;
  std::size_t rank = 0;
};
std::vector<HeaderGuess> guess_header(const std::string& header);
/// Whether a header is a usual one that no field of a patch is meant by.
bool is_no_field(const std::string& header);
/// Letters and digits alone, in lower case, without what a tracker puts around a custom field.
std::string normal_header(const std::string& header);

/// The priority, 1 to 5, that a tracker's word for one most likely means; empty: none.
std::string guess_priority(const std::string& word);
/// The states, the most likely first, that a tracker's word for one may mean.
std::vector<std::string> guess_states(const std::string& word);
/// The versions in a text like `ESB 4.8.1, 4.9.0`.
std::vector<std::string> versions_in(const std::string& text);
bool has_letter(const std::string& text);
/// The one version in a text like `Carbon 4.2.0`; empty: none, or more than one.
std::string version_in(const std::string& text);

}  // namespace upkeep::patch
