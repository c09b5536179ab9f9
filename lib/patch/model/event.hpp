// SPDX-License-Identifier: MIT
// What happened to a patch or a request.
#pragma once

#include "record/value.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// One change of an event: a field's values, a link or a state. Null: absent.
struct Change {
  std::string key;
  Value from, to;
};

/// A record shows its action, a word; kinds that share a word are distinguished by the first
/// change.
enum class EventKind {
  // A request.
  request,  ///< it was queued
  decline,  ///< it was declined, by a person or by its lifecycle
  reopen,   ///< it was queued again
  // A patch.
  create,
  edit,
  link,
  unlink,
  import,
  record,  ///< its jars were recorded
  annul,   ///< it was voided
  restore,
  comment,  ///< a remark, also on a request
  // Its lifecycle.
  attach,
  migrate,  ///< to another version of its lifecycle
  move,
  undo,
  tick,
  untick,
  vote,
  unvote,
  // Its time.
  estimate,
  remind,  ///< a reminder that it is overdue was sent
  log_time,
  revoke,  ///< logged time was excluded from all sums
  /// Written by a newer program: only its word is known.
  unknown,
};

/// The key of a migration's change if the state has another name in the new version.
inline constexpr std::string_view k_renamed_state = "state_name";

/// The word that is stored and shown; empty for `unknown`.
std::string_view action_of(EventKind kind);

/// The kind of an event that shows `action` and has these changes.
EventKind kind_of(std::string_view action, const std::vector<Change>& changes);

/// Every word that this program knows.
const std::vector<std::string>& event_actions();

struct Event {
  std::uint64_t id = 0, patch = 0;
  std::string at, actor, via;
  std::string action;  ///< as it is stored and shown
  EventKind kind = EventKind::unknown;
  std::vector<Change> changes;
  std::string comment;
  std::optional<std::chrono::seconds> time;  ///< spent on the patch
  std::string inputs;                        ///< JSON; empty: none
  std::optional<std::string> worked_on;  ///< the day of the work if it differs from that of `at`
  std::optional<std::uint64_t> revokes;  ///< the event whose time no longer counts
};

/// The event that made the patch void, if it still is one at `until`; nullptr otherwise.
/// @param events a history. @param until ISO 8601; empty: now
const Event* voiding(const std::vector<Event>& events, const std::string& until = {});

/// `[{"key":...,"from":...,"to":...}]`, and the inverse; empty for none.
std::string encode_changes(const std::vector<Change>& changes);
std::vector<Change> decode_changes(const std::string& text);

/// JSON text as a value that prints as the same JSON; null for none.
Value json_value(const std::string& text);

}  // namespace upkeep::patch
