// SPDX-License-Identifier: MIT
// A patch, or a request for one.
#pragma once

#include "base/error.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/document.hpp"
#include "patch/model/event.hpp"
#include "patch/model/patch_name.hpp"
#include "record/value.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

struct Link {
  std::string type;  ///< `requires`, `supersedes`, `ported-from` or `conflicts`
  PatchRef target;

  friend bool operator==(const Link&, const Link&) = default;
};

const std::vector<std::string>& link_types();

/// `open`, `promoted`, `declined`.
const std::vector<std::string>& queue_states();

struct Patch {
  std::uint64_t id = 0;
  std::optional<PatchRef> ref;         ///< none: a request
  std::optional<std::uint32_t> queue;  ///< the request it came from
  std::string queue_state;             ///< `open`, `promoted`, `declined`; empty: never queued
  std::optional<std::string> requested_at, requested_by;
  std::optional<std::string> category, created_at, created_by, released_at;
  std::optional<std::string> lifecycle, state, state_since;
  std::optional<std::int64_t> lifecycle_version, state_event;
  std::optional<std::int64_t> stay;                 ///< see stay_of()
  std::optional<std::string> voided_at, voided_by;  ///< none: it is not void
  std::uint32_t version = 0;                        ///< grows with every change of the row
  std::string import_hash, import_key;
  std::optional<std::string> history_hash;  ///< of its last event; only read with the row locked
  std::vector<Link> links;
  Document fields;
};

/// Whether a patch is released: by its state or, without a lifecycle, by its release date.
/// @param released the states of [patch] released
bool is_released(const std::optional<std::string>& state,
                 const std::optional<std::string>& released_at,
                 const std::vector<std::string>& released);
inline bool is_released(const Patch& patch, const std::vector<std::string>& released) {
  return is_released(patch.state, patch.released_at, released);
}

/// The word for the state of a void patch.
inline constexpr std::string_view k_void_state = "Void";

/// The state that lists and records show: that of its lifecycle, or Void.
std::optional<std::string> shown_state_of(const Patch& patch);

/// The event that began the stay of a patch in its state, as its number: an attachment, a move to
/// another state, an undo of one, or a migration. It is in the state since then, whatever it was
/// before: an undo brings back ticks and votes, but not the earlier stay. `0`: it was created, or
/// imported, in its state.
std::string stay_of(const Patch& patch);

/// Links as text, a line each, and back.
std::string encode_links(const std::vector<Link>& links);
std::vector<Link> decode_links(const std::string& text);

/// Null without values; the value, or a list of values if the field is unbounded or has several.
Value field_value(const Values& values, bool unbounded);

/// The values of one side of a change: the inverse.
Values change_values(const Value& value);

/// A DATETIME column as ISO 8601, and the inverse; both keep empty values.
std::optional<std::string> iso_time(const std::optional<std::string>& column);
std::optional<std::string> sql_time(const std::optional<std::string>& iso);

}  // namespace upkeep::patch
