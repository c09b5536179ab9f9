// SPDX-License-Identifier: MIT
// XML from outside: one loader with limits for every file that the suite reads. pugixml parses;
// what it lets through unchecked is checked here. Nothing is expanded, fetched or run.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pugixml.hpp>

namespace upkeep::xml {

/// What a file may be. Elements are at most 100 levels deep in any, so that readers may recurse.
struct Rules {
  std::size_t largest_mib = 16;
  /// Several root elements and text outside them are left to the caller to judge.
  bool pieces = false;
  /// Also refuses unknown references and attributes that occur twice, which pugixml accepts.
  bool strict = true;
};

/// Why a text is not accepted.
struct Fault {
  long line = 0;  ///< 0: the file as a whole
  std::string what;
  std::string advice;  ///< may be empty
};

/// Converts offsets of a text to line numbers.
class Lines {
 public:
  explicit Lines(std::string_view text = {});
  [[nodiscard]] long at(std::ptrdiff_t offset) const;
  [[nodiscard]] long of(const pugi::xml_node& node) const { return at(node.offset_debug()); }

 private:
  std::vector<std::ptrdiff_t> m_ends;
};

/// One file's text and tree.
class Document {
 public:
  /// Takes a file's bytes, in UTF-8, UTF-16, UTF-32 or the encoding of its declaration. @returns
  /// why they are not accepted: too large, another encoding, not well-formed, a DOCTYPE, too deep
  [[nodiscard]] std::optional<Fault> parse(const std::string& bytes, const Rules& rules);
  /// The same. @param what its name in messages @throws DataError with the line
  void load(const std::string& bytes, const std::string& what, const Rules& rules);

  /// The text as UTF-8, without a byte order mark; its declaration agrees.
  [[nodiscard]] const std::string& text() const { return m_text; }
  [[nodiscard]] const pugi::xml_document& tree() const { return m_tree; }
  [[nodiscard]] pugi::xml_node root() const { return m_tree.document_element(); }
  [[nodiscard]] const Lines& lines() const { return m_lines; }

 private:
  std::string m_text;
  Lines m_lines;
  pugi::xml_document m_tree;
};

bool is_element(const pugi::xml_node& node);
/// Text or CDATA.
bool is_text(const pugi::xml_node& node);
/// A name without its namespace prefix.
std::string_view local_name(std::string_view name);
std::string local_name(const pugi::xml_node& node);
/// All the text directly in a node, trimmed.
std::string text_of(const pugi::xml_node& node);
/// Its value; empty if it is missing.
std::string attribute(const pugi::xml_node& node, const char* name);
/// Element children, ignoring namespace prefixes; all of them if `name` is empty.
std::vector<pugi::xml_node> elements(const pugi::xml_node& node, std::string_view name = {});

}  // namespace upkeep::xml
