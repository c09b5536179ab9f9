// SPDX-License-Identifier: MIT
// Actions on the lifecycles of patches on behalf of a person: the parts, and what they share.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/attacher.hpp"
#include "patch/lifecycle/attester.hpp"
#include "patch/lifecycle/checklist.hpp"
#include "patch/lifecycle/mover.hpp"
#include "patch/lifecycle/undoer.hpp"
#include "patch/lifecycle/work_log.hpp"

namespace upkeep::patch::lifecycle {

class LifecycleService {
 public:
  /// @param connection, config, registry, parsed not owned
  /// @param dry_run every action is rolled back at the end
  /// @param parsed as for Library
  LifecycleService(db::Connection& connection, const config::Config& config, Registry& registry,
                   const Actor& actor, bool dry_run, ParsedDefinitions* parsed = nullptr)
      : m_library(connection, parsed),
        m_positions(connection, m_library, registry.names(), config.patch, actor.name),
        m_writer(connection, m_positions, registry.names(), config.patch, actor, dry_run),
        m_attacher(m_writer, m_library, registry, config.patch),
        m_checklist(m_writer, m_positions),
        m_attester(connection, m_writer, m_positions, registry.guard()),
        m_mover(m_writer, m_positions, registry, config),
        m_undoer(connection, m_writer, m_positions, registry.names(), config.patch),
        m_work_log(connection, m_writer, registry.names()) {}

  [[nodiscard]] Library& library() noexcept { return m_library; }
  [[nodiscard]] PositionReader& positions() noexcept { return m_positions; }
  [[nodiscard]] Attacher& attacher() noexcept { return m_attacher; }
  [[nodiscard]] Checklist& checklist() noexcept { return m_checklist; }
  [[nodiscard]] Attester& attester() noexcept { return m_attester; }
  [[nodiscard]] Mover& mover() noexcept { return m_mover; }
  [[nodiscard]] Undoer& undoer() noexcept { return m_undoer; }
  [[nodiscard]] WorkLog& work_log() noexcept { return m_work_log; }

 private:
  Library m_library;
  PositionReader m_positions;
  LifecycleWriter m_writer;
  Attacher m_attacher;
  Checklist m_checklist;
  Attester m_attester;
  Mover m_mover;
  Undoer m_undoer;
  WorkLog m_work_log;
};

}  // namespace upkeep::patch::lifecycle
