// SPDX-License-Identifier: MIT
#include "patch/model/date_format.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

namespace upkeep::patch {

namespace {

/// A conversion like `d`, or the text between two conversions.
struct Part {
  char conversion = 0;  ///< 0: text
  std::string text;
};

std::string_view short_form(char conversion) {
  switch (conversion) {
    case 'F':
      return "%Y-%m-%d";
    case 'D':
    case 'x':
      return "%m/%d/%y";
    case 'T':
    case 'X':
      return "%H:%M:%S";
    case 'R':
      return "%H:%M";
    case 'r':
      return "%I:%M:%S %p";
    case 'c':
      return "%a %b %e %H:%M:%S %Y";
    case 'n':
    case 't':
      return " ";
    default:
      return {};
  }
}

bool is_flag(char c) {
  return std::string_view("EO0_-^#").find(c) != std::string_view::npos;
}

std::vector<Part> parts_of(std::string_view format) {
  std::vector<Part> parts;
  std::string text;
  const auto end_text = [&] {
    if (!text.empty()) parts.push_back({0, std::move(text)});
    text.clear();
  };
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      text += format[i];
      continue;
    }
    do {
      ++i;
    } while (i < format.size() && is_flag(format[i]));
    if (i >= format.size() || format[i] == '%') {
      text += '%';
      continue;
    }
    end_text();
    parts.push_back({format[i], {}});
  }
  end_text();
  return parts;
}

/// The maximum number of digits that a conversion reads; 0 if it is not a number of fixed size.
int digits_of(char conversion) {
  if (conversion == 'Y') return 4;
  if (conversion == 'j') return 3;
  return std::string_view("demHkIlMSyC").find(conversion) != std::string_view::npos ? 2 : 0;
}

/// @param adjacent whether another number is adjacent
std::string shape_of(char conversion, bool adjacent) {
  const int digits = digits_of(conversion);
  if (digits != 0) {
    const bool whole = adjacent || conversion == 'Y' || conversion == 'y' || conversion == 'C';
    return whole ? fmt::format("[0-9]{{{}}}", digits) : fmt::format(" *[0-9]{{1,{}}}", digits);
  }
  if (std::string_view("aAbBhp").find(conversion) != std::string_view::npos) return "[^\\s0-9]+";
  if (conversion == 'z') return " *(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)";
  if (conversion == 's') return "-?[0-9]+";
  return "\\S+";
}

std::string shape_of_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    const bool special = std::string_view("\\^$.[]|()?*+{}-#").find(c) != std::string_view::npos;
    if (!blank) {
      out += special ? std::string("\\") + c : std::string(1, c);
    } else if (!out.ends_with("\\s+")) {
      out += "\\s+";
    }
  }
  return out;
}

std::string shape_of_format(const std::string& format) {
  const std::vector<Part> parts = parts_of(format);
  const auto is_number = [&](std::size_t i) {
    return i < parts.size() && digits_of(parts[i].conversion) != 0;
  };
  std::string shape;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const bool adjacent = is_number(i + 1) || (i > 0 && is_number(i - 1));
    shape += parts[i].conversion == 0 ? shape_of_text(parts[i].text)
                                      : shape_of(parts[i].conversion, adjacent);
  }
  return shape;
}

std::string without_short_forms(const std::string& format) {
  std::string out;
  for (const Part& part : parts_of(format)) {
    if (part.conversion == 0) {
      out += replace_all(part.text, "%", "%%");
      continue;
    }
    const std::string_view others = short_form(part.conversion);
    out += others.empty() ? std::string{'%', part.conversion} : std::string(others);
  }
  return out;
}

}  // namespace

const PlainFormat& plain_format(const std::string& format) {
  thread_local std::map<std::string, PlainFormat> formats;
  const auto found = formats.find(format);
  if (found != formats.end()) return found->second;
  std::string plain = without_short_forms(plain_blanks(format));
  Regex shape(shape_of_format(plain));
  return formats.emplace(format, PlainFormat{std::move(plain), std::move(shape)}).first->second;
}

bool has_any(std::string_view format, std::string_view conversions) {
  for (const Part& part : parts_of(format)) {
    if (part.conversion != 0 && conversions.find(part.conversion) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

bool has_clock(std::string_view format) {
  return has_any(format, "HIkTRrcsXl");
}

std::string lost_offset(std::string_view format) {
  static const Regex offset("[+-] ?(?=[0-9:]*[1-9])[0-9]{1,2}(?::?[0-9]{2})?(?![0-9\\x01])");
  static const Regex zone(
      "(?<![A-Za-z])(?!UT\\b)(?!GMT)(?:[A-Z]{2,4}T|MSK|[AaPp]\\.?[Mm])\\b|"
      "[A-Z][A-Za-z]+/[A-Z][A-Za-z]+");
  std::string texts;
  for (const Part& part : parts_of(format)) {
    texts += part.conversion == 0 ? part.text : std::string("\x01");
  }
  if (const auto found = offset.groups(texts)) return found->front();
  if (!has_clock(format)) return {};
  const auto found = zone.groups(texts);
  return found ? found->front() : std::string();
}

}  // namespace upkeep::patch
