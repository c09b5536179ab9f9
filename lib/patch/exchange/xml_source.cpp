// SPDX-License-Identifier: MIT
// Governance artifacts as XML: everything in a file is either imported or rejected with a reason.
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/exchange/import_source.hpp"
#include "record/xml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace upkeep::patch {

using xml::is_element;
using xml::is_text;
using xml::local_name;
using xml::text_of;

namespace {

constexpr std::string_view k_instance = "http://www.w3.org/2001/XMLSchema-instance";

std::string_view prefix_of(std::string_view name) {
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

/// The namespace of a prefix at a node; empty for no prefix and no default.
/// @throws DataError if the prefix is not declared
std::string_view namespace_of(pugi::xml_node node, std::string_view prefix) {
  const std::string attribute = prefix.empty() ? "xmlns" : "xmlns:" + std::string(prefix);
  for (; !node.empty(); node = node.parent()) {
    if (const pugi::xml_attribute found = node.attribute(attribute.c_str())) return found.value();
  }
  if (prefix.empty() || prefix == "xml") return {};
  throw DataError(fmt::format("the namespace prefix '{}' is not declared", printable(prefix)));
}

bool has_elements(const pugi::xml_node& node) {
  const auto children = node.children();
  return std::any_of(children.begin(), children.end(), is_element);
}

/// Reads one `metadata` element into (key, value) pairs.
class Artifact {
 public:
  explicit Artifact(const pugi::xml_node& metadata)
      : m_metadata(metadata), m_namespace(namespace_of(metadata, prefix_of(metadata.name()))) {}

  std::vector<std::pair<std::string, std::string>> values() {
    check_attributes(m_metadata, "metadata");
    no_text(m_metadata, "metadata");
    for (const pugi::xml_node& table : m_metadata.children()) {
      if (is_element(table)) read_table(table);
    }
    return std::move(m_values);
  }

 private:
  std::string name(const pugi::xml_node& node) const {
    if (namespace_of(node, prefix_of(node.name())) != m_namespace) {
      throw DataError(fmt::format("<{}> is of another namespace", printable(node.name())));
    }
    return std::string(local_name(node.name()));
  }

 public:
  /// Artifacts have no attributes. @throws DataError if there is one
  static void check_attributes(const pugi::xml_node& node, const std::string& where) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view word = attribute.name();
      if (word == "xmlns" || word.starts_with("xmlns:")) continue;
      const bool schema = local_name(word).ends_with("chemaLocation") && !prefix_of(word).empty() &&
                          namespace_of(node, prefix_of(word)) == k_instance;
      if (schema) continue;
      throw DataError(
          fmt::format("{}: the attribute '{}' has no meaning in a patch", where, printable(word)));
    }
  }

 private:
  static void no_text(const pugi::xml_node& node, const std::string& where) {
    const std::string text = text_of(node);
    if (text.empty()) return;
    throw DataError(fmt::format("{}: unexpected text '{}' between elements", printable(where),
                                ellipsized(printable(text), 40)));
  }
  void read_table(const pugi::xml_node& table) {
    const std::string key = name(table);
    check_attributes(table, key);
    if (!has_elements(table)) {
      if (const std::string text = text_of(table); !text.empty()) m_values.emplace_back(key, text);
      return;
    }
    no_text(table, key);
    for (const pugi::xml_node& field : table.children()) {
      if (is_element(field)) read_field(field, key + "_" + name(field));
    }
  }
  void read_field(const pugi::xml_node& field, const std::string& key) {
    check_attributes(field, key);
    if (!has_elements(field)) {
      m_values.emplace_back(key, text_of(field));
      return;
    }
    // Several values may also be a list of entries.
    for (const pugi::xml_node& entry : field.children()) {
      if (!is_element(entry)) continue;
      if (name(entry) != "entry" || has_elements(entry)) {
        const pugi::xml_node inner = name(entry) == "entry" ? first_element(entry) : entry;
        throw DataError(fmt::format("{}: the element <{}> in its value", printable(key),
                                    printable(inner.name())),
                        "a value is text, or a list of <entry>");
      }
    }
    no_text(field, key);
    for (const pugi::xml_node& entry : field.children()) {
      if (!is_element(entry)) continue;
      check_attributes(entry, key);
      m_values.emplace_back(key, text_of(entry));
    }
  }
  static pugi::xml_node first_element(const pugi::xml_node& node) {
    for (const pugi::xml_node& child : node.children()) {
      if (is_element(child)) return child;
    }
    return {};
  }

  pugi::xml_node m_metadata;
  std::string_view m_namespace;
  std::vector<std::pair<std::string, std::string>> m_values;
};

/// Every `metadata` of the file. @throws DataError for anything else in it
std::vector<pugi::xml_node> artifacts_of(const pugi::xml_document& document) {
  std::vector<pugi::xml_node> artifacts;
  const auto stray = [](const pugi::xml_node& node) {
    const std::string_view text = trim(node.value());
    if (text.empty()) return;
    throw DataError(
        fmt::format("the text '{}' is outside of any artifact", ellipsized(printable(text), 40)));
  };
  for (const pugi::xml_node& top : document.children()) {
    if (is_text(top)) stray(top);
    if (!is_element(top)) continue;
    if (local_name(top.name()) == "metadata") {
      artifacts.push_back(top);
      continue;
    }
    Artifact::check_attributes(top, std::string(top.name()));
    for (const pugi::xml_node& child : top.children()) {
      if (is_text(child)) stray(child);
      if (!is_element(child)) continue;
      if (local_name(child.name()) != "metadata") {
        throw DataError(fmt::format("<{}> in <{}> is not an artifact (metadata)",
                                    printable(child.name()), printable(top.name())));
      }
      artifacts.push_back(child);
    }
  }
  if (artifacts.empty())
    throw DataError("it has no 'metadata' element", "is it a governance artifact?");
  return artifacts;
}

/// Gives a copy of an artifact the namespaces declared by the enclosing elements, which it would
/// otherwise lack.
void declare_namespaces(pugi::xml_node copy, pugi::xml_node artifact) {
  for (pugi::xml_node node = artifact.parent(); is_element(node); node = node.parent()) {
    for (const pugi::xml_attribute& attribute : node.attributes()) {
      const std::string_view word = attribute.name();
      const bool declares = word == "xmlns" || word.starts_with("xmlns:");
      if (!declares || copy.attribute(attribute.name())) continue;
      copy.append_attribute(attribute.name()) = attribute.value();
    }
  }
}

struct Raw final : pugi::xml_writer {
  std::string text;
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
};

}  // namespace

std::vector<XmlRow> xml_rows(const std::string& bytes, const std::string& what) {
  xml::Document document;
  document.load(bytes, what, {.pieces = true});
  std::vector<XmlRow> rows;
  for (const pugi::xml_node& artifact : artifacts_of(document.tree())) {
    Raw raw;
    pugi::xml_document alone;
    const pugi::xml_node copy = alone.append_copy(artifact);
    declare_namespaces(copy, artifact);
    copy.print(raw, "", pugi::format_raw);
    XmlRow row{
        static_cast<std::size_t>(document.lines().of(artifact)), std::move(raw.text), {}, {}};
    try {
      row.values = Artifact(artifact).values();
    } catch (const DataError& error) {
      row.problem = error;
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void import_xml(const std::string& bytes, const std::string& what, DraftMaker& maker,
                Importer& importer, const Progress& progress) {
  const std::vector<XmlRow> rows = xml_rows(bytes, what);
  std::size_t done = 0;
  for (const XmlRow& row : rows) {
    importer.add(row.line, row.raw, [&] {
      if (row.problem) throw DataError(*row.problem);
      return maker.rows().of_values(row.values);
    });
    progress(++done, rows.size());
  }
}

}  // namespace upkeep::patch
