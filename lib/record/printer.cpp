// SPDX-License-Identifier: MIT
#include "record/printer.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "record/csv_cell.hpp"
#include "record/text_printer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep {

void check_fields(const std::vector<std::string>& columns, const std::vector<std::string>& fields) {
  for (const std::string& field : fields) {
    if (std::find(columns.begin(), columns.end(), field) == columns.end()) {
      throw UsageError(
          fmt::format("no field '{}'", printable(field)),
          did_you_mean(field, columns, fmt::format("the fields are {}", join(columns, ","))));
    }
  }
}

namespace {

std::vector<std::string> selected_names(const std::vector<std::string>& columns,
                                        const std::vector<std::string>& fields) {
  check_fields(columns, fields);
  return fields.empty() ? columns : fields;
}

class TsvPrinter final : public Printer {
 public:
  TsvPrinter(Writer& writer, const std::vector<std::string>& names, const PrinterOptions& options)
      : Printer(writer, names, options), m_end(options.null_terminated ? '\0' : '\n') {
    if (options.header) write_row(Record(columns.begin(), columns.end()));
  }
  void print_selected(const Record& record) override { write_row(record); }
  void finish() override {}

 private:
  void write_row(const Record& record) {
    m_line.clear();
    for (const Value& value : record) {
      if (&value != record.data()) m_line += '\t';
      if (const auto* own = std::get_if<std::string>(&value.storage())) {
        add(*own);
      } else {
        add(to_text(value));
      }
    }
    m_line += m_end;
    out.write(m_line);
  }

  void add(const std::string& text) {
    // Not find_first_of(): it calls memchr() for each character.
    if (std::none_of(text.begin(), text.end(), [](char c) { return escaped(c) != 0; })) {
      m_line += text;
      return;
    }
    for (const char c : text) {
      if (escaped(c) == 0 || (c == '\0' && m_end != '\0')) {
        m_line += c;
      } else {
        m_line += {'\\', escaped(c)};
      }
    }
  }

  /// The letter that stands for it behind a backslash; 0: it needs none.
  static constexpr char escaped(char c) {
    switch (c) {
      case '\t':
        return 't';
      case '\n':
        return 'n';
      case '\\':
        return '\\';
      case '\0':
        return '0';
      default:
        return 0;
    }
  }

  char m_end;
  std::string m_line;  // of one row; a member to keep its memory
};

class CsvPrinter final : public Printer {
 public:
  CsvPrinter(Writer& writer, const std::vector<std::string>& names, const PrinterOptions& options)
      : Printer(writer, names, options), m_escape(options.escape) {
    write_row(Record(columns.begin(), columns.end()));
  }
  void print_selected(const Record& record) override { write_row(record); }
  void finish() override {}

 private:
  void write_row(const Record& record) {  // RFC 4180, with bare line feeds
    std::string line;
    for (const Value& value : record) {
      if (&value != record.data()) line += ',';
      std::string text = to_text(value);
      if (m_escape && !value.is_number()) text = csv_escaped(std::move(text));
      if (std::any_of(text.begin(), text.end(), needs_quotes)) {
        line += '"' + replace_all(text, "\"", "\"\"") + '"';
      } else {
        line += text;
      }
    }
    line += '\n';
    out.write(line);
  }
  static bool needs_quotes(char c) { return c == ',' || c == '"' || c == '\r' || c == '\n'; }

  bool m_escape;
};

class JsonPrinter final : public Printer {
 public:
  JsonPrinter(Writer& writer, const std::vector<std::string>& names, const PrinterOptions& options)
      : Printer(writer, names, options), m_array(options.format == Format::json) {}

  void print_selected(const Record& record) override {
    ValueObject object;
    for (std::size_t i = 0; i < columns.size(); ++i) object.emplace_back(columns[i], record[i]);
    if (m_array) out.write(m_first ? "[\n" : ",\n");
    m_first = false;
    out.write(to_json(Value(std::move(object))));
    if (!m_array) out.write("\n");
  }

  void finish() override {
    if (m_array) out.write(m_first ? "[]\n" : "\n]\n");
  }

 private:
  bool m_array;
  bool m_first = true;
};

}  // namespace

Printer::Printer(Writer& writer, const std::vector<std::string>& names,
                 const PrinterOptions& options)
    : out(writer),
      columns(selected_names(names, options.fields)),
      m_all(columns == names),
      m_flush_each(options.stream) {
  for (const std::string& name : columns) {
    m_selected.push_back(
        static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin()));
  }
}

void Printer::print(const Record& record) {
  if (m_all && record.size() == m_selected.size()) {
    print_selected(record);
  } else {
    Record selected;
    selected.reserve(m_selected.size());
    for (const std::size_t index : m_selected) selected.push_back(record.at(index));
    print_selected(selected);
  }
  if (m_flush_each) out.flush();
}

std::unique_ptr<Printer> make_printer(Writer& out, const std::vector<std::string>& columns,
                                      const PrinterOptions& options) {
  switch (options.format) {
    case Format::text:
      return make_text_printer(out, columns, options);
    case Format::tsv:
      return std::make_unique<TsvPrinter>(out, columns, options);
    case Format::csv:
      return std::make_unique<CsvPrinter>(out, columns, options);
    case Format::json:
    case Format::jsonl:
      return std::make_unique<JsonPrinter>(out, columns, options);
  }
  throw Error(ExitStatus::internal, "unknown format");
}

std::optional<Format> parse_format(std::string_view name) {
  if (name == "text") return Format::text;
  if (name == "tsv") return Format::tsv;
  if (name == "json") return Format::json;
  if (name == "jsonl") return Format::jsonl;
  if (name == "csv") return Format::csv;
  return std::nullopt;
}

}  // namespace upkeep
