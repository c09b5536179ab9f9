// SPDX-License-Identifier: MIT
#include "patch/lifecycle/unread.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string_view>

namespace upkeep::patch::lifecycle {

using xml::local_name;

namespace {

using Names = std::vector<std::string>;

/// The attributes that are read of each element, by its name; for a state this includes those of
/// the older checklist format, which do no harm.
const std::map<std::string, Names>& known_attributes() {
  static const std::map<std::string, Names> k_known{
      {"aspect", {"name", "class"}},
      {"configuration", {"type"}},
      {"lifecycle", {"audit"}},
      {"scxml", {"version", "initialstate", "initial"}},
      {"state", {"id", "name", "location"}},
      {"datamodel", {}},
      {"data", {"name"}},
      {"item", {"name", "forEvent"}},
      {"checkitem", {}},
      {"permissions", {}},
      {"permission", {"forEvent", "roles"}},
      {"validations", {}},
      {"validation", {"forEvent", "class"}},
      {"execution", {"forEvent", "class"}},
      {"parameter", {"name", "value"}},
      {"js", {"forEvent"}},
      {"console", {"function"}},
      {"server", {"function"}},
      {"ui", {"forEvent", "href"}},
      {"inputs", {"forEvent"}},
      {"input",
       {"name", "required", "label", "placeHolder", "placeholder", "tooltip", "regex", "values"}},
      {"approval", {"forEvent", "roles", "votes"}},
      {"transition", {"event", "target"}},
      {"checkpoints", {}},
      {"checkpoint", {"id", "durationColour"}},
      {"boundary", {"min", "max"}}};
  return k_known;
}

/// Attributes of XML itself, and of schema declarations.
bool is_of_xml(std::string_view name) {
  return name == "xmlns" || name.starts_with("xmlns:") || name.starts_with("xml:") ||
         name.starts_with("xsi:");
}

class UnreadFinder {
 public:
  UnreadFinder(const xml::Lines& lines, std::vector<Finding>& findings)
      : m_lines(lines), m_findings(findings) {}

  /// Recursion is limited by the parser's depth limit.
  void look(const pugi::xml_node& node) {
    const std::string name = local_name(node);
    const auto known = known_attributes().find(name);
    if (known == known_attributes().end()) return;  // reported as an element, with all its contents
    for (const pugi::xml_attribute& one : node.attributes()) judge(node, one.name(), known->second);
    if (name == "parameter" || name == "console" || name == "server") return;  // define their own
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element) {
        look(child);
      } else if (name != "checkitem") {
        text(node, child);
      }
    }
  }

 private:
  void judge(const pugi::xml_node& node, const std::string& name, const Names& known) {
    if (is_of_xml(name)) return;
    if (std::find(known.begin(), known.end(), name) != known.end()) return;
    std::string detail =
        fmt::format("{} of <{}> is ignored", printable(name), printable(node.name()));
    add_clause(detail, did_you_mean(name, known));
    m_findings.push_back(
        {Severity::warning, "unknown-attribute", std::move(detail), m_lines.of(node)});
  }
  void text(const pugi::xml_node& node, const pugi::xml_node& child) {
    if (child.type() != pugi::node_pcdata && child.type() != pugi::node_cdata) return;
    const std::string_view words = trim(child.value());
    constexpr std::size_t k_longest = 60;
    if (words.empty()) return;
    m_findings.push_back(
        {Severity::warning, "unknown-element",
         fmt::format("the text '{}' in <{}> is not read", ellipsized(printable(words), k_longest),
                     printable(node.name())),
         m_lines.of(child)});
  }

  const xml::Lines& m_lines;
  std::vector<Finding>& m_findings;
};

}  // namespace

void find_unread(const pugi::xml_node& root, const xml::Lines& lines,
                 std::vector<Finding>& findings) {
  UnreadFinder(lines, findings).look(root);
}

}  // namespace upkeep::patch::lifecycle
