// SPDX-License-Identifier: MIT
// Moves patches from state to state.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/writer.hpp"
#include "patch/registry/registry.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

struct MoveRequest {
  std::string event, comment{};
  std::optional<std::chrono::seconds> time{};
  std::map<std::string, std::string> inputs{};
  std::string from{};      ///< the state that it is meant for; empty: the one that was seen
  std::string stay{};      ///< as Expected::stay
  FieldsRequest fields{};  ///< edited first; kept only if the patch moves
};

class Mover {
 public:
  /// @param writer, positions, registry, config not owned
  Mover(LifecycleWriter& writer, PositionReader& positions, Registry& registry,
        const config::Config& config)
      : m_writer(writer), m_positions(positions), m_registry(registry), m_config(config) {}

  /// Refused if the patch has left the state in which the caller read it.
  /// @returns what blocks it, with the fields as they would be; empty: done
  /// @throws Error(partial) for an unknown event; as FieldEditor::save()
  std::vector<Blocker> move(const Patch& seen, const MoveRequest& typed);
  /// Declines a request, and moves its lifecycle along if it has an event for that.
  /// @returns what blocks it in the lifecycle; empty: done. @throws Error(partial) no such request,
  /// Error(no) no longer open
  std::vector<Blocker> decline(std::uint32_t queue, const std::string& why);
  /// Opens a request again that was declined without its lifecycle.
  /// @throws Error(partial) no such request, Error(no) if it is not declined, or if its lifecycle
  /// has declined it: then a move reopens it
  void reopen(std::uint32_t queue, const std::string& why);

 private:
  /// The results of a state's executors.
  struct Executed {
    std::string inputs;             ///< of the event, with the result of each executor; JSON
    std::optional<Blocker> veto{};  ///< the remaining ones were not called
  };
  [[nodiscard]] Executed run_executors(const LockedPatch& locked, const Transition& transition,
                                       const MoveRequest& request);
  /// Runs one of them. @returns its result, or its veto
  struct Result {
    std::string text;
    std::optional<std::string> veto{};
  };
  [[nodiscard]] Result run_executor_of(const LockedPatch& locked, const Transition& transition,
                                       const MoveRequest& request, std::size_t index);
  [[nodiscard]] std::optional<std::string> run_command(const LockedPatch& locked,
                                                       const Transition& transition,
                                                       const MoveRequest& request,
                                                       std::size_t index,
                                                       const config::Executor& command);
  bool edit_first(LockedPatch& locked, const MoveRequest& request);
  [[nodiscard]] Result copy(const Position& position, const Call& call, const std::string& event);
  void take(LockedPatch& locked, const Transition& transition, const MoveRequest& request,
            const std::string& inputs);

  LifecycleWriter& m_writer;
  PositionReader& m_positions;
  Registry& m_registry;
  const config::Config& m_config;
  std::set<std::string> m_executed;  // commands that have run, in case a transaction is repeated
};

}  // namespace upkeep::patch::lifecycle
