// SPDX-License-Identifier: MIT
#include "patch/registry/registry.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/lifecycle/state_dates.hpp"
#include "patch/model/keys.hpp"
#include "patch/store/lifecycle_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

/// Fields that a port does not copy from its source because they belong to the source's own
/// history.
bool is_ported(const Field& field) {
  static const std::set<std::string> k_own{k_name_key,
                                           k_platform_key,
                                           k_category_key,
                                           "patchInformation_md5",
                                           "patchInformation_revision",
                                           "patchInformation_location"};
  return !k_own.contains(field.key) && !field.key.starts_with("dates_") &&
         !field.key.starts_with("testInformation_") && !field.key.starts_with("peopleInvolved_qa");
}

}  // namespace

Registry::Registry(db::Connection& connection, const config::Patch& config, Actor actor,
                   ParsedTypes* parsed)
    : m_connection(connection),
      m_config(config),
      m_events(connection, config, std::move(actor)),
      m_patches(connection),
      m_numbers(connection),
      m_names(config.name),
      m_rules(connection, config, parsed),
      m_guard(connection, m_names, config),
      m_fields(connection, m_rules, m_names, m_guard, m_events, m_patches),
      m_links(connection),
      m_link_editor(connection, m_names, m_events, m_patches, m_links),
      m_voider(connection, m_names, m_guard, m_events, m_patches) {}

Document Registry::draft(const NewRequest& wanted) {
  Document document;
  (void)m_rules.apply(wanted.fields, document, FieldRules::Subject::made);
  if (const std::string platform = first_value(document, k_platform_key); !platform.empty()) {
    check_platform(platform);
  }
  return document;
}

Document Registry::draft(const NewPatch& wanted) {
  (void)lifecycle_for(wanted.lifecycle);
  const Origin origin = origin_of(wanted);
  Document fields = initial_fields(wanted, origin);
  (void)categorize(wanted, origin, fields);
  const bool keeps_platform = type().find(k_platform_key) != nullptr;
  if (keeps_platform && !wanted.platform.empty()) fields[k_platform_key] = {wanted.platform};
  return fields;
}

Patch Registry::request(const NewRequest& wanted, bool dry_run) {
  Document document = draft(wanted);
  Patch request;
  request.queue_state = "open";
  request.requested_by = m_events.actor().name;
  const std::string category = first_value(document, k_category_key);
  if (!category.empty()) request.category = category;
  request.fields = std::move(document);
  const auto work = [&] {
    const NumberSequence::Drawn drawn = m_numbers.draw("");
    request.queue = drawn.number;
    // Now that others who draw from the queue wait: two of them cannot miss each other.
    if (wanted.unique) {
      Duplicates found = duplicates({.fields = request.fields});
      if (!found.named.empty()) {
        throw NotUnique(std::move(found), m_names, "the request was not queued");
      }
    }
    request.requested_at = iso_time(drawn.now);
    const NewEvent event{.at = drawn.now,
                         .kind = EventKind::request,
                         .changes = {{"queue", {}, "open"}},
                         .comment = wanted.why};
    request.history_hash = m_events.hash_of(event, chain_start(request.queue, std::nullopt));
    m_patches.insert({&request});
    (void)m_events.write(event, *request.history_hash);
  };
  m_events.act(work, dry_run);
  return request;
}

Patch Registry::locked_request(std::uint32_t queue) {
  auto request = find_patch(m_connection, {std::nullopt, queue}, true);
  if (request) return std::move(*request);
  throw Error(ExitStatus::partial, fmt::format("there is no request {}", queue_id(queue)),
              "'pmt-patch queue --all' lists them");
}

Patch Registry::open_request(std::uint32_t queue) {
  Patch request = locked_request(queue);
  const std::string id = queue_id(queue);
  if (request.queue_state == "declined") {
    throw Error(ExitStatus::no, fmt::format("{} was declined", id),
                fmt::format("'pmt-patch history {}' shows why", id));
  }
  if (request.ref) {
    throw Error(ExitStatus::no, fmt::format("{} is already {}", id, m_names.format(*request.ref)));
  }
  return request;
}

Patch Registry::decline_within(std::uint32_t queue, const std::string& why) {
  Patch request = open_request(queue);
  m_patches.write_queue_state(request.id, "declined");
  (void)m_events.append(request, {.at = sql_now(m_connection),
                                  .kind = EventKind::decline,
                                  .changes = {{"queue", "open", "declined"}},
                                  .comment = why});
  request.queue_state = "declined";
  return request;
}

Patch Registry::reopen_within(std::uint32_t queue, const std::string& why) {
  Patch request = locked_request(queue);
  const std::string id = queue_id(queue);
  if (request.ref) {
    throw Error(ExitStatus::no, fmt::format("{} is {}", id, m_names.format(*request.ref)));
  }
  if (request.queue_state != "declined") {
    throw Error(ExitStatus::no, fmt::format("{} is open", id));
  }
  m_patches.write_queue_state(request.id, "open");
  (void)m_events.append(request, {.at = sql_now(m_connection),
                                  .kind = EventKind::reopen,
                                  .changes = {{"queue", "declined", "open"}},
                                  .comment = why});
  request.queue_state = "open";
  return request;
}

std::optional<Registry::Attached> Registry::lifecycle_for(const std::string& wanted) {
  std::string name = wanted.empty() ? m_config.lifecycle : wanted;
  if (name.empty()) return std::nullopt;
  name = lifecycle::Library(m_connection).called(name);
  LifecycleStore store(m_connection);
  if (const auto newest = store.newest(name)) {
    return Attached{.lifecycle = name, .state = newest->initial_state, .version = newest->version};
  }
  // A registry that never had a lifecycle is used without one.
  const std::vector<std::string> loaded = store.names();
  if (wanted.empty() && loaded.empty()) return std::nullopt;
  throw ConfigError(fmt::format("the lifecycle '{}' is not loaded", printable(name)),
                    did_you_mean(name, loaded, "load it with 'pmt-lifecycle load'"));
}

Registry::Origin Registry::origin_of(const NewPatch& wanted, bool lock) {
  Origin origin;
  // Rows of patches are locked by id, as everywhere.
  const auto read_source = [&] {
    origin.source = required_patch(m_connection, m_names, *wanted.ported_from, lock);
    refuse_void(*origin.source, m_names);
  };
  bool source_first = false;
  if (lock && wanted.from && wanted.ported_from) {
    const auto request = find_patch(m_connection, {std::nullopt, *wanted.from});
    const auto source = find_patch(m_connection, {*wanted.ported_from, std::nullopt});
    source_first = request && source && source->id < request->id;
  }
  if (source_first) read_source();
  if (wanted.from) origin.request = open_request(*wanted.from);
  if (wanted.ported_from && !source_first) read_source();
  return origin;
}

Document Registry::given(const NewPatch& wanted) {
  return given_by(origin_of(wanted));
}

Document Registry::given_by(const Origin& origin) {
  Document fields;
  if (origin.source) {
    for (const auto& [key, values] : origin.source->fields) {
      const Field* field = type().find(key);
      if (field != nullptr && is_ported(*field)) fields[key] = values;
    }
  }
  if (origin.request) {
    for (const auto& [key, values] : origin.request->fields) fields[key] = values;
  }
  return fields;
}

/// @throws Conflict naming a field that the request or the source no longer gives as it was seen
void Registry::refuse_changed(const NewPatch& wanted, const Origin& origin) {
  if (!wanted.seen) return;
  const Document now = given_by(origin);
  std::set<std::string> keys;
  for (const Document* fields : {&*wanted.seen, &now}) {
    for (const auto& one : *fields) keys.insert(one.first);
  }
  for (const std::string& key : keys) {
    const Values before = values_in(*wanted.seen, key), after = values_in(now, key);
    if (before == after) continue;
    const bool of_request =
        origin.request && (!origin.source || origin.request->fields.contains(key));
    const Patch& changed = of_request ? *origin.request : *origin.source;
    FieldConflict conflict{.key = key, .was = before, .now = after};
    name_changer(conflict, events_of(m_connection, changed.id));
    throw Conflict(
        fmt::format("{}: {} was concurrently changed from {} to {}; no patch was created",
                    of_request ? queue_id(*changed.queue) : m_names.format(*changed.ref), key,
                    shown_values(before), shown_values(after)),
        "look at it and try again", changed.id, {std::move(conflict)});
  }
}

Document Registry::initial_fields(const NewPatch& wanted, const Origin& origin) {
  Document fields = given_by(origin);
  (void)m_rules.apply(wanted.fields, fields, FieldRules::Subject::made);
  for (const Field& field : type().fields()) {
    if (field.default_value.empty() || fields.contains(field.key)) continue;
    fields[field.key] = {type().checked(field, field.default_value)};
  }
  return fields;
}

std::string Registry::categorize(const NewPatch& wanted, const Origin& origin, Document& fields) {
  std::string category = wanted.category;
  if (category.empty()) category = first_value(fields, k_category_key);
  if (category.empty()) category = origin.source ? "ported" : "normal";
  if (const Field* field = type().find(k_category_key)) {
    category = checked(*field, category);
    fields[k_category_key] = {category};
  }
  return category;
}

NewEvent Registry::creation_of(const Origin& origin, const std::optional<Attached>& attached) {
  NewEvent event{.kind = EventKind::create};
  if (origin.source) event.changes.push_back({"ported-from", {}, to_string(*origin.source->ref)});
  if (origin.request) {
    event.patch = origin.request->id;
    event.changes.push_back({"queue", {}, queue_id(*origin.request->queue)});
  }
  if (attached) {
    event.changes.push_back({"lifecycle", {}, attached->lifecycle});
    event.changes.push_back({"state", {}, attached->state});
  }
  return event;
}

void Registry::store(const Patch& made, const std::optional<Patch>& request) {
  if (request) {
    m_patches.promote(made);
    for (const Link& link : made.links) (void)m_links.add(made.id, link);  // behind its own
  } else {
    m_patches.insert({&made});
    m_links.insert_of_last(made.links);
  }
}

Duplicates Registry::duplicates(const Newcomer& newcomer) {
  return duplicates_of(m_connection, newcomer, {type(), m_config, m_names});
}

Patch Registry::write_new(const NewPatch& wanted, const std::optional<Attached>& attached) {
  if (wanted.unique) m_numbers.lock_queue();  // first: later reads see what others committed
  if (wanted.ported_from && !wanted.platform.empty()) {
    check_platform(wanted.platform);
    m_numbers.raise({{wanted.platform, 0}});  // locked before rows of patches, as everywhere
  }
  const Origin origin = origin_of(wanted, true);
  refuse_changed(wanted, origin);
  Document fields = initial_fields(wanted, origin);
  PatchRef ref{wanted.platform.empty() ? first_value(fields, k_platform_key) : wanted.platform, 0};
  if (ref.platform.empty()) {
    throw UsageError("a patch needs a platform", "name it with --platform, like 4.4.0");
  }
  check_platform(ref.platform);
  Patch made;
  made.category = categorize(wanted, origin, fields);
  if (type().find(k_platform_key) != nullptr) fields[k_platform_key] = {ref.platform};
  const bool named = type().find(k_name_key) != nullptr && !fields.contains(k_name_key);
  if (named) fields[k_name_key] = {m_names.format({ref.platform, 1})};  // for check_required
  std::vector<Change> dates;
  if (attached) {
    dates = lifecycle::dates_on_entering(m_config, type(), attached->state, fields,
                                         sql_now(m_connection));
  }
  lifecycle::apply_changes(dates, fields);
  type().check_required(fields);
  if (wanted.unique) {
    Duplicates found = duplicates({fields, ref, wanted.from, wanted.ported_from});
    if (!found.named.empty()) {
      throw NotUnique(std::move(found), m_names, "the patch was not created");
    }
  }

  const NumberSequence::Drawn drawn = m_numbers.draw(ref.platform);
  ref.number = drawn.number;
  if (named) fields[k_name_key] = {m_names.format(ref)};
  NewEvent event = creation_of(origin, attached);
  event.at = drawn.now;
  event.comment = wanted.why;
  made.id = event.patch.value_or(0);
  made.ref = ref;
  made.created_at = iso_time(drawn.now);
  made.created_by = m_events.actor().name;
  made.released_at = iso_time(sql_time(first_value(fields, k_released_key)));
  if (attached) {
    made.lifecycle = attached->lifecycle;
    made.lifecycle_version = attached->version;
    made.state = attached->state;
    made.state_since = made.created_at;
  }
  if (origin.source) made.links.push_back({"ported-from", *origin.source->ref});
  made.fields = std::move(fields);
  made.history_hash = m_events.hash_of(
      event, origin.request ? chain_end(*origin.request) : chain_start(std::nullopt, ref));
  store(made, origin.request);
  (void)m_events.write(event, *made.history_hash);
  return made;
}

Patch Registry::create(const NewPatch& wanted, bool dry_run) {
  (void)type();  // read outside of the transaction
  const auto attached = lifecycle_for(wanted.lifecycle);
  Patch made;
  m_events.act([&] { made = write_new(wanted, attached); }, dry_run);
  return made;
}

PatchRef Registry::create_within(const NewPatch& wanted) {
  return *write_new(wanted, lifecycle_for(wanted.lifecycle)).ref;
}

void Registry::comment(std::uint64_t patch, const std::string& text, bool dry_run) {
  if (trim(text).empty()) throw UsageError("a comment needs a text");
  const auto work = [&] {
    Patch now = locked_patch(m_connection, patch);
    (void)m_events.append(
        now, {.at = sql_now(m_connection), .kind = EventKind::comment, .comment = text});
  };
  m_events.act(work, dry_run);
}

}  // namespace upkeep::patch
