// SPDX-License-Identifier: MIT
// Reads RXT like a governance registry: where the registry is lenient, with a warning; strict where
// a field could not have its intended meaning.
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/model/artifact_type.hpp"
#include "record/xml.hpp"

#include <fmt/format.h>

#include <set>

namespace upkeep::patch {

using xml::text_of;

class RxtReader {
 public:
  explicit RxtReader(std::string what) : m_what(std::move(what)) {}

  ArtifactType read(const std::string& rxt) {
    xml::Document document;
    // Not strict: a bare '&', say, has been accepted in types that are in use.
    document.load(rxt, m_what, {.strict = false});
    const pugi::xml_node root = document.root();
    if (std::string_view(root.name()) != "artifactType") {
      fail(fmt::format("the root element is '{}', not 'artifactType'", root.name()));
    }
    m_type.m_short_name = root.attribute("shortName").value();
    if (m_type.m_short_name.empty()) fail("artifactType has no shortName");
    m_type.m_lifecycle = text_of(root.child("lifecycle"));
    for (const pugi::xml_node& child : root.children()) {
      if (child.type() != pugi::node_element || is_known(child.name())) continue;
      warn(fmt::format("element '{}' is ignored", child.name()));
    }
    for (const pugi::xml_node& column : root.child("ui").child("list").children("column")) {
      const std::string key = column.child("data").attribute("value").value();
      if (!key.empty()) m_type.m_list_columns.push_back(key);
    }
    read_content(root.child("content"));
    if (m_type.m_fields.empty()) fail("it has no fields: nothing could be recorded");
    std::erase_if(m_type.m_list_columns,
                  [&](const std::string& key) { return m_type.find(key) == nullptr; });
    return std::move(m_type);
  }

 private:
  [[noreturn]] void fail(const std::string& why, std::string advice = {}) const {
    throw DataError(fmt::format("{}: {}", m_what, why), std::move(advice));
  }
  /// Elements that are read, or that only concern the registry's own tree and console.
  static bool is_known(std::string_view element) {
    static const std::set<std::string_view> k_known{
        "storagePath", "nameAttribute", "namespaceAttribute", "ui", "content", "lifecycle"};
    return k_known.contains(element);
  }

  void warn(const std::string& text) { m_type.m_warnings.push_back(m_what + ": " + text); }

  void read_content(const pugi::xml_node& content) {
    for (const pugi::xml_node& child : content.children()) {
      if (child.type() != pugi::node_element) continue;
      const std::string_view name = child.name();
      if (name == "table") {
        read_table(child);
      } else if (name == "field") {
        read_field(child, {}, false);
      } else {
        warn(fmt::format("element '{}' in content is ignored", name));
      }
    }
  }

  void read_table(const pugi::xml_node& table) {
    const std::string name(trim(table.attribute("name").value()));
    if (name.empty()) fail("a table has no name");
    const bool unbounded = table.attribute("maxoccurs").value() == std::string_view("unbounded");
    for (const pugi::xml_node& child : table.children()) {
      if (child.type() != pugi::node_element) continue;
      const std::string_view element = child.name();
      if (element == "field") {
        read_field(child, name, unbounded);
      } else if (element != "subheading") {
        warn(fmt::format("table '{}': element '{}' is ignored", name, element));
      }
    }
  }

  FieldType read_type(const pugi::xml_node& field, const std::string& name) const {
    const std::string type = field.attribute("type").value();
    static const std::vector<std::string> k_types{"text",        "text-area", "options",
                                                  "option-text", "date",      "checkbox"};
    for (std::size_t i = 0; i < k_types.size(); ++i) {
      if (type == k_types[i]) return static_cast<FieldType>(i);
    }
    fail(fmt::format("field '{}': unknown type '{}'", name, type),
         did_you_mean(type, k_types, "the types are " + join(k_types, ", ")));
  }

  static bool flag(const pugi::xml_node& field, const char* attribute) {
    const std::string value = lower(field.attribute(attribute).value());
    return value == "true" || value == "1";
  }

  void read_field(const pugi::xml_node& node, const std::string& table, bool unbounded_table) {
    const std::string name = text_of(node.child("name"));
    if (name.empty()) fail(fmt::format("a field of table '{}' has no name", table));
    Field field;
    field.table = table;
    field.name = name;
    field.label = trim(node.child("name").attribute("label").value());
    field.type = read_type(node, name);
    field.required = flag(node, "required");
    field.readonly = flag(node, "readonly");
    const bool unbounded = node.attribute("maxoccurs").value() == std::string_view("unbounded");
    field.unbounded = unbounded || unbounded_table;
    field.validate = node.attribute("validate").value();
    field.default_value = node.attribute("default").value();
    field.values_class = node.child("values").attribute("class").value();
    for (const pugi::xml_node& value : node.child("values").children("value")) {
      if (std::string text = text_of(value); !text.empty()) field.values.push_back(std::move(text));
    }
    check_regex(field);
    add(field, unbounded);
  }

  void check_regex(const Field& field) const {
    if (field.validate.empty()) return;
    try {
      const Regex regex(field.validate);
    } catch (const Error& error) {
      fail(fmt::format("field '{}': validate: {}", field.name, error.what()));
    }
  }

  /// One option-text is two attributes in the registry, the option and its text; an unbounded one
  /// is a list of `option:text` under the key `TABLE_entry`.
  void add(Field field, bool unbounded) {
    const std::string prefix = field.table.empty() ? "" : data_element_name(field.table) + "_";
    field.key = prefix + data_element_name(field.name);
    if (field.type != FieldType::option_text) {
      insert(std::move(field));
    } else if (unbounded) {
      field.key = prefix + "entry";
      insert(std::move(field));
    } else {
      Field text = field;
      text.key = prefix + data_element_name("text" + field.name);
      text.type = FieldType::text;
      text.values.clear();
      text.default_value.clear();
      text.required = false;
      if (!field.validate.empty()) {
        warn(fmt::format("field '{}': validate of a single option-text is not enforced",
                         field.name));
      }
      text.validate.clear();
      field.validate.clear();
      field.type = FieldType::options;
      insert(std::move(field));
      insert(std::move(text));
    }
  }

  void insert(Field field) {
    check_key(field);
    if (m_type.m_index.contains(field.key)) {
      warn(fmt::format("field '{}' of table '{}' has the key of an earlier one, {}: ignored",
                       field.name, field.table, field.key));
      return;
    }
    m_type.m_index.emplace(field.key, m_type.m_fields.size());
    m_type.m_fields.push_back(std::move(field));
  }

  /// A key must be usable in selectors, regular expressions and XML element names.
  void check_key(const Field& field) const {
    constexpr std::size_t k_longest = 120;
    if (field.key.size() > k_longest)
      fail(fmt::format("field '{}': its key is too long", field.name));
    for (const char c : field.key) {
      if (static_cast<unsigned char>(c) <= ' ' ||
          std::string_view("=<>~!,\\\"'`").find(c) != std::string_view::npos) {
        fail(fmt::format("field '{}': a key cannot contain '{}'", field.name, printable({&c, 1})));
      }
    }
  }

  std::string m_what;
  ArtifactType m_type;
};

ArtifactType ArtifactType::parse(const std::string& rxt, const std::string& what) {
  return RxtReader(what).read(rxt);
}

}  // namespace upkeep::patch
