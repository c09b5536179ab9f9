// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "patch/registry/records.hpp"

#include <fmt/format.h>

#include <string_view>

namespace upkeep::patch {

namespace {

class Page {
 public:
  explicit Page(const TextStyle& style) : m_style(style) {}

  void title(const std::string& text) {
    if (!m_out.empty()) m_out += '\n';
    m_out += painted(m_style.color ? Color::bold : Color::none, printable(text)) + "\n";
  }
  /// @param column the name of the column that has such values in records, for their colour
  void row(const std::string& name, const Value& value, std::string_view column = {}) {
    if (value.is_null()) return;
    const auto* list = std::get_if<ValueList>(&value.storage());
    if (list != nullptr) {
      std::string label = name;
      for (const Value& one : *list) {
        lines(label, to_text(one), column);
        label.clear();
      }
    } else {
      lines(name, to_text(value), column);
    }
  }
  [[nodiscard]] std::string when(const std::string& iso) const { return human_time(iso, m_style); }
  [[nodiscard]] std::string text() && { return std::move(m_out); }

 private:
  void lines(std::string name, const std::string& text, std::string_view column) {
    constexpr std::size_t k_label = 26, k_hang = 2, k_least = 20;
    const std::size_t used = k_label + k_hang;
    const std::size_t width = m_style.width > used + k_least ? m_style.width - used : 0;
    const Color color =
        m_style.color && m_style.color_of ? m_style.color_of(column, text) : Color::none;
    for (const std::string& paragraph : split(text, '\n')) {
      for (const std::string& line : wrapped(printable(paragraph), width)) {
        const std::string label = ellipsized(printable(name), k_label - k_hang);
        m_out += std::string(k_hang, ' ') + label +
                 std::string(k_label - display_width(label), ' ') + painted(color, line) + "\n";
        name.clear();
      }
    }
  }
  const TextStyle& m_style;
  std::string m_out;
};

}  // namespace

std::string show_text(const Patch& patch, const ArtifactType& type, const NameRule& names,
                      const std::string& remark, const TextStyle& style) {
  Page page(style);
  page.title(name_of(patch, names));
  if (!patch.ref) page.row("queue", patch.queue_state, "state");
  page.row("state", shown_state_of(patch), "state");
  page.row("", null_if_empty(remark));
  if (patch.voided_at) {
    page.row("void since",
             fmt::format("{} by {}", page.when(*patch.voided_at), patch.voided_by.value_or("?")));
    page.row("state before", patch.state, "state");
  }
  page.row("lifecycle", patch.lifecycle);
  page.row("category", patch.category);
  if (patch.created_at) {
    page.row("created", page.when(*patch.created_at) + " by " + patch.created_by.value_or("?"));
  }
  if (patch.requested_at) {
    page.row("requested",
             fmt::format("{} by {} ({})", page.when(*patch.requested_at),
                         patch.requested_by.value_or("?"), queue_id(patch.queue.value_or(0))));
  }
  if (patch.released_at) page.row("released", page.when(*patch.released_at));
  for (const Link& link : patch.links) page.row(link.type, names.format(link.target));
  std::string table;
  for (const Field& field : type.fields()) {
    const auto found = patch.fields.find(field.key);
    if (found == patch.fields.end()) continue;
    if (field.table != table) page.title(field.table);
    table = field.table;
    page.row(field.caption(), field_value(found->second, field.unbounded));
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
