// SPDX-License-Identifier: MIT
#include "patch/store/type_change.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

namespace upkeep::patch {

namespace {

/// (key, change) -> finding.
using Findings = std::map<std::pair<std::string, std::string>, TypeChange>;

void note(Findings& findings, const std::string& key, const std::string& change,
          const std::string& detail) {
  TypeChange& found = findings[{key, change}];
  if (found.patches == 0 && found.detail.empty()) found = {key, change, 0, detail};
  ++found.patches;
}

std::string differences(const Field& before, const Field& after) {
  std::vector<std::string> parts;
  const auto add = [&](bool differs, const std::string& text) {
    if (differs) parts.push_back(text);
  };
  const auto flag = [](bool on, const char* name) { return std::string(on ? "" : "not ") + name; };
  add(before.type != after.type,
      fmt::format("{} becomes {}", to_string(before.type), to_string(after.type)));
  add(before.required != after.required, flag(after.required, "required"));
  add(before.readonly != after.readonly, flag(after.readonly, "readonly"));
  add(before.unbounded != after.unbounded, after.unbounded ? "several values" : "one value");
  add(before.values != after.values, "other options");
  add(before.validate != after.validate, "another validate");
  add(before.default_value != after.default_value, "another default");
  return join(parts, ", ");
}

/// The violations of the new type by the fields of one patch.
void examine(const Document& fields, const ArtifactType& before, const ArtifactType& after,
             Findings& findings) {
  for (const auto& [key, values] : fields) {
    const Field* field = after.find(key);
    if (field == nullptr) {
      if (before.find(key) != nullptr) {
        note(findings, key, "removed", "its values are kept and can only be cleared");
      }
      continue;
    }
    if (values.size() > 1 && !field->unbounded) {
      note(findings, key, "several", "patches have several values, the new type allows one");
    }
    for (const std::string& value : values) {
      try {
        (void)after.checked(*field, value);
      } catch (const DataError& error) {
        note(findings, key, "invalid", error.what());
        break;
      }
    }
  }
  for (const Field& field : after.fields()) {
    if (field.required && !fields.contains(field.key)) {
      note(findings, field.key, "required", "required but missing");
    }
  }
}

}  // namespace

std::vector<TypeChange> compare_types(db::Connection& connection, const ArtifactType& before,
                                      const ArtifactType& after) {
  Findings findings;
  for (const Field& field : after.fields()) {
    const Field* old = before.find(field.key);
    if (old == nullptr) {
      findings[{field.key, "added"}] = {field.key, "added", 0, to_string(field.type)};
    } else if (const std::string text = differences(*old, field); !text.empty()) {
      findings[{field.key, "changed"}] = {field.key, "changed", 0, text};
    }
  }
  for (const Field& field : before.fields()) {
    if (after.find(field.key) == nullptr) {
      findings[{field.key, "removed"}] = {field.key, "removed", 0,
                                          "its values are kept and can only be cleared"};
    }
  }
  if (findings.empty()) return {};
  std::int64_t last = 0;
  for (;;) {
    const db::Rows rows = connection.query(
        "SELECT id, fields FROM patch WHERE id > ? ORDER BY id LIMIT 2000", {last});
    if (rows.empty()) break;
    for (const db::Row& row : rows) examine(decode(row.text("fields")), before, after, findings);
    last = rows.back().integer("id");
  }
  std::vector<TypeChange> changes;
  for (auto& [where, change] : findings) changes.push_back(std::move(change));
  return changes;
}

}  // namespace upkeep::patch
