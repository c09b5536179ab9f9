// SPDX-License-Identifier: MIT
#include "patch/exchange/xml.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/model/encoding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_largest = 16U << 20U;

long line_at(const std::string& text, std::ptrdiff_t offset) {
  const auto end = text.begin() + std::min<std::ptrdiff_t>(offset, std::ssize(text));
  return 1 + std::count(text.begin(), end, '\n');
}

/// Limits the recursion of readers.
void check_depth(const pugi::xml_document& document, const std::string& what) {
  constexpr int k_deepest = 64;
  int depth = 0;
  for (pugi::xml_node node = document.first_child(); !node.empty();) {
    pugi::xml_node next = node.first_child();
    if (!next.empty()) {
      if (++depth > k_deepest) {
        throw DataError(fmt::format("{}: nested deeper than {} levels", what, k_deepest));
      }
    } else {
      for (next = node; !next.empty() && next.next_sibling().empty(); --depth) next = next.parent();
      next = next.next_sibling();
    }
    node = next;
  }
}

void parse(pugi::xml_document& document, const std::string& text, const std::string& what,
           unsigned options, pugi::xml_encoding encoding) {
  if (text.size() > k_largest) {
    throw DataError(fmt::format("{}: larger than {} MiB", what, k_largest >> 20U));
  }
  const pugi::xml_parse_result result =
      document.load_buffer(text.data(), text.size(), options | pugi::parse_doctype, encoding);
  if (!result) {
    throw DataError(fmt::format("{}:{}: not well-formed XML: {}", what,
                                line_at(text, result.offset), lower(result.description())));
  }
  const auto children = document.children();
  if (std::any_of(children.begin(), children.end(),
                  [](const pugi::xml_node& node) { return node.type() == pugi::node_doctype; })) {
    throw DataError(what + ": a DOCTYPE is not accepted", "remove it: entities are never expanded");
  }
  // pugixml passes bytes through unchecked.
  if (result.encoding == pugi::encoding_utf8 && !is_utf8(text)) {
    throw DataError(what + ": not valid UTF-8");
  }
  check_depth(document, what);
}

}  // namespace

void parse_xml(pugi::xml_document& document, const std::string& text, const std::string& what) {
  parse(document, text, what, pugi::parse_default, pugi::encoding_auto);
}

void parse_xml_pieces(pugi::xml_document& document, const std::string& text,
                      const std::string& what) {
  parse(document, text, what, pugi::parse_default | pugi::parse_fragment, pugi::encoding_utf8);
}

std::string text_of(const pugi::xml_node& node) {
  std::string text;
  for (const pugi::xml_node& child : node.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  }
  return std::string(trim(text));
}

}  // namespace upkeep::patch
