// SPDX-License-Identifier: MIT
#include "upgrade/store/run_barriers.hpp"

#include "db/connection.hpp"

#include <fmt/format.h>

namespace upkeep::upgrade {

RunBarriers::RunBarriers(const std::string& schema)
    : m_run(db::quoted_identifier(schema) + ".run"),
      m_pause(db::quoted_identifier(schema) + ".pause"),
      m_hold(db::quoted_identifier(schema) + ".hold"),
      m_sweep(db::quoted_identifier(schema) + ".sweep") {}

std::string RunBarriers::not_paused() const {
  return fmt::format(" AND NOT EXISTS (SELECT 1 FROM {} WHERE one = 1)", m_pause);
}

std::string RunBarriers::not_held() const {
  return fmt::format(" AND NOT EXISTS (SELECT 1 FROM {} h WHERE h.workspace = {}.workspace)",
                     m_hold, m_run);
}

std::string RunBarriers::sweep_open() const {
  return fmt::format(
      " AND (sweep IS NULL OR EXISTS (SELECT 1 FROM {} s WHERE s.name = {}.sweep AND {}))", m_sweep,
      m_run, sweep_is_open());
}

std::string sweep_is_open() {
  return "s.stopped_at IS NULL AND (s.until_at IS NULL OR s.until_at > UTC_TIMESTAMP(3))"
         " AND (s.canary = 0 OR s.started < s.canary OR s.canary_done >= s.canary)";
}

}  // namespace upkeep::upgrade
