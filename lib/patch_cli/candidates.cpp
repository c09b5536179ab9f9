// SPDX-License-Identifier: MIT
#include "patch_cli/candidates.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/model/keys.hpp"
#include "patch/query/query.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/choice_store.hpp"
#include "patch/store/lifecycle_store.hpp"
#include "patch/store/number_sequence.hpp"
#include "patch/store/sql_text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace upkeep::patch_cli {

namespace {

using cli::Candidate;
using cli::WantedValue;
using Candidates = std::vector<Candidate>;

constexpr std::size_t k_most_patches = 100;
constexpr std::size_t k_longest_value = 80;  // longer ones are prose

void add(Candidates& all, Candidates more) {
  std::move(more.begin(), more.end(), std::back_inserter(all));
}

Candidates plain(const std::vector<std::string>& values, const std::string& start = {}) {
  Candidates found;
  for (const std::string& one : values) {
    if (one.size() <= k_longest_value) found.push_back({start + one});
  }
  return found;
}

/// A LIKE pattern for texts that begin like this; `_` and `%` are checked again afterwards.
std::string beginning(const std::string& text) {
  return patch::sql_text(text + "%");
}

/// The newest patches whose names begin as typed: in full, or in short as `4.4.0-1`.
Candidates patches(Session& session, const std::string& typed, bool void_ones) {
  const bool in_short = !typed.empty() && typed.front() >= '0' && typed.front() <= '9';
  patch::SelectorSql selected = session.select({});
  selected.order = {{"p.id", true}};
  selected.in_natural_order = false;
  selected.limit = k_most_patches;
  if (void_ones) {
    selected.void_too = true;
    selected.conditions.push_back({"p.voided_at IS NOT NULL", {}});
  }
  const std::string names =
      in_short ? fmt::format(
                     "CONCAT(p.platform, '-', p.number) LIKE {0}"
                     " OR CONCAT(p.platform, '-', LPAD(p.number, 4, '0')) LIKE {0}",
                     beginning(typed))
               : fmt::format("{} LIKE {}", patch::name_sql(session.names()), beginning(typed));
  if (!typed.empty()) selected.conditions.push_back({names, {}});
  Candidates found;
  patch::for_each_patch(session.connection(), selected, [&](const patch::Patch& one) {
    const std::string state = one.state.value_or("");
    if (!in_short) {
      found.push_back({session.names().format(*one.ref), state});
      return;
    }
    for (const char* spelling : {"{}-{}", "{}-{:04}"}) {
      std::string name = fmt::format(fmt::runtime(spelling), one.ref->platform, one.ref->number);
      if (!name.starts_with(typed)) continue;
      found.push_back({std::move(name), state});
      break;
    }
  });
  return found;
}

Candidates requests(Session& session, const std::string& queue_state) {
  patch::SelectorSql selected = session.select({}, patch::Rows::requests);
  selected.conditions.push_back({"p.queue_state = " + patch::sql_text(queue_state), {}});
  Candidates found;
  patch::for_each_patch(session.connection(), selected, [&](const patch::Patch& one) {
    found.push_back({patch::queue_id(one.queue.value_or(0)),
                     patch::first_value(one.fields, "overview_description")});
  });
  return found;
}

/// The state in which the named patch is; null: unknown.
const patch::lifecycle::State* state_of(Session& session, patch::lifecycle::Library& library,
                                        const std::string& name) {
  const auto patch =
      patch::find_patch(session.connection(), patch::subject_called(session.names(), name));
  if (!patch || !patch->lifecycle || !patch->state) return nullptr;
  const std::int64_t version =
      patch->lifecycle_version ? *patch->lifecycle_version : library.newest(*patch->lifecycle);
  return library.get(*patch->lifecycle, version).find(*patch->state);
}

Candidates events_of(Session& session, const WantedValue& wanted) {
  patch::lifecycle::Library library(session.connection());
  Candidates found;
  if (wanted.operands.empty()) return found;
  const auto* state = state_of(session, library, wanted.operands.front());
  if (state == nullptr) return found;
  for (const auto& one : state->transitions) found.push_back({one.event, "to " + one.target});
  return found;
}

Candidates items_of(Session& session, const WantedValue& wanted) {
  patch::lifecycle::Library library(session.connection());
  Candidates found;
  if (wanted.operands.empty()) return found;
  const auto* state = state_of(session, library, wanted.operands.front());
  if (state == nullptr) return found;
  std::size_t order = 0;
  for (const auto& one : state->items) found.push_back({one.name, fmt::format("{}", ++order)});
  return found;
}

Candidates field_keys(Session& session, const std::string& end) {
  Candidates found;
  for (const auto& [word, keys] : patch::short_field_keys()) {
    const auto fields = patch::fields_of_key(session.type(), session.config().patch, word);
    if (!fields.empty()) found.push_back({word + end, join(fields, ", ")});
  }
  for (const auto& [word, key] : session.config().patch.keys) found.push_back({word + end, key});
  for (const patch::Field& one : session.type().fields()) {
    found.push_back({one.key + end, one.name});
  }
  return found;
}

/// `key=value`, as in --set and selectors.
Candidates assignments(Session& session, const std::string& typed) {
  const auto equals = typed.find('=');
  if (equals == std::string::npos) return field_keys(session, "=");
  return plain(session.known_values(typed.substr(0, equals)), typed.substr(0, equals + 1));
}

Candidates terms(Session& session, const std::string& typed) {
  Candidates found;
  if (typed.find('=') == std::string::npos) {
    for (const char* key :
         {"patch", "platform", "number", "state", "lifecycle", "category", "created", "created_by",
          "released", "queue", "requires", "supersedes", "ported-from", "conflicts"}) {
      found.push_back({std::string(key) + "="});
    }
    found.push_back({"sort:"});
    found.push_back({"limit:"});
  }
  add(found, assignments(session, typed));
  return found;
}

Candidates platforms(Session& session) {
  std::vector<std::string> known = patch::choices(session.connection(), "versions");
  for (auto& one : patch::NumberSequence(session.connection()).platforms()) {
    if (std::find(known.begin(), known.end(), one.platform) == known.end()) {
      known.push_back(std::move(one.platform));
    }
  }
  return plain(known);
}

Candidates pick_lists(Session& session) {
  std::vector<std::string> lists = patch::known_choice_lists();
  for (const auto& [list, value] : patch::all_choices(session.connection(), "")) {
    if (std::find(lists.begin(), lists.end(), list) == lists.end()) lists.push_back(list);
  }
  return plain(lists);
}

bool has(const std::vector<std::string>& words, const char* word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

}  // namespace

std::vector<cli::Candidate> registry_candidates(Session& session, const WantedValue& wanted) {
  const std::vector<std::string> kinds = split(wanted.kind, '|');
  Candidates found;
  if (has(kinds, "PATCH")) {
    add(found, patches(session, wanted.typed, has(wanted.flags, "--restore")));
  }
  if (has(kinds, "Q-N") || (has(kinds, "PATCH") && wanted.typed.starts_with('Q'))) {
    add(found, requests(session, wanted.name == "declined" ? "declined" : "open"));
  }
  if (has(kinds, "TERM")) add(found, terms(session, wanted.typed));
  if (has(kinds, "KEY=VALUE")) add(found, assignments(session, wanted.typed));
  if (has(kinds, "EVENT") && wanted.name != "--revoke") add(found, events_of(session, wanted));
  if (has(kinds, "ITEM")) add(found, items_of(session, wanted));
  if (has(kinds, "STATE")) add(found, plain(session.known_values("state")));
  if (has(kinds, "LIFECYCLE") || wanted.name == "--lifecycle") {
    add(found, plain(patch::LifecycleStore(session.connection()).names()));
  }
  if (wanted.name == "--platform" || wanted.name == "platform") add(found, platforms(session));
  if (has(kinds, "LIST")) add(found, pick_lists(session));
  if (has(kinds, "VALUE") && !wanted.operands.empty()) {
    add(found, plain(patch::choices(session.connection(), wanted.operands.front())));
  }
  for (const char* key : {"product", "client", "jira", "priority", "developer", "qa", "category"}) {
    if (wanted.name == key || wanted.name == fmt::format("--{}", key)) {
      add(found, plain(session.known_values(key)));
    }
  }
  return found;
}

}  // namespace upkeep::patch_cli
