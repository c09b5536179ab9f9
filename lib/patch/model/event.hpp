// SPDX-License-Identifier: MIT
// What happened to a patch or to a request.
#pragma once

#include "record/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// One change of an event: of a field's values, of a link, of a state. Absent is null.
struct Change {
  std::string key;
  Value from, to;
};

/// A record shows a word, its action; some words stand for several kinds, which the first change
/// tells apart.
enum class EventKind {
  // A request.
  request,  ///< it was put into the queue
  decline,  ///< it was declined, by a person or by its lifecycle
  reopen,   ///< it is in the queue again
  // A patch.
  create,
  edit,
  link,
  unlink,
  import,
  record,  ///< its jars were recorded
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
  remind,  ///< somebody was told that it is overdue
  log_time,
  revoke,  ///< time was taken out of every sum
  /// A newer program wrote it: only its word is known.
  unknown,
};

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
  std::optional<std::int64_t> time_s;
  std::string inputs;                    ///< JSON; empty: none
  std::optional<std::string> worked_on;  ///< the day of the work where it is not that of `at`
  std::optional<std::uint64_t> revokes;  ///< the event whose time counts no more
};

/// `[{"key":...,"from":...,"to":...}]`, and back; empty for none.
std::string encode_changes(const std::vector<Change>& changes);
std::vector<Change> decode_changes(const std::string& text);

/// JSON text as a value that prints as the same JSON; null for none.
Value json_value(const std::string& text);

}  // namespace upkeep::patch
