// SPDX-License-Identifier: MIT
#include "patch/exchange/spreadsheet.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

/// The encoding, named for iconv, of the lines that are not UTF-8 in a file without a declared
/// encoding; empty: all lines are UTF-8.
std::string likely_encoding(std::string_view text) {
  if (is_utf8(text)) return {};
  const auto windows = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80U && byte < 0xA0U;
  };
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of("\r\n", at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (std::any_of(line.begin(), line.end(), windows) && !is_utf8(line)) return "WINDOWS-1252";
    at = end + 1;
  }
  return "ISO-8859-1";
}

bool is_wide(const std::string& encoding) {
  const std::string name = lower(encoding);
  return name.starts_with("utf-16") || name.starts_with("utf16") || name.starts_with("ucs-2") ||
         name.starts_with("utf-32") || name.starts_with("utf32") || name.starts_with("ucs-4");
}

/// The encoding given by a byte order mark; empty: none, or UTF-8.
std::string marked_encoding(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xFF\xFE\0\0"sv) || bytes.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return "UTF-16";
  return {};
}

/// The character in `sep=;`, which spreadsheet programs write above the headers; 0: none.
char declared_separator(std::string_view line) {
  std::string word = lower(trim(line));
  // trim() also removes a tab.
  if (word == "sep=" && line.find('\t') != std::string_view::npos) return '\t';
  if (word.size() > 2 && word.front() == '"' && word.back() == '"') {
    word = word.substr(1, word.size() - 2);
  }
  constexpr std::size_t k_size = 5;
  return word.size() == k_size && word.starts_with("sep=") ? word.back() : '\0';
}

/// The string literal at the start of a formula's arguments, removed from `text`.
std::optional<std::string> take_literal(std::string_view& text) {
  text = trim(text);
  if (!text.starts_with('"')) return std::nullopt;
  std::string value;
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] != '"') {
      value += text[at];
    } else if (at + 1 < text.size() && text[at + 1] == '"') {
      value += text[++at];
    } else {
      text = trim(text.substr(at + 1));
      return value;
    }
  }
  return std::nullopt;
}

/// `HYPERLINK("url")` is its address, `HYPERLINK("url","text")` its text.
std::optional<std::string> link_text(std::string_view formula) {
  constexpr std::string_view k_name = "hyperlink";
  if (lower(formula.substr(0, k_name.size())) != k_name) return std::nullopt;
  formula = trim(formula.substr(k_name.size()));
  if (!formula.starts_with('(') || !formula.ends_with(')')) return std::nullopt;
  formula = formula.substr(1, formula.size() - 2);
  auto url = take_literal(formula);
  if (!url || formula.empty()) return url;
  if (formula.front() != ',' && formula.front() != ';') return std::nullopt;
  formula.remove_prefix(1);
  auto text = take_literal(formula);
  if (!text || !formula.empty()) return std::nullopt;
  return text->empty() ? url : text;
}

}  // namespace

void check_is_text(std::string_view bytes, const std::string& file) {
  const auto refuse = [&](const char* what, const std::string& advice) {
    throw DataError(fmt::format("it is {}, not text", what), advice);
  };
  const std::string name = printable(file);
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06")) {
    const std::string_view head = bytes.substr(0, 256);
    if (head.find("application/vnd.oasis.opendocument") != std::string_view::npos) {
      refuse("an OpenDocument file", "save it as CSV, and import that");
    }
    refuse("an Excel workbook (.xlsx) or another zip file",
           fmt::format("convert it with xlsx2csv (the Debian package xlsx2csv): xlsx2csv -f "
                       "%Y-%m-%d {} | pmt-patch import --as csv --map MAP.toml -",
                       name == "-" ? "FILE.xlsx" : name));
  }
  if (bytes.starts_with("\xD0\xCF\x11\xE0")) {
    refuse("an old Excel workbook (.xls)", "save it as CSV, and import that");
  }
  if (bytes.starts_with("\x1F\x8B")) refuse("compressed (gzip)", "pipe it through 'gzip -dc'");
  if (bytes.starts_with("%PDF-"))
    refuse("a PDF document", "import the document that it was made from");
}

void check_is_table(std::string_view bytes) {
  const std::string_view text = trim(without_bom(bytes));
  static const Regex json("(?s)(?:\\{\\s*\"|\\[\\s*[\\[{]).*");
  static const Regex xml("(?s)<(?:[?!]|[A-Za-z_][^<>]*>).*");
  const bool is_xml = xml.matches(text.substr(0, 1024));
  if (!is_xml && !json.matches(text.substr(0, 1024))) return;
  throw DataError(fmt::format("it is {}, and maps are only for CSV", is_xml ? "XML" : "JSON"),
                  "its values are named by field: import it without a map");
}

Sheet open_sheet(const std::string& bytes, const std::string& encoding, char separator) {
  Sheet sheet;
  sheet.encoding = encoding;
  const std::string name = lower(encoding);
  if (name == "utf-8" || name == "utf8") sheet.encoding.clear();
  const std::string marked = marked_encoding(bytes);
  if (!marked.empty() || (is_wide(encoding) && bytes.find('\0') != std::string::npos)) {
    // A separator is a single byte only in UTF-8.
    sheet.text = to_utf8(bytes, marked.empty() ? encoding : marked);
    sheet.encoding.clear();
  } else {
    sheet.text = bytes;
    if (is_wide(encoding)) sheet.encoding.clear();
    if (encoding.empty()) sheet.encoding = likely_encoding(bytes);
    sheet.guessed = encoding.empty();
  }
  sheet.text = std::string(without_bom(sheet.text));
  const std::string_view text = sheet.text;
  const auto end = std::min(text.find_first_of("\r\n"), text.size());
  const char declared = declared_separator(text.substr(0, end));
  if (declared != 0) {
    const bool crlf = text.substr(end, 2) == "\r\n";
    sheet.first = std::min(end + (crlf ? 2 : 1), text.size());
    sheet.first_line = 2;
  }
  sheet.separator = declared != 0    ? declared
                    : separator != 0 ? separator
                                     : likely_separator(text.substr(sheet.first));
  return sheet;
}

void clean_cells(std::vector<std::string>& cells, const Sheet& sheet) {
  for (std::string& cell : cells) {
    const bool stays = sheet.encoding.empty() || (sheet.guessed && is_utf8(cell));
    if (!stays) cell = to_utf8(cell, sheet.encoding);
    cell = std::string(trim_blanks(cell));
  }
}

std::string cell_value(std::string cell) {
  if (!cell.starts_with('=')) return cell;
  std::string_view formula = std::string_view(cell).substr(1);
  if (auto text = link_text(formula)) return std::string(trim_blanks(*text));
  if (const auto text = take_literal(formula); text && formula.empty()) {
    return std::string(trim_blanks(*text));
  }
  static const Regex call(
      "=\\s*[+-]?(?:[A-Z][A-Z0-9.]*\\s*\\(.*\\).*|\\$?[A-Z]{1,3}\\$?[0-9]+.*|"
      "[0-9.]+\\s*[-+*/].*|[\\w']+![$A-Z].*)");
  if (call.matches(cell)) {
    throw DataError(fmt::format("'{}' is a formula whose value is not in the file",
                                ellipsized(printable(cell), 40)),
                    "save the sheet with values instead of formulas");
  }
  return cell;
}

}  // namespace upkeep::patch
