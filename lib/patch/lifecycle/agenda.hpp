// SPDX-License-Identifier: MIT
// What one person has to do, waits for, is late with, and may take from the queue.
#pragma once

#include "base/time.hpp"
#include "patch/lifecycle/duties.hpp"
#include "patch/lifecycle/survey.hpp"
#include "patch/query/selector.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch::lifecycle {

/// In the order in which they are listed.
enum class Block {
  mine,     ///< the person must act next, or may clear what blocks it
  waiting,  ///< it concerns the person, but another must act next
  overdue,  ///< of those, past an estimate or a checkpoint; also listed under its own block
  queue,    ///< an open request that the person may take
};

/// `mine`, `waiting`, `overdue` or `queue`.
std::string_view to_word(Block block);

struct AgendaEntry {
  Block block = Block::mine;
  Patch patch;
  std::string state;
  std::string event, reason;  ///< reason: of a Blocker, or of an Overdue; empty: none
  std::string detail;
  // What `detail` says, for those who word it themselves: of a patch in a state of its lifecycle.
  std::optional<Duty> duty{};
  std::vector<std::string> others{};          ///< who must act next, if that is not the person
  std::optional<Overdue> late{};              ///< of `overdue`
  bool is_mine = false;                       ///< the person must act next
  std::optional<std::chrono::seconds> since;  ///< in its state; of a request: since it was queued
};

class Agenda {
 public:
  /// @param connection, positions, duties, context, config not owned
  Agenda(db::Connection& connection, PositionReader& positions, Duties& duties,
         const SelectorContext& context, const config::Patch& config, WallTime now)
      : m_connection(connection),
        m_positions(positions),
        m_duties(duties),
        m_context(context),
        m_config(config),
        m_now(now) {}

  /// Every entry: by block, priority, and the longest wait. The number of statements does not
  /// depend on the number of patches that do not concern the person.
  /// @param may_promote whether the person may take any open request
  std::vector<AgendaEntry> entries(bool may_promote);

 private:
  [[nodiscard]] std::vector<std::uint64_t> candidates();
  void add_patches(const std::vector<std::uint64_t>& ids, std::vector<AgendaEntry>& entries);
  void add_patch(Patch patch, const std::vector<Event>& events, std::vector<AgendaEntry>& entries);
  void add_requests(bool may_promote, std::vector<AgendaEntry>& entries);
  /// The definition of a patch's lifecycle; nullptr if it is not loaded, or is faulty.
  [[nodiscard]] const Definition* definition_of(const Patch& patch) const;

  db::Connection& m_connection;
  PositionReader& m_positions;
  Duties& m_duties;
  const SelectorContext& m_context;
  const config::Patch& m_config;
  WallTime m_now;
  std::vector<LoadedDefinition> m_loaded;
  std::map<std::string, std::int64_t> m_newest;  ///< the newest version, by lifecycle
};

}  // namespace upkeep::patch::lifecycle
