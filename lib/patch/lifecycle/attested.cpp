// SPDX-License-Identifier: MIT
#include "patch/lifecycle/attested.hpp"

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
    return lower(trim(one.first)) == lower(trim(item)) && attests(config, one.second, key);
  });
}

bool same_values(const Value& one, const Value& other) {
  Values a = change_values(one), b = change_values(other);
  std::sort(a.begin(), a.end());
  std::sort(b.begin(), b.end());
  return a == b;
}

/// The value that a field had after `tick`.
Value value_at(const std::vector<Event>& events, std::uint64_t tick, const Change& change) {
  for (const Event& event : events) {
    if (event.id <= tick) continue;
    for (const Change& one : event.changes) {
      if (one.key == change.key && event.kind != EventKind::record) return one.from;
    }
  }
  return change.from;
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
      for (const Change& one : change.fields) {
        if (!changed.contains(one.key) || !attests(config, item, one.key)) continue;
        if (!same_values(value_at(events, tick.event, one), one.to)) found.keys.push_back(one.key);
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

}  // namespace upkeep::patch::lifecycle
