// SPDX-License-Identifier: MIT
#include "patch/store/sql_text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

std::string sql_text(std::string_view text) {
  constexpr std::string_view k_plain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 _.:/@+-=,";
  if (text.find_first_not_of(k_plain) == std::string_view::npos) {
    return "'" + std::string(text) + "'";
  }
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string out = "_utf8mb4 X'";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    out += k_digits[byte >> 4U];
    out += k_digits[byte & 15U];
  }
  return out + "'";
}

std::string in_states_sql(const std::vector<std::string>& words) {
  std::string list;
  const auto add = [&](const std::string& text) {
    list += (list.empty() ? "" : ", ") + sql_text(text);
  };
  for (const std::string& word : words) {
    add(word);  // the column's collation ignores case
    if (word.find('.') != std::string::npos) add(replace_all(word, ".", " "));
  }
  return list.empty() ? "FALSE" : "p.state IN (" + list + ")";
}

std::string name_sql(const NameRule& names) {
  std::string out = "CONCAT(";
  for (const NamePart& one : names.parts()) {
    switch (one.kind) {
      case NamePart::Kind::text:
        out += sql_text(one.text) + ", ";
        break;
      case NamePart::Kind::platform:
        out += "p.platform, ";
        break;
      case NamePart::Kind::number:
        out += one.width > 1 ? fmt::format("LPAD(p.number, GREATEST({}, LENGTH(p.number)), '{}'), ",
                                           one.width, one.filler)
                             : "p.number, ";
        break;
    }
  }
  return out + "'')";
}

}  // namespace upkeep::patch
