// SPDX-License-Identifier: MIT
#include "base/encoding.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <memory>

#include <iconv.h>

namespace upkeep {

bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned first = byte(i);
    if (first < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || i + length > text.size()) return false;
    for (std::size_t k = 1; k < length; ++k) {
      if ((byte(i + k) & 0xC0U) != 0x80U) return false;
    }
    const unsigned second = byte(i + 1);
    if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
        (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
      return false;
    }
    i += length;
  }
  return true;
}

std::string to_utf8(std::string_view text, const std::string& charset) {
  iconv_t converter = ::iconv_open("UTF-8", charset.c_str());
  if (converter == reinterpret_cast<iconv_t>(-1)) {  // NOLINT: iconv's error value
    throw ConfigError(fmt::format("encoding '{}': iconv does not know it", charset),
                      "'iconv --list' shows the names");
  }
  const std::unique_ptr<void, int (*)(iconv_t)> closer(converter, ::iconv_close);
  std::string out(text.size() * 4 + 4, '\0');  // no encoding grows by more
  char* from =
      const_cast<char*>(text.data());  // NOLINT: iconv's signature; it does not write there
  std::size_t from_left = text.size();
  char* to = out.data();
  std::size_t to_left = out.size();
  if (::iconv(converter, &from, &from_left, &to, &to_left) == static_cast<std::size_t>(-1)) {
    throw DataError(fmt::format("byte {} is not valid {}", text.size() - from_left + 1, charset),
                    "set the file's encoding in the map");
  }
  out.resize(out.size() - to_left);
  return out;
}

std::string_view without_bom(std::string_view text) {
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  return text;
}

}  // namespace upkeep
