// SPDX-License-Identifier: MIT
// The only writer of the table `patch`. Call it in the transaction of the change itself, with
// existing rows locked. Changes that follow an event include its hash: Patch::history_hash, as set
// by EventStore. Links are written by LinkStore.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The position of a patch in a lifecycle, and since when.
struct Entry {
  std::optional<std::string> state;
  std::string since;                       ///< as SQL writes it
  std::optional<std::int64_t> event;       ///< ticks and votes since it count
  std::optional<std::int64_t> stay;        ///< as Patch::stay
  std::optional<std::string> released_at;  ///< as SQL writes it
};

class PatchStore {
 public:
  /// @param connection not owned
  explicit PatchStore(db::Connection& connection) : m_connection(connection) {}

  /// Inserts rows in one statement, or none for an empty list. The ids are not looked up: for one
  /// row it is LAST_INSERT_ID(). @throws db::Error
  void insert(const std::vector<const Patch*>& patches);

  /// Turns a request into the patch with its id. @throws db::Error
  void promote(const Patch& patch);

  /// Fields, category and release date after an edit. @throws db::Error
  void write_fields(const Patch& patch);
  /// After its links changed in LinkStore. @throws db::Error
  void write_relinked(const Patch& patch);
  /// What an import may change, except links, jars and state. @throws db::Error
  void write_imported(const Patch& patch);
  /// Only the hash, if the event changed nothing else here. @throws db::Error
  void write_history_hash(const Patch& patch);
  /// @throws db::Error
  void write_queue_state(std::uint64_t id, const std::string& state);

  /// Whether it is void, since when and by whom. @throws db::Error
  void write_void(const Patch& patch);

  /// Enters a state of the row's lifecycle. @throws db::Error
  void enter(const Patch& patch, const Entry& entry);
  /// Enters a state of another lifecycle. @throws db::Error
  void enter(const Patch& patch, const Entry& entry, const std::optional<std::string>& lifecycle,
             std::optional<std::int64_t> version);
  /// Begins another stay in the same state. @throws db::Error
  void write_lifecycle_version(const Patch& patch, std::int64_t version, std::uint64_t stay);
  /// Sets the start of imported patches' states from the last event that entered one. @throws
  /// db::Error
  void date_states(const std::vector<std::uint64_t>& ids);

  /// The term index now covers these patches. @throws db::Error
  void mark_indexed(const std::vector<std::uint64_t>& ids);
  /// The same for patches that others can have changed since they were inserted: those stay as they
  /// are. @throws db::Error
  void mark_new_indexed(const std::vector<std::uint64_t>& ids);

 private:
  db::Connection& m_connection;
};

}  // namespace upkeep::patch
