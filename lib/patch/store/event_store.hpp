// SPDX-License-Identifier: MIT
// The only writer of the table `event`.
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"
#include "patch/model/actor.hpp"
#include "patch/model/patch.hpp"
#include "patch/store/history_chain.hpp"
#include "patch/store/rows.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch {

/// An event that is about to be recorded.
struct NewEvent {
  std::optional<std::uint64_t> patch = {};  ///< none: the row that this session has just inserted
  std::string at = {};                      ///< as SQL writes it
  EventKind kind = EventKind::unknown;
  std::vector<Change> changes = {};
  std::string comment = {};
  std::optional<std::chrono::seconds> time = {};
  std::string inputs = {};                    ///< JSON; empty: none
  std::optional<std::string> worked_on = {};  ///< YYYY-MM-DD
  std::optional<std::uint64_t> revokes = {};  ///< the event whose time no longer counts
};

/// An event of a history that is imported as a whole.
struct ImportedEvent {
  std::uint64_t patch;
  const Event* event;  ///< not owned
  std::string hash;
};

/// An event that carries the key of an act.
struct KeyedEvent {
  std::uint64_t event, patch;
  std::string digest;
};

/// The events under the key of a request and under those of its further parts, in their order.
std::vector<KeyedEvent> keyed_events(db::Connection& connection, const std::string& actor,
                                     const std::string& key);

/// The longest comment of an event, in bytes.
inline constexpr std::size_t k_longest_comment = std::size_t{1} << 20U;

/// The hash that the next event of a patch continues. @pre the patch's row is locked
std::string chain_end(const Patch& patch);

/// The hash of an event of a history that follows `previous`.
std::string hash_of(const Event& event, const std::string& previous);

/// The events caused by one actor, each written in the transaction of the change itself. An event
/// is also pending for delivery if a [notify.NAME] asks for its action.
class EventStore {
 public:
  /// @param connection not owned
  EventStore(db::Connection& connection, const config::Patch& config, Actor actor)
      : m_connection(connection), m_announced(config.announced), m_actor(std::move(actor)) {}
  /// Without notifications: for an import.
  EventStore(db::Connection& connection, Actor actor)
      : m_connection(connection), m_actor(std::move(actor)) {}

  [[nodiscard]] const Actor& actor() const noexcept { return m_actor; }

  /// The transaction of an act: db::transact(), rolled back at the end of a dry run. If the actor
  /// carries a key, the act happens once. @throws AlreadyDone if it was done before, also if a
  /// concurrent one comes first, which is waited for; what `work` throws, and db::Error
  void act(const std::function<void()>& work, bool dry_run) const;
  /// Within act(): for work that cannot be undone and precedes the first event.
  /// @pre the row of the patch is locked. @throws AlreadyDone
  void refuse_done_now() const { refuse_done(Read::current); }

  /// The hash of the next event of its patch.
  /// @param previous the `history_hash` of the patch's row, locked; chain_start() for a new row
  [[nodiscard]] std::string hash_of(const NewEvent& event, const std::string& previous) const;

  /// Writes the row of an event. The caller must write the same hash to the patch's row in that
  /// transaction. @returns its id. @throws DataError if the comment is not UTF-8 or too long,
  /// db::Error
  std::uint64_t write(const NewEvent& event, const std::string& hash);

  /// write() with the hash that follows the patch's last event, which is set in `patch`; the caller
  /// must write the row. @returns the event's id. @throws db::Error
  std::uint64_t write_next(Patch& patch, NewEvent event);

  /// write_next() for callers that change nothing else in the patch's row. @throws db::Error
  std::uint64_t append(Patch& patch, NewEvent event);

  /// Writes imported histories, in few statements. @throws db::Error
  static void insert(db::Connection& connection, const std::vector<ImportedEvent>& events);

  /// The event is delivered to, or abandoned for, every notifier. @throws db::Error
  static void set_delivered(db::Connection& connection, std::uint64_t event);
  /// Makes events with a dead delivery pending again. @throws db::Error
  static void revive(db::Connection& connection);

 private:
  void refuse_done(Read read) const;
  db::Connection& m_connection;
  std::set<std::string> m_announced;
  Actor m_actor;
};

/// A condition on events `e`: those that changed the state of a request.
inline constexpr std::string_view k_of_queue_sql =
    "e.action = 'edit' AND e.changes LIKE '%\"key\":\"queue\"%'";

}  // namespace upkeep::patch
