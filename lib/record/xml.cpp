// SPDX-License-Identifier: MIT
#include "record/xml.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "record/xml_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::xml {

namespace {

constexpr int k_deepest = 100;

Fault malformed(long line, std::string_view why, std::string advice = {}) {
  return {line, fmt::format("not well-formed XML: {}", why), std::move(advice)};
}

std::optional<Fault> reference_fault(const std::string& text, const Lines& lines) {
  const auto at = unknown_reference(text);
  if (!at) return std::nullopt;
  constexpr std::size_t k_shown = 12;
  std::string shown = text.substr(*at, k_shown);
  shown.resize(std::min(shown.find(';'), shown.size() - 1) + 1);
  return malformed(lines.at(static_cast<std::ptrdiff_t>(*at)),
                   fmt::format("'{}' is not a reference", ellipsized(printable(shown), k_shown)),
                   "entities are not accepted; write & as &amp;");
}

std::optional<Fault> repeated_attribute(const pugi::xml_node& node, const Lines& lines) {
  std::set<std::string_view> names;
  for (const pugi::xml_attribute& one : node.attributes()) {
    if (names.insert(one.name()).second) continue;
    return malformed(lines.of(node),
                     fmt::format("attribute '{}' occurs twice", printable(one.name())));
  }
  return std::nullopt;
}

std::optional<Fault> top_fault(const pugi::xml_document& tree, const Lines& lines,
                               const Rules& rules) {
  std::size_t roots = 0;
  for (const pugi::xml_node& child : tree.children()) {
    if (child.type() == pugi::node_doctype) {
      return Fault{lines.of(child), "a DOCTYPE is not accepted",
                   "remove it: entities are never expanded"};
    }
    if (is_element(child) && ++roots > 1 && !rules.pieces) {
      return malformed(lines.of(child), "a second root element");
    }
  }
  return std::nullopt;
}

/// Iterative, because the file determines the depth.
std::optional<Fault> tree_fault(const pugi::xml_document& tree, const Lines& lines,
                                const Rules& rules) {
  int depth = 0;
  for (pugi::xml_node node = tree.first_child(); node;) {
    if (rules.strict && is_element(node)) {
      if (auto fault = repeated_attribute(node, lines)) return fault;
    }
    pugi::xml_node next = node.first_child();
    if (next) {
      if (++depth > k_deepest) {
        return Fault{lines.of(node), fmt::format("nested deeper than {} elements", k_deepest), {}};
      }
    } else {
      for (next = node; next && !next.next_sibling(); --depth) next = next.parent();
      next = next.next_sibling();
    }
    node = next;
  }
  return std::nullopt;
}

}  // namespace

Lines::Lines(std::string_view text) {
  for (auto end = text.find('\n'); end != std::string_view::npos; end = text.find('\n', end + 1)) {
    m_ends.push_back(static_cast<std::ptrdiff_t>(end));
  }
}

long Lines::at(std::ptrdiff_t offset) const {
  return 1 +
         static_cast<long>(std::lower_bound(m_ends.begin(), m_ends.end(), offset) - m_ends.begin());
}

std::optional<Fault> Document::parse(const std::string& bytes, const Rules& rules) {
  if (bytes.size() > rules.largest_mib << 20U) {
    return Fault{0, fmt::format("larger than {} MiB", rules.largest_mib), {}};
  }
  try {
    m_text = as_utf8(bytes);
  } catch (const DataError& error) {
    return Fault{0, error.what(), "correct the encoding in its declaration"};
  }
  if (!is_utf8(m_text)) return Fault{0, "not valid UTF-8", {}};
  m_lines = Lines(m_text);
  if (const auto nul = m_text.find('\0'); nul != std::string::npos) {
    return malformed(m_lines.at(static_cast<std::ptrdiff_t>(nul)), "a NUL character in it");
  }
  const unsigned options = pugi::parse_default | pugi::parse_doctype |
                           (rules.pieces ? pugi::parse_fragment : pugi::parse_minimal);
  const pugi::xml_parse_result result =
      m_tree.load_buffer(m_text.data(), m_text.size(), options, pugi::encoding_utf8);
  if (!result) return malformed(m_lines.at(result.offset), lower(result.description()));
  if (auto fault = top_fault(m_tree, m_lines, rules)) return fault;
  if (auto fault = tree_fault(m_tree, m_lines, rules)) return fault;
  return rules.strict ? reference_fault(m_text, m_lines) : std::nullopt;
}

void Document::load(const std::string& bytes, const std::string& what, const Rules& rules) {
  const auto fault = parse(bytes, rules);
  if (!fault) return;
  const std::string where = fault->line == 0 ? what : fmt::format("{}:{}", what, fault->line);
  throw DataError(fmt::format("{}: {}", where, fault->what), fault->advice);
}

bool is_element(const pugi::xml_node& node) {
  return node.type() == pugi::node_element;
}

bool is_text(const pugi::xml_node& node) {
  return node.type() == pugi::node_pcdata || node.type() == pugi::node_cdata;
}

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string local_name(const pugi::xml_node& node) {
  return std::string(local_name(std::string_view(node.name())));
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (is_text(child)) text += child.value();
  }
  return std::string(trim(text));
}

std::string attribute(const pugi::xml_node& node, const char* name) {
  return node.attribute(name).value();
}

std::vector<pugi::xml_node> elements(const pugi::xml_node& node, std::string_view name) {
  std::vector<pugi::xml_node> found;
  for (const pugi::xml_node& child : node.children()) {
    if (is_element(child) && (name.empty() || local_name(child) == name)) found.push_back(child);
  }
  return found;
}

}  // namespace upkeep::xml
