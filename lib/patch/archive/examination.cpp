// SPDX-License-Identifier: MIT
#include "patch/archive/examination.hpp"

#include "base/encoding.hpp"
#include "base/regex_text.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch::archive {

namespace {

std::string number_of(const PatchRef& ref) {
  return fmt::format("{:04}", ref.number);
}

}  // namespace

std::string Examination::expand(std::string text) const {
  text = replace_all(std::move(text), "{name}", ref ? names.format(*ref) : "*");
  text = replace_all(std::move(text), "{platform}", ref ? ref->platform : "*");
  return replace_all(std::move(text), "{number}", ref ? number_of(*ref) : "*");
}

std::string Examination::expand_regex(std::string text) const {
  text = replace_all(std::move(text), "{name}", ref ? regex_quoted(names.format(*ref)) : "\\S+");
  text = replace_all(std::move(text), "{platform}", ref ? regex_quoted(ref->platform) : "[0-9.]+");
  return replace_all(std::move(text), "{number}", ref ? number_of(*ref) : "[0-9]+");
}

bool Examination::has(std::string_view path) const {
  return std::find(paths.begin(), paths.end(), path) != paths.end();
}

bool Examination::has_directory(std::string_view directory) const {
  const std::string start = std::string(directory) + "/";
  return std::any_of(paths.begin(), paths.end(),
                     [&](std::string_view path) { return path.starts_with(start); });
}

std::string shown(std::string_view name) {
  constexpr std::size_t k_longest = 120;
  const std::string_view part = name.substr(0, k_longest);
  std::string text;
  if (is_utf8(name)) {
    text = ellipsized(printable(name.substr(0, 4 * k_longest)), k_longest);
  } else {
    for (const char c : part) {
      const auto byte = static_cast<unsigned char>(c);
      text += byte < 0x80U ? printable({&c, 1}) : fmt::format("\\x{:02x}", byte);
    }
  }
  if (name.size() > part.size() && !text.ends_with("…")) text += "…";
  return text;
}

}  // namespace upkeep::patch::archive
