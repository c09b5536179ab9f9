// SPDX-License-Identifier: MIT
// Prints records to stdout in every format of the suite. No tool writes JSON, tabs or padding
// itself.
#pragma once

#include "base/writer.hpp"
#include "record/text_style.hpp"
#include "record/value.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upkeep {

enum class Format { text, tsv, json, jsonl, csv };

struct PrinterOptions {
  Format format = Format::tsv;
  bool header = false;                ///< tsv only; text and csv always have one
  bool null_terminated = false;       ///< text and tsv records end with NUL
  bool stream = false;                ///< text: print each record at once, estimating widths
  bool escape = true;                 ///< csv: no cell begins like a formula
  TextStyle text{};                   ///< text: how it is written for people
  std::vector<std::string> fields{};  ///< empty: all, in the tool's order
};

/// Prints records whose values are in the order of `columns`. Call finish() once at the end: it
/// closes a JSON array and prints a text table whose widths depend on all rows.
class Printer {
 public:
  virtual ~Printer() = default;
  Printer(const Printer&) = delete;
  Printer& operator=(const Printer&) = delete;

  /// @param record one value for each column given to make_printer()
  void print(const Record& record);
  virtual void finish() = 0;

 protected:
  Printer(Writer& writer, const std::vector<std::string>& names, const PrinterOptions& options);
  virtual void print_selected(const Record& record) = 0;

  Writer& out;                       // NOLINT: for the formats in printer.cpp
  std::vector<std::string> columns;  // NOLINT: the selected columns

 private:
  std::vector<std::size_t> m_selected;
  bool m_all;  // all columns in their order: records are printed as they are
  bool m_flush_each;
};

/// @throws UsageError if one of `fields` is not a column (suggesting the nearest).
void check_fields(const std::vector<std::string>& columns, const std::vector<std::string>& fields);

/// @throws UsageError like check_fields().
std::unique_ptr<Printer> make_printer(Writer& out, const std::vector<std::string>& columns,
                                      const PrinterOptions& options);

/// The format with that name; nullopt otherwise.
std::optional<Format> parse_format(std::string_view name);

}  // namespace upkeep
