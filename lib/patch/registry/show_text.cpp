// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/registry/records.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

class Page {
 public:
  explicit Page(bool color) : m_color(color) {}

  void title(const std::string& text) {
    if (!m_out.empty()) m_out += '\n';
    m_out += m_color ? "\033[1m" + printable(text) + "\033[0m\n" : printable(text) + "\n";
  }
  void row(const std::string& name, const Value& value) {
    if (value.is_null()) return;
    const auto* list = std::get_if<ValueList>(&value.storage());
    if (list != nullptr) {
      std::string label = name;
      for (const Value& one : *list) {
        lines(label, to_text(one));
        label.clear();
      }
    } else {
      lines(name, to_text(value));
    }
  }
  [[nodiscard]] std::string text() && { return std::move(m_out); }

 private:
  void lines(std::string name, const std::string& text) {
    constexpr std::size_t k_label = 26;
    for (const std::string& line : split(text, '\n')) {
      const std::string label = ellipsized(printable(name), k_label - 2);
      m_out +=
          "  " + label + std::string(k_label - display_width(label), ' ') + printable(line) + "\n";
      name.clear();
    }
  }
  bool m_color;
  std::string m_out;
};

}  // namespace

std::string show_text(const Patch& patch, const ArtifactType& type, const NameRule& names,
                      bool color) {
  Page page(color);
  page.title(name_of(patch, names));
  if (!patch.ref) page.row("queue", patch.queue_state);
  page.row("state", shown_state_of(patch));
  if (patch.voided_at) {
    page.row("void since",
             fmt::format("{} by {}", *patch.voided_at, patch.voided_by.value_or("?")));
    page.row("state before", patch.state);
  }
  page.row("lifecycle", patch.lifecycle);
  page.row("category", patch.category);
  if (patch.created_at) {
    page.row("created", *patch.created_at + " by " + patch.created_by.value_or("?"));
  }
  if (patch.requested_at) {
    page.row("requested",
             fmt::format("{} by {} ({})", *patch.requested_at, patch.requested_by.value_or("?"),
                         queue_id(patch.queue.value_or(0))));
  }
  page.row("released", patch.released_at);
  for (const Link& link : patch.links) page.row(link.type, names.format(link.target));
  std::string table;
  for (const Field& field : type.fields()) {
    const auto found = patch.fields.find(field.key);
    if (found == patch.fields.end()) continue;
    if (field.table != table) page.title(field.table);
    table = field.table;
    page.row(field.label.empty() ? field.name : field.label,
             field_value(found->second, field.unbounded));
  }
  bool first = true;
  for (const auto& [key, values] : patch.fields) {
    if (type.find(key) != nullptr) continue;
    if (first) page.title("Fields of an earlier artifact type");
    first = false;
    page.row(key, field_value(values, false));
  }
  return std::move(page).text();
}

}  // namespace upkeep::patch
