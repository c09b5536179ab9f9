// SPDX-License-Identifier: MIT
// Writes the table `event`; nobody else does.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/history_chain.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// What is about to be recorded.
struct NewEvent {
  std::optional<std::uint64_t> patch = {};  ///< none: the row that this session has just inserted
  std::string at = {};                      ///< as SQL writes it
  EventKind kind = EventKind::unknown;
  std::vector<Change> changes = {};
  std::string comment = {};
  std::optional<std::int64_t> time_s = {};
  std::string inputs = {};                    ///< JSON; empty: none
  std::optional<std::string> worked_on = {};  ///< YYYY-MM-DD
  std::optional<std::uint64_t> revokes = {};  ///< the event whose time counts no more
};

/// An event of a history that is brought as a whole.
struct ImportedEvent {
  std::uint64_t patch;
  const Event* event;  ///< the caller's
  std::string hash;
};

/// What the next event of a patch continues. @pre the patch's row is locked
std::string chain_end(const Patch& patch);

/// The hash of an event of a history, behind `previous`.
std::string hash_of(const Event& event, const std::string& previous);

/// Events that this person brings about, each to be written in the transaction of what happened. A
/// written event is also what waits to be delivered, where a [notify.NAME] asks for its action.
class EventStore {
 public:
  /// @param connection stays the caller's
  EventStore(db::Connection& connection, const config::Patch& config, Actor actor)
      : m_connection(connection), m_announced(config.announced), m_actor(std::move(actor)) {}
  /// Announces nothing: for an import.
  EventStore(db::Connection& connection, Actor actor)
      : m_connection(connection), m_actor(std::move(actor)) {}

  [[nodiscard]] const Actor& actor() const noexcept { return m_actor; }

  /// The hash of an event, the next one of its patch.
  /// @param previous the `history_hash` of the patch's row, locked; chain_start() for a new row
  [[nodiscard]] std::string hash_of(const NewEvent& event, const std::string& previous) const;

  /// Writes the one row of an event. The caller writes the same hash into the patch's row in that
  /// transaction. @returns its id. @throws db::Error
  std::uint64_t write(const NewEvent& event, const std::string& hash);

  /// write() with the hash behind the patch's last event, which becomes that of `patch`; the caller
  /// writes the row. @returns the event's id. @throws db::Error
  std::uint64_t write_next(Patch& patch, NewEvent event);

  /// write_next() for who has nothing else to write to the patch's row. @throws db::Error
  std::uint64_t append(Patch& patch, NewEvent event);

  /// Histories that others have made, in few statements. @throws db::Error
  static void insert(db::Connection& connection, const std::vector<ImportedEvent>& events);

  /// Everybody who asked for it has it, or has given up. @throws db::Error
  static void set_delivered(db::Connection& connection, std::uint64_t event);
  /// Those with a dead delivery wait again. @throws db::Error
  static void revive(db::Connection& connection);

 private:
  db::Connection& m_connection;
  std::set<std::string> m_announced;
  Actor m_actor;
};

/// A condition on events `e`: those that changed the state of a request.
inline constexpr std::string_view k_of_queue_sql =
    "e.action = 'edit' AND e.changes LIKE '%\"key\":\"queue\"%'";

}  // namespace upkeep::patch
