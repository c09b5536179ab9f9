// SPDX-License-Identifier: MIT
#include "patch/lifecycle/xml_shape.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/model/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <sstream>

namespace upkeep::patch::lifecycle {

namespace {

constexpr std::size_t k_deepest = 100;

/// A reference that is not one of XML's own, or a bare ampersand: pugixml keeps both as text.
std::optional<Fault> reference_fault(const std::string& text, const Lines& lines) {
  static const Regex known("&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});");
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
    constexpr std::size_t k_longest = 12;
    if (rest.front() == '&') {
      const auto end = rest.substr(0, k_longest).find(';');
      if (end == std::string_view::npos || !known.matches(rest.substr(0, end + 1))) {
        return Fault{
            lines.at(static_cast<std::ptrdiff_t>(at)),
            fmt::format("not well-formed XML: '{}' is not a reference (entities are not accepted)",
                        ellipsized(printable(rest.substr(0, k_longest)), k_longest))};
      }
    }
    ++at;
  }
  return std::nullopt;
}

std::optional<Fault> element_fault(const pugi::xml_node& node, const Lines& lines) {
  std::set<std::string_view> names;
  for (const pugi::xml_attribute& one : node.attributes()) {
    if (!names.insert(one.name()).second) {
      return Fault{lines.of(node),
                   fmt::format("not well-formed XML: attribute '{}' occurs twice", one.name())};
    }
  }
  return std::nullopt;
}

/// Iterative, because the file determines the depth.
std::optional<Fault> tree_fault(const pugi::xml_document& document, const Lines& lines) {
  std::size_t roots = 0, depth = 0;
  for (const pugi::xml_node& child : document.children()) {
    if (child.type() == pugi::node_doctype) {
      return Fault{lines.of(child),
                   "a DOCTYPE is not accepted; remove it: entities are never expanded"};
    }
    if (child.type() == pugi::node_element && ++roots > 1) {
      return Fault{lines.of(child), "not well-formed XML: a second root element"};
    }
  }
  pugi::xml_node node = document.document_element();
  while (node) {
    if (node.type() == pugi::node_element) {
      if (auto fault = element_fault(node, lines)) return fault;
    }
    if (node.first_child()) {
      if (++depth > k_deepest) {
        return Fault{lines.of(node), fmt::format("nested deeper than {} elements", k_deepest)};
      }
      node = node.first_child();
      continue;
    }
    while (node && !node.next_sibling() && depth > 0) {
      node = node.parent();
      --depth;
    }
    if (depth == 0) break;
    node = node.next_sibling();
  }
  return std::nullopt;
}

}  // namespace

Lines::Lines(const std::string& text) {
  for (auto end = text.find('\n'); end != std::string::npos; end = text.find('\n', end + 1)) {
    m_ends.push_back(static_cast<std::ptrdiff_t>(end));
  }
}

long Lines::at(std::ptrdiff_t offset) const {
  return 1 +
         static_cast<long>(std::lower_bound(m_ends.begin(), m_ends.end(), offset) - m_ends.begin());
}

std::string local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return std::string(colon == std::string_view::npos ? name : name.substr(colon + 1));
}

std::string attribute(const pugi::xml_node& node, const char* name) {
  return node.attribute(name).value();
}

std::vector<pugi::xml_node> elements(const pugi::xml_node& node, const std::string& name) {
  std::vector<pugi::xml_node> found;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_element && (name.empty() || local_name(child) == name)) {
      found.push_back(child);
    }
  }
  return found;
}

std::optional<Fault> parse_strictly(pugi::xml_document& document, std::string& text) {
  if (text.size() > k_most_bytes) {
    return Fault{0, fmt::format("larger than {} MiB", k_most_bytes >> 20U)};
  }
  const unsigned options = pugi::parse_default | pugi::parse_doctype;
  pugi::xml_parse_result result = document.load_buffer(text.data(), text.size(), options);
  if (result && result.encoding != pugi::encoding_utf8) {
    // From here on the text is UTF-8, including comments.
    pugi::xml_document whole;
    whole.load_buffer(text.data(), text.size(), pugi::parse_full | pugi::parse_ws_pcdata);
    if (auto declaration = whole.first_child(); declaration.type() == pugi::node_declaration) {
      declaration.attribute("encoding").set_value("UTF-8");
    }
    std::ostringstream out;
    whole.save(out, "", pugi::format_raw | pugi::format_no_declaration, pugi::encoding_utf8);
    text = out.str();
    result = document.load_buffer(text.data(), text.size(), options);
  }
  const Lines lines(text);
  if (!result) {
    return Fault{lines.at(result.offset), "not well-formed XML: " + lower(result.description())};
  }
  if (!is_utf8(text) || text.find('\0') != std::string::npos) return Fault{0, "not valid UTF-8"};
  if (auto fault = tree_fault(document, lines)) return fault;
  return reference_fault(text, lines);
}

}  // namespace upkeep::patch::lifecycle
