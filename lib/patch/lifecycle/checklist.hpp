// SPDX-License-Identifier: MIT
// Ticks and votes: what is done in a state before a patch leaves it.
#pragma once

#include "patch/lifecycle/writer.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// The result of a tick.
struct Ticked {
  std::vector<Blocker> reasons;      ///< what blocks it; empty: done
  std::vector<std::string> changed;  ///< the items that changed
};

/// The result of a vote.
struct Voted {
  std::vector<Blocker> reasons;  ///< what blocks it; empty: done
  bool changed = false;          ///< whether it changed anything
};

/// Ticks and votes. Both are refused if the patch has left the state in which the caller read it.
class Checklist {
 public:
  /// @param writer, positions not owned
  Checklist(LifecycleWriter& writer, const PositionReader& positions)
      : m_writer(writer), m_positions(positions) {}

  enum class Mark { set, take_back };

  /// Ticks (or unticks) the items that items_called() finds, all or none.
  /// @param stay as Expected::stay. @throws Error(partial) for an unknown item
  Ticked tick(const Patch& seen, const std::vector<std::string>& words, Mark mark,
              const std::string& why, const std::string& stay = {});
  /// Casts the caller's vote for an event, or withdraws it.
  /// @param stay as Expected::stay
  /// @throws Error(partial) for an unknown event, Error(no) for one that takes no votes
  Voted vote(const Patch& seen, const std::string& typed, Mark mark, const std::string& why,
             const std::string& stay = {});

 private:
  LifecycleWriter& m_writer;
  const PositionReader& m_positions;
};

}  // namespace upkeep::patch::lifecycle
