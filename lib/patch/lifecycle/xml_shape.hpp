// SPDX-License-Identifier: MIT
// Checks that pugixml omits, and limits that keep reading cheap.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <pugixml.hpp>

namespace upkeep::patch::lifecycle {

/// Converts offsets of a text to line numbers.
class Lines {
 public:
  explicit Lines(const std::string& text);
  [[nodiscard]] long at(std::ptrdiff_t offset) const;
  [[nodiscard]] long of(const pugi::xml_node& node) const { return at(node.offset_debug()); }

 private:
  std::vector<std::ptrdiff_t> m_ends;
};

struct Fault {
  long line = 0;
  std::string what;
};

/// The element's name without its namespace prefix.
std::string local_name(const pugi::xml_node& node);
std::string attribute(const pugi::xml_node& node, const char* name);
/// Element children, ignoring namespace prefixes; all of them if `name` is empty.
std::vector<pugi::xml_node> elements(const pugi::xml_node& node, const std::string& name = {});

/// Parses `text`, which is converted to UTF-8. @returns why it is not acceptable: not well-formed,
/// a DOCTYPE, entities, too large, too deep
std::optional<Fault> parse_strictly(pugi::xml_document& document, std::string& text);

inline constexpr std::size_t k_most_bytes = 4U << 20U;
inline constexpr std::size_t k_most_states = 2000;

}  // namespace upkeep::patch::lifecycle
