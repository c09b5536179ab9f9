// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/resource_drafts.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "patch/exchange/governance/history_reader.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

// Headers of what is not a field; keys of fields do not contain a blank.
constexpr const char* k_patch_name = "the name";
constexpr const char* k_patch_state = "the state";
constexpr const char* k_patch_lifecycle = "the lifecycle";
constexpr const char* k_created_at = "the creation";
constexpr const char* k_created_by = "the creator";
constexpr const char* k_via = "governance registry";

std::string first_of(const ResourceDrafts::Fields& fields, std::string_view key) {
  for (const auto& [name, value] : fields) {
    if (name == key) return value;
  }
  return {};
}

/// Everything of a resource that its draft depends on.
std::string canonical(const RegistryResource& resource) {
  std::string text = resource.history.value_or("") + "\n" + resource.created + resource.creator;
  for (const auto& [name, value] : resource.properties)
    text.append(name).append("=").append(value).append("\n");
  for (const RegistryComment& one : resource.comments) {
    text += one.user + " " + one.at + " " + one.text + "\n";
  }
  for (const RegistryAssociation& one : resource.associations) {
    text += one.type + " " + one.target + "\n";
  }
  return text;
}

/// The state that the last event entered; empty: none did.
std::string last_state(const std::vector<Event>& events) {
  std::string state;
  for (const Event& event : events) {
    if (event.kind == EventKind::move) state = to_text(event.changes.front().to);
    if (event.kind != EventKind::attach) continue;
    for (const Change& one : event.changes) {
      if (one.key == "state") state = to_text(one.to);
    }
  }
  return state;
}

Event own_event(EventKind kind, std::vector<Change> changes, std::string comment) {
  Event event;  // its time is that of the import
  event.kind = kind;
  event.changes = std::move(changes);
  event.comment = std::move(comment);
  return event;
}

}  // namespace

Draft ResourceDrafts::make(const RegistryResource& resource, const Fields& fields, Losses& losses) {
  const LifecycleProperties read = read_lifecycles(resource.properties);
  Losses own;
  Draft draft = of_fields(resource, fields, read.lifecycle, own);
  const bool has_lifecycle = draft.patch.lifecycle && draft.patch.state && read.lifecycle;
  draft.has_history = draft.keeps_history = true;
  if (has_lifecycle) add_history(draft, resource, *read.lifecycle, own);
  if (!has_lifecycle && resource.history) {
    own.add("histories of patches without a lifecycle", resource.name());
  }
  add_comments(draft, resource);
  for (Event& event : draft.events) event.via = k_via;
  draft.own_events =
      static_cast<std::size_t>(std::count_if(draft.events.begin(), draft.events.end(),
                                             [](const Event& event) { return !event.at.empty(); }));
  draft.events.push_back(own_event(EventKind::import, {}, m_rules.file));
  if (has_lifecycle) {
    add_import(draft, own);
    add_progress(draft, *read.lifecycle, own);
    date_state(draft, *read.lifecycle, own);
  }
  add_links(draft, resource, own);
  count_rest(resource, read, fields, own);
  draft.hash = fingerprint(draft.hash + canonical(resource));
  DraftChecks::check_sizes(draft);
  losses.add(own);
  return draft;
}

/// The draft without its history.
Draft ResourceDrafts::of_fields(const RegistryResource& resource, const Fields& fields,
                                const std::optional<RegistryLifecycle>& lifecycle, Losses& losses) {
  ImportMap map = m_rules.map;
  std::vector<std::string> headers, cells;
  const auto add = [&](const std::string& header, const std::string& value) {
    headers.push_back(header);
    cells.push_back(value);
  };
  const auto add_member = [&](const char* header, const char* target, const std::string& value) {
    map.columns[header] = target;
    if (!value.empty()) add(header, value);
  };
  const std::string named = first_of(fields, k_name_key);
  const bool usable = m_registry.names().parse(named).has_value();
  add_member(k_patch_name, "patch", usable ? named : resource.name());
  for (const auto& [key, value] : fields) {
    if (!map.columns.contains(key)) {
      if (m_registry.type().find(key) == nullptr) {
        const std::string what =
            fmt::format("values of the field '{}', which the artifact type does not have", key);
        if (!trim_blanks(value).empty()) losses.add(what, resource.name());
        continue;
      }
      map.columns[key] = key;
    }
    add(key, value);
  }
  add_member(k_created_at, "created_at", resource.created);
  add_member(k_created_by, "created_by", resource.creator);
  if (lifecycle) {
    add_member(k_patch_lifecycle, "lifecycle", lifecycle->name);
    add_member(k_patch_state, "state", lifecycle->state);
  }
  Draft draft = m_maker.rows().of_row(headers, cells, map);
  count_blank(draft, fields, map, losses);
  return draft;
}

/// Values that the map regards as blank: by its `blank`, or as dates that are not dates.
void ResourceDrafts::count_blank(const Draft& draft, const Fields& fields, const ImportMap& map,
                                 Losses& losses) const {
  const auto& blank = map.blank;
  for (const auto& [key, value] : fields) {
    const auto column = map.columns.find(key);
    if (column == map.columns.end() || column->second.empty() || trim_blanks(value).empty()) {
      continue;
    }
    const bool listed = std::find(blank.begin(), blank.end(), value) != blank.end();
    const bool unread = map.blank_unreadable_dates &&
                        is_date_target(m_registry.type(), column->second) &&
                        !draft.patch.fields.contains(column->second);
    if (!listed && !unread) continue;
    losses.add(fmt::format("values of the field '{}' that the map regards as blank", key),
               m_registry.names().format(*draft.patch.ref));
  }
}

/// [values.created_by] of the map translates every user.
std::string ResourceDrafts::person(const std::string& user) const {
  const std::string* translated = m_rules.map.translated("created_by", user);
  return translated == nullptr ? user : *translated;
}

const lifecycle::State* ResourceDrafts::state_of(const Patch& patch) const {
  return m_library.get(*patch.lifecycle, *patch.lifecycle_version).find(*patch.state);
}

/// A state of a history, in the spelling of the patch's lifecycle if that has it.
std::string ResourceDrafts::state(const Draft& draft, const std::string& name) const {
  std::string shown = lifecycle::shown_state(name);
  for (const std::string* word : {&name, static_cast<const std::string*>(&shown)}) {
    if (const std::string* translated = m_rules.map.translated("state", *word)) {
      shown = *translated;
      break;
    }
  }
  const Patch& patch = draft.patch;
  const auto& definition = m_library.get(*patch.lifecycle, *patch.lifecycle_version);
  const lifecycle::State* found = definition.find(shown);
  return found == nullptr ? shown : found->name;
}

void ResourceDrafts::add_history(Draft& draft, const RegistryResource& resource,
                                 const RegistryLifecycle& lifecycle, Losses& losses) const {
  if (!resource.history) {
    losses.add("histories, which the source does not have", resource.name());
    return;
  }
  const HistoryWords words{*draft.patch.lifecycle, lifecycle.name, m_rules.zone,
                           [&](const std::string& name) { return state(draft, name); },
                           [&](const std::string& user) { return person(user); }};
  draft.events = read_history(*resource.history, "its history", words, resource.name(), losses);
}

void ResourceDrafts::add_comments(Draft& draft, const RegistryResource& resource) const {
  for (const RegistryComment& one : resource.comments) {
    if (!is_utf8(one.text) || one.text.find('\0') != std::string::npos) {
      throw DataError("one of its comments is not valid UTF-8");
    }
    Event event = own_event(EventKind::comment, {}, one.text);
    event.at = one.at;
    event.action = action_of(event.kind);
    event.actor = person(one.user);
    draft.events.push_back(std::move(event));
  }
  const auto by_time = [](const Event& a, const Event& b) {
    return a.at.empty() || b.at.empty() ? !a.at.empty() && b.at.empty() : a.at < b.at;
  };
  std::stable_sort(draft.events.begin(), draft.events.end(), by_time);
}

/// The properties say in which state a patch is; its history may lag behind.
void ResourceDrafts::add_import(Draft& draft, Losses& losses) const {
  const Patch& patch = draft.patch;
  const std::string last = last_state(draft.events);
  if (last.empty() || last == *patch.state) return;
  losses.add("transitions to the current state, which the histories do not have",
             m_registry.names().format(*patch.ref));
  draft.events.push_back(
      own_event(EventKind::attach,
                {{"lifecycle", *patch.lifecycle, *patch.lifecycle}, {"state", last, *patch.state}},
                "its state in the governance registry"));
}

/// Ticks and votes of the properties that the history does not explain, and the reverse.
void ResourceDrafts::add_progress(Draft& draft, const RegistryLifecycle& lifecycle,
                                  Losses& losses) const {
  const std::string name = m_registry.names().format(*draft.patch.ref);
  const lifecycle::State* here = state_of(draft.patch);
  const lifecycle::Progress before = lifecycle::replay(draft.events).progress();
  const auto is_item = [&](const std::string& item) {
    return std::any_of(here->items.begin(), here->items.end(),
                       [&](const lifecycle::Item& one) { return one.name == item; });
  };
  for (const std::string& item : lifecycle.ticks) {
    if (!is_item(item)) {
      losses.add(
          fmt::format("ticks of '{}', which is not an item of the state '{}'", item, here->name),
          name);
    } else if (!before.ticks.contains(item)) {
      draft.events.push_back(
          own_event(EventKind::tick, {{item, false, true}},
                    "ticked in the governance registry; by whom and when is unknown"));
    }
  }
  for (const auto& [item, tick] : before.ticks) {
    if (!lifecycle.has_items || lifecycle.ticks.contains(item)) continue;
    draft.events.push_back(own_event(EventKind::untick, {{item, true, false}},
                                     "not ticked in the governance registry"));
  }
  if (!lifecycle.has_votes) return;
  for (const auto& [event, users] : lifecycle.votes) {
    const bool known = std::any_of(here->approvals.begin(), here->approvals.end(),
                                   [&, of = event](const auto& one) { return one.event == of; });
    if (!known) {
      losses.add(
          fmt::format("votes for '{}', for which the state '{}' takes none", event, here->name),
          name, users.size());
      continue;
    }
    const auto cast = before.votes.find(event);
    for (const std::string& user : users) {
      const std::string voter = person(user);
      const bool counted =
          cast != before.votes.end() &&
          std::find(cast->second.begin(), cast->second.end(), voter) != cast->second.end();
      if (counted) continue;
      Event vote = own_event(EventKind::vote, {{event, false, true}},
                             "voted in the governance registry; when is unknown");
      vote.actor = voter;
      draft.events.push_back(std::move(vote));
    }
  }
}

void ResourceDrafts::date_state(Draft& draft, const RegistryLifecycle& lifecycle,
                                Losses& losses) const {
  Patch& patch = draft.patch;
  std::string since = lifecycle::replay(draft.events).entered_at();
  if (since.empty()) since = registry_time(lifecycle.since, m_rules.zone);
  if (since.empty()) {
    losses.add("times at which the current state was entered, which the source does not have",
               m_registry.names().format(*patch.ref));
    return;
  }
  patch.state_since = iso_time(sql_time(since));
  const auto& released = m_rules.released;
  const bool is_out = std::find(released.begin(), released.end(), *patch.state) != released.end();
  if (is_out && !patch.released_at) patch.released_at = patch.state_since;
}

void ResourceDrafts::add_links(Draft& draft, const RegistryResource& resource,
                               Losses& losses) const {
  Patch& patch = draft.patch;
  for (const RegistryAssociation& one : resource.associations) {
    const std::string type = lower(one.type) == "depends" ? "requires" : lower(one.type);
    const auto target = m_registry.names().parse(one.target.substr(one.target.rfind('/') + 1));
    const auto& types = link_types();
    const bool known = std::find(types.begin(), types.end(), type) != types.end();
    if (!target || !known || *target == *patch.ref) {
      losses.add(
          target ? fmt::format("associations of the type '{}'", one.type)
                 : fmt::format("associations of the type '{}' to what is not a patch", one.type),
          resource.name());
      continue;
    }
    const Link link{type, *target};
    const bool twice = std::find(patch.links.begin(), patch.links.end(), link) != patch.links.end();
    if (!twice) patch.links.push_back(link);
  }
}

void ResourceDrafts::count_rest(const RegistryResource& resource, const LifecycleProperties& read,
                                const Fields& fields, Losses& losses) {
  const std::string name = resource.name();
  losses.add("tags", name, resource.tags);
  losses.add("ratings", name, resource.ratings);
  losses.add("earlier versions of resources", name, resource.versions);
  losses.add("entries of the activity log", name, resource.log_entries);
  losses.add("descriptions of resources", name, resource.description.empty() ? 0 : 1);
  for (const RegistryLifecycle& one : read.others) {
    losses.add(fmt::format("second lifecycles: '{}' in the state '{}'", one.name, one.state), name);
  }
  for (const auto& [key, value] : read.unread) {
    const bool repeats = std::any_of(fields.begin(), fields.end(),
                                     [&, of = key](const auto& one) { return one.first == of; });
    if (!repeats) losses.add(fmt::format("values of the property '{}'", key), name);
  }
}

}  // namespace upkeep::patch
