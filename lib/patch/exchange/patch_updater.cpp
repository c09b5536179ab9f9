// SPDX-License-Identifier: MIT
#include "patch/exchange/patch_updater.hpp"

#include "db/error.hpp"
#include "patch/exchange/draft_matcher.hpp"
#include "patch/lifecycle/tick_guard.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace upkeep::patch {

namespace {

using Maybe = std::optional<std::string>;

}  // namespace

/// @returns the changes
std::vector<Change> PatchUpdater::take_fields(const Patch& row, Patch& existing) {
  std::vector<Change> changes;
  for (const auto& [key, values] : row.fields) {
    const Field* field = m_registry.type().find(key);
    const bool unbounded = field != nullptr && field->unbounded;
    Values& before = existing.fields[key];
    if (before == values) continue;
    changes.push_back({key, field_value(before, unbounded), field_value(values, unbounded)});
    before = values;
  }
  return changes;
}

void PatchUpdater::take_links(const Patch& row, Patch& existing, std::vector<Change>& changes) {
  for (const Link& link : row.links) {
    if (std::find(existing.links.begin(), existing.links.end(), link) != existing.links.end()) {
      continue;
    }
    if (m_links.add(existing.id, link)) changes.push_back({link.type, {}, to_string(link.target)});
  }
}

/// @returns the changes, as text: `; category: normal to security`
std::string PatchUpdater::take_members(const Draft& draft, Patch& existing) {
  const Patch& row = draft.patch;
  const std::string of_field = first_value(existing.fields, k_category_key);
  const Maybe own = of_field.empty() && draft.says_category ? row.category : Maybe();
  const Maybe category = !of_field.empty() ? Maybe(of_field) : own ? own : existing.category;
  const std::tuple<const char*, Maybe, Maybe> members[] = {
      {"category", own, existing.category},
      {"created_at", row.created_at, existing.created_at},
      {"created_by", row.created_by, existing.created_by},
      {"requested_at", row.requested_at, existing.requested_at},
      {"requested_by", row.requested_by, existing.requested_by}};
  std::string changes;
  for (const auto& [what, says, before] : members) {
    if (!says || says == before) continue;
    changes += fmt::format("; {}: {} to {}", what, before.value_or("nothing"), *says);
  }
  existing.category = category && category->empty() ? std::nullopt : category;
  const auto take = [](Maybe& member, const Maybe& says) {
    if (says && !says->empty()) member = says;
  };
  take(existing.released_at, row.released_at);
  take(existing.created_at, row.created_at);
  take(existing.created_by, row.created_by);
  take(existing.requested_at, row.requested_at);
  take(existing.requested_by, row.requested_by);
  return changes;
}

void PatchUpdater::update(ImportRow& one, const std::string& now) {
  // Read again under the lock: concurrent changes are kept.
  Patch existing = locked_patch(m_connection, one.id);
  if (existing.voided_at) {
    one.problem = name_of(existing, m_registry.names()) + ": it is void";
    return;
  }
  lifecycle::ContentChange content{.fields = take_fields(one.draft.patch, existing)};
  const auto recorded = one.draft.jars.empty()
                            ? std::vector<Jar>{}
                            : recorded_jars(m_connection, existing.id, Read::current);
  const bool other_jars = !one.draft.jars.empty() && !same_jars(one.draft.jars, recorded);
  if (other_jars) {
    content.jars_before = lifecycle::digests_of(recorded);
    content.jars_after = lifecycle::digests_of(one.draft.jars);
  }
  std::vector<lifecycle::StaleTick> stale;
  try {
    stale = m_registry.guard().check(existing, content, m_events.actor().name, m_why);
  } catch (const db::Error&) {
    throw;
  } catch (const Error& error) {
    one.problem = error.message();
    return;
  }
  one.unticked = lifecycle::cleared_ones(stale).size();
  std::vector<Change> changes = std::move(content.fields);
  take_links(one.draft.patch, existing, changes);
  const bool other_state = !difference_of_state(one.draft, existing).empty();
  std::string comment = m_file + take_members(one.draft, existing);
  existing.import_hash = one.draft.hash;
  if (other_jars) {
    replace_jars(m_connection, existing.id, one.draft.jars, m_events.actor().name, now);
    changes.push_back({"jars", {}, std::ssize(one.draft.jars)});
  }
  if (!m_why.empty()) comment += "; why: " + m_why;
  (void)m_events.write_next(existing, {.at = now,
                                       .kind = EventKind::import,
                                       .changes = changes,
                                       .comment = lifecycle::with_earlier_ticks(comment, stale)});
  lifecycle::TickGuard::clear(m_events, existing, stale, now);
  m_patches.write_imported(existing);
  if (other_state) update_state(one, existing, now);
}

/// Gives a patch the row's lifecycle and state, like `attach --replace`: ticks are reset.
void PatchUpdater::update_state(const ImportRow& one, Patch& before, const std::string& now) {
  const Patch& row = one.draft.patch;
  if (one.draft.is_request && !row.queue_state.empty() && row.queue_state != before.queue_state) {
    m_patches.write_queue_state(one.id, row.queue_state);
    const bool declined = row.queue_state == "declined";
    (void)m_events.append(before, {.at = now,
                                   .kind = declined ? EventKind::decline : EventKind::reopen,
                                   .changes = {{"queue", before.queue_state, row.queue_state}},
                                   .comment = m_file});
  }
  const auto lifecycle = row.lifecycle ? row.lifecycle : before.lifecycle;
  const bool same = lifecycle == before.lifecycle;
  const auto version =
      same && before.lifecycle_version ? before.lifecycle_version : row.lifecycle_version;
  const auto state = row.state ? row.state : before.state;
  if (same && state == before.state) return;
  std::vector<Change> changes;
  if (!same) changes.push_back({"lifecycle", before.lifecycle, lifecycle});
  changes.push_back({"state", before.state, state});
  const std::uint64_t event = m_events.write_next(
      before, {.at = now, .kind = EventKind::attach, .changes = changes, .comment = m_file});
  m_patches.enter(before,
                  {.state = state,
                   .since = now,
                   .event = static_cast<std::int64_t>(event),
                   .stay = static_cast<std::int64_t>(event),
                   .released_at = sql_time(before.released_at)},
                  lifecycle, version);
}

}  // namespace upkeep::patch
