// SPDX-License-Identifier: MIT
#include "record/xml_text.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

#include <string_view>

namespace upkeep::xml {

using namespace std::string_view_literals;

namespace {

/// The encoding in the declaration, if there is one, as a view into `text`.
std::optional<std::string_view> declared_encoding(std::string_view text) {
  static const Regex declaration("^(<\\?xml[^>]*\\sencoding\\s*=\\s*[\"'])([A-Za-z0-9._:-]+)[\"']");
  constexpr std::size_t k_head = 256;
  const auto groups = declaration.groups(std::string(text.substr(0, k_head)));
  if (!groups) return std::nullopt;
  return text.substr(groups->at(1).size(), groups->at(2).size());
}

/// The name of an encoding of more than one byte for each character; empty: it is another one.
std::string wide_encoding(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE\0\0"sv) || bytes.starts_with("\0\0\xFE\xFF"sv)) return "UTF-32";
  if (bytes.starts_with("\xFF\xFE"sv) || bytes.starts_with("\xFE\xFF"sv)) return "UTF-16";
  if (bytes.starts_with("<\0\0\0"sv)) return "UTF-32LE";
  if (bytes.starts_with("\0\0\0<"sv)) return "UTF-32BE";
  if (bytes.starts_with("<\0"sv)) return "UTF-16LE";
  if (bytes.starts_with("\0<"sv)) return "UTF-16BE";
  return {};
}

/// Whether a declaration in text of one byte for each character cannot be true: an editor has
/// converted the text and left the declaration.
bool is_outdated(std::string_view encoding) {
  return encoding.starts_with("utf-16") || encoding.starts_with("utf-32") ||
         encoding.starts_with("ucs-") || encoding.starts_with("iso-10646");
}

std::string decoded(const std::string& bytes) {
  if (const std::string wide = wide_encoding(bytes); !wide.empty()) return to_utf8(bytes, wide);
  const std::string_view text = without_bom(bytes);
  const auto declared = declared_encoding(text);
  if (text.size() != bytes.size() || !declared) return std::string(text);
  const std::string encoding = lower(*declared);
  if (encoding == "utf-8" || encoding == "utf8" || is_outdated(encoding)) return std::string(text);
  try {
    return to_utf8(text, encoding);
  } catch (const ConfigError& error) {
    throw DataError(error.what());
  }
}

/// `&amp;` and the like, and references to characters that XML allows.
bool is_reference(std::string_view text) {
  static const Regex form("^&(?:(amp|lt|gt|quot|apos)|#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6}));");
  const auto groups = form.groups(std::string(text));
  if (!groups) return false;
  if (groups->size() < 3 || !groups->at(1).empty()) return true;
  const bool hex = groups->size() > 3 && !groups->at(3).empty();
  const unsigned long point =
      std::stoul(hex ? groups->at(3) : groups->at(2), nullptr, hex ? 16 : 10);
  const bool control = point < 0x20 && point != '\t' && point != '\n' && point != '\r';
  return !control && point <= 0x10FFFF && (point < 0xD800 || point > 0xDFFF);
}

}  // namespace

std::string as_utf8(const std::string& bytes) {
  std::string text = decoded(bytes);
  if (const auto declared = declared_encoding(text)) {
    const std::string encoding = lower(*declared);
    if (encoding != "utf-8" && encoding != "utf8") {
      text.replace(static_cast<std::size_t>(declared->data() - text.data()), declared->size(),
                   "UTF-8");
    }
  }
  return text;
}

std::optional<std::size_t> unknown_reference(const std::string& text) {
  constexpr std::size_t k_longest = 12;
  std::size_t at = 0;
  while ((at = text.find_first_of("<&", at)) != std::string::npos) {
    const std::string_view rest = std::string_view(text).substr(at);
    const auto skip = [&](std::string_view open, std::string_view close) {
      if (!rest.starts_with(open)) return false;
      const auto end = text.find(close, at + open.size());
      at = end == std::string::npos ? text.size() : end + close.size();
      return true;
    };
    if (skip("<!--", "-->") || skip("<![CDATA[", "]]>") || skip("<?", "?>")) continue;
    if (rest.front() == '&' && !is_reference(rest.substr(0, k_longest))) return at;
    ++at;
  }
  return std::nullopt;
}

}  // namespace upkeep::xml
