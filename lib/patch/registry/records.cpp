// SPDX-License-Identifier: MIT
#include "patch/registry/records.hpp"

#include "base/text.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

namespace upkeep::patch {

namespace {

bool holds_several(const ArtifactType& type, const std::string& key) {
  const Field* field = type.find(key);
  return field != nullptr && field->unbounded;
}

Value value_of(const Patch& patch, const ArtifactType& type, const std::string& key) {
  const auto found = patch.fields.find(key);
  if (found == patch.fields.end()) return {};
  return field_value(found->second, holds_several(type, key));
}

using Getter = std::function<Value(const Patch&, const ArtifactType&, const NameRule&)>;

const std::map<std::string, Getter>& getters() {
  const auto field = [](const char* key) {
    return [key](const Patch& p, const ArtifactType& t, const NameRule&) {
      return value_of(p, t, key);
    };
  };
  static const std::map<std::string, Getter> k_getters{
      {"patch", [](auto& p, auto&, auto& names) { return Value(name_of(p, names)); }},
      {"state", [](auto& p, auto&, auto&) { return Value(shown_state_of(p)); }},
      {"lifecycle", [](auto& p, auto&, auto&) { return Value(p.lifecycle); }},
      {"category", [](auto& p, auto&, auto&) { return Value(p.category); }},
      {"platform", [](auto& p, auto&, auto&) { return p.ref ? Value(p.ref->platform) : Value(); }},
      {"number", [](auto& p, auto&, auto&) { return p.ref ? Value(p.ref->number) : Value(); }},
      {"created_at", [](auto& p, auto&, auto&) { return Value(p.created_at); }},
      {"created_by", [](auto& p, auto&, auto&) { return Value(p.created_by); }},
      {"released_at", [](auto& p, auto&, auto&) { return Value(p.released_at); }},
      {"queue",
       [](auto& p, auto&, auto&) { return p.queue ? Value(queue_id(*p.queue)) : Value(); }},
      {"products", field("overview_products")},
      {"developer", field("peopleInvolved_developedby")},
      {"qa", field("peopleInvolved_qaedby")},
      {"client", field("overview_client")},
      {"priority", field(k_priority_key)},
      {"links", [](auto& p, auto&, auto& names) { return Value(links_list(p, names)); }},
      {"stay", [](auto& p, auto&, auto&) { return Value(stay_of(p)); }},
  };
  return k_getters;
}

/// Whether it is a date that was set because a state was entered.
bool is_date_of_state(const Event& event, const Change& change) {
  if (event.kind == EventKind::move || event.kind == EventKind::undo) {
    return &change != &event.changes.front();
  }
  const bool attaches = event.kind == EventKind::attach;
  return attaches && change.key != "lifecycle" && change.key != "state" &&
         change.key != "lifecycle_version" && change.key != k_renamed_state;
}

bool is_link(const Change& change) {
  const auto& types = link_types();
  return std::find(types.begin(), types.end(), change.key) != types.end();
}

}  // namespace

Value shown_value(const Change& change, const Value& value, const NameRule& names) {
  const auto ref = is_link(change) ? parse_ref(to_text(value)) : std::nullopt;
  return ref ? Value(names.format(*ref)) : value;
}

std::string name_of(const Patch& patch, const NameRule& names) {
  return patch.ref ? names.format(*patch.ref) : queue_id(patch.queue.value_or(0));
}

const std::vector<std::string>& list_columns() {
  static const std::vector<std::string> k_columns{
      "patch",     "state", "category",   "platform",    "number", "products",
      "developer", "qa",    "created_at", "released_at", "stay"};
  return k_columns;
}

std::vector<std::string> all_list_columns(const ArtifactType& type) {
  std::vector<std::string> columns = list_columns();
  for (const char* more : {"lifecycle", "created_by", "queue", "client", "priority", "links"}) {
    columns.emplace_back(more);
  }
  for (const std::string& key : type.keys()) columns.push_back(key);
  return columns;
}

Record list_record(const Patch& patch, const std::vector<std::string>& columns,
                   const ArtifactType& type, const NameRule& names,
                   const std::vector<std::string>& wanted) {
  Record record;
  record.reserve(columns.size());
  for (const std::string& column : columns) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), column) == wanted.end()) {
      record.emplace_back();
      continue;
    }
    const auto getter = getters().find(column);
    record.push_back(getter != getters().end() ? getter->second(patch, type, names)
                                               : value_of(patch, type, column));
  }
  return record;
}

const std::vector<std::string>& show_columns() {
  static const std::vector<std::string> k_columns{
      "patch",      "platform",   "number",      "category", "state",  "lifecycle",
      "created_at", "created_by", "released_at", "queue",    "fields", "links"};
  return k_columns;
}

ValueObject fields_object(const Patch& patch, const ArtifactType& type) {
  ValueObject object;
  for (const Field& field : type.fields()) {
    const auto found = patch.fields.find(field.key);
    if (found == patch.fields.end()) continue;
    object.emplace_back(field.key, field_value(found->second, field.unbounded));
  }
  for (const auto& [key, values] : patch.fields) {
    if (type.find(key) == nullptr) object.emplace_back(key, field_value(values, false));
  }
  return object;
}

ValueList links_list(const Patch& patch, const NameRule& names) {
  ValueList list;
  for (const Link& link : patch.links) {
    list.emplace_back(ValueObject{{"type", link.type}, {"patch", names.format(link.target)}});
  }
  return list;
}

Record show_record(const Patch& patch, const ArtifactType& type, const NameRule& names) {
  Record record;
  for (const std::string& column : show_columns()) {
    if (column == "fields") {
      record.emplace_back(fields_object(patch, type));
    } else {
      record.push_back(getters().at(column)(patch, type, names));
    }
  }
  if (!patch.ref) {  // a request
    record[6] = patch.requested_at;
    record[7] = patch.requested_by;
  }
  return record;
}

const std::vector<std::string>& history_columns() {
  static const std::vector<std::string> k_columns{"patch",  "at",     "actor",     "action", "key",
                                                  "from",   "to",     "comment",   "event",  "via",
                                                  "time_s", "inputs", "worked_on", "revokes"};
  return k_columns;
}

std::vector<Record> history_records(const Event& event, const std::string& name,
                                    const NameRule& names) {
  std::vector<Record> records;
  const auto add = [&](const std::string& action, const Value& key, const Value& from,
                       const Value& to) {
    std::optional<std::string> comment;
    if (!event.comment.empty()) comment = event.comment;
    Record record{name, event.at, event.actor, action, key, from, to, comment, event.id, event.via};
    if (records.empty()) {  // at least one per event, so that its time can be summed
      record.insert(record.end(),
                    {event.time, json_value(event.inputs), event.worked_on, event.revokes});
    } else {
      record.resize(history_columns().size());
    }
    records.push_back(std::move(record));
  };
  const bool create = event.kind == EventKind::create;
  if (create || event.changes.empty()) add(event.action, {}, {}, {});
  for (const Change& change : event.changes) {
    // A new patch gets its lifecycle in the same event.
    if (create && change.key == "lifecycle") continue;
    if (create && change.key == "state") {
      add(std::string(action_of(EventKind::attach)), {}, change.from, change.to);
      continue;
    }
    EventKind kind = event.kind;
    if (create && is_link(change)) kind = EventKind::link;
    if (is_date_of_state(event, change)) kind = EventKind::edit;
    add(kind == event.kind ? event.action : std::string(action_of(kind)),
        change.key.empty() ? Value() : Value(change.key), shown_value(change, change.from, names),
        shown_value(change, change.to, names));
  }
  return records;
}

const std::vector<std::string>& queue_columns() {
  static const std::vector<std::string> k_columns{"queue",  "state",   "priority", "product",
                                                  "client", "summary", "age_s",    "patch"};
  return k_columns;
}

std::string summary_of(const Patch& patch) {
  const std::string description = first_value(patch.fields, "overview_description");
  return description.substr(0, description.find('\n'));
}

Record queue_record(const Patch& request, std::chrono::seconds age, const NameRule& names) {
  const auto text = [&](const char* key) {
    const auto found = request.fields.find(key);
    return found == request.fields.end() ? Value() : Value(join(found->second, ", "));
  };
  return {queue_id(request.queue.value_or(0)),
          request.queue_state,
          text(k_priority_key),
          text("overview_products"),
          text("overview_client"),
          null_if_empty(summary_of(request)),
          age,
          request.ref ? Value(names.format(*request.ref)) : Value()};
}

const std::vector<std::string>& field_columns() {
  static const std::vector<std::string> k_columns{"key",      "table",    "name",      "type",
                                                  "required", "readonly", "unbounded", "values",
                                                  "validate", "default"};
  return k_columns;
}

Record field_record(const Field& field) {
  const auto maybe = [](const std::string& text) { return text.empty() ? Value() : Value(text); };
  return {field.key,
          maybe(field.table),
          field.name,
          to_string(field.type),
          field.required,
          field.readonly,
          field.unbounded,
          ValueList(field.values.begin(), field.values.end()),
          maybe(field.validate),
          maybe(field.default_value)};
}

}  // namespace upkeep::patch
