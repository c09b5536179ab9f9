// SPDX-License-Identifier: MIT
#include "patch/lifecycle/attested.hpp"

#include "base/letter_case.hpp"
#include "base/text.hpp"
#include "patch/model/keys.hpp"

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

/// Whether a word of [patch.attests] (a key, a short key, one of [patch.keys]) stands for the key.
bool stands_for_key(const config::Patch& config, const std::string& word, const std::string& key) {
  if (word == k_attested_jars || word == key) return word == key;
  const auto own = config.keys.find(word);
  if (own != config.keys.end()) return own->second == key;
  const auto common = short_field_keys().find(word);
  return common != short_field_keys().end() &&
         std::find(common->second.begin(), common->second.end(), key) != common->second.end();
}

bool attests(const config::Patch& config, const std::vector<std::string>& words,
             const std::string& key) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return stands_for_key(config, word, key); });
}

bool attests(const config::Patch& config, const std::string& item, const std::string& key) {
  return std::any_of(config.attests.begin(), config.attests.end(), [&](const auto& one) {
    return same_ignoring_case(trim(one.first), trim(item)) && attests(config, one.second, key);
  });
}

Values sorted(Values values) {
  std::sort(values.begin(), values.end());
  return values;
}

bool same_values(const Value& one, const Value& other) {
  return sorted(change_values(one)) == sorted(change_values(other));
}

/// The values that keys had after `tick`, as far as they have changed since.
std::map<std::string, Value> values_at(const std::vector<Event>& events, std::uint64_t tick) {
  std::map<std::string, Value> values;
  for (const Event& event : events) {
    if (event.id <= tick || event.kind == EventKind::record) continue;
    for (const Change& one : event.changes) values.emplace(one.key, one.from);
  }
  return values;
}

void take_back(JarDigests& jars, const Event& event) {
  for (const Change& one : event.changes) {
    if (one.from.is_null()) {
      jars.erase(one.key);
    } else {
      jars[one.key] = to_text(one.from);
    }
  }
}

/// The jars that were recorded at `tick`, or that were recorded first after it. An import does not
/// say which jars it replaced.
JarDigests jars_at(const std::vector<Event>& events, std::uint64_t tick, const JarDigests& now) {
  JarDigests jars = now, attested = now;
  for (auto event = events.rbegin(); event != events.rend() && event->id > tick; ++event) {
    const bool imported = event->kind == EventKind::import &&
                          std::any_of(event->changes.begin(), event->changes.end(),
                                      [](const Change& one) { return one.key == k_attested_jars; });
    if (imported) break;
    if (event->kind != EventKind::record) continue;
    take_back(jars, *event);
    if (!jars.empty()) attested = jars;
  }
  return attested;
}

}  // namespace

JarDigests digests_of(const std::vector<Jar>& jars) {
  JarDigests digests;
  for (const Jar& jar : jars) digests[jar.name] = jar.sha256;
  return digests;
}

std::map<std::string, std::string> attested_changes(const config::Patch& config,
                                                    const ContentChange& change) {
  std::map<std::string, std::string> found;
  const auto take = [&](const std::string& key) {
    for (const auto& [item, words] : config.attests) {
      if (attests(config, words, key)) found.emplace(key, item);
    }
  };
  for (const Change& one : change.fields) {
    if (!same_values(one.from, one.to)) take(one.key);
  }
  const auto& before = change.jars_before;
  if (before && !before->empty() && before != change.jars_after) take(std::string(k_attested_jars));
  return found;
}

std::vector<StaleTick> stale_ticks(const config::Patch& config, const std::vector<Event>& events,
                                   const ContentChange& change) {
  std::vector<StaleTick> stale;
  const auto changed = attested_changes(config, change);
  if (changed.empty()) return stale;
  const auto judge = [&](const Progress& progress, const std::string& state) {
    for (const auto& [item, tick] : progress.ticks) {
      StaleTick found{item, tick.by, tick.at, state, {}};
      const auto before = values_at(events, tick.event);
      for (const Change& one : change.fields) {
        if (!changed.contains(one.key) || !attests(config, item, one.key)) continue;
        const auto at_tick = before.find(one.key);
        const Value& attested = at_tick == before.end() ? one.from : at_tick->second;
        if (!same_values(attested, one.to)) found.keys.push_back(one.key);
      }
      const std::string jars(k_attested_jars);
      if (changed.contains(jars) && attests(config, item, jars) &&
          jars_at(events, tick.event, *change.jars_before) != *change.jars_after) {
        found.keys.push_back(jars);
      }
      if (!found.keys.empty()) stale.push_back(std::move(found));
    }
  };
  const Replay walk = replay(events);
  judge(walk.progress(), "");
  for (const Replay::Move& move : walk.moves()) {
    if (!move.stays()) judge(move.progress, move.from);
  }
  return stale;
}

std::vector<StaleTick> stale_ticks(const config::Patch& config, const Progress& progress,
                                   const std::vector<Event>& events, const Document& fields,
                                   const JarDigests& jars) {
  std::vector<StaleTick> stale;
  const std::string jars_word(k_attested_jars);
  for (const auto& [item, tick] : progress.ticks) {
    StaleTick found{item, tick.by, tick.at, {}, {}};
    for (const auto& [key, at_tick] : values_at(events, tick.event)) {
      if (!attests(config, item, key)) continue;
      Values now = values_in(fields, key);
      if (sorted(change_values(at_tick)) != sorted(now)) found.keys.push_back(key);
    }
    if (attests(config, item, jars_word) && jars_at(events, tick.event, jars) != jars) {
      found.keys.push_back(jars_word);
    }
    if (!found.keys.empty()) stale.push_back(std::move(found));
  }
  return stale;
}

}  // namespace upkeep::patch::lifecycle
