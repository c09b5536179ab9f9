// SPDX-License-Identifier: MIT
// Keeps what was attested true: every writer of fields or jars asks it first.
#pragma once

#include "config/config.hpp"
#include "patch/lifecycle/attested.hpp"
#include "patch/model/patch_name.hpp"
#include "patch/store/event_store.hpp"

#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

class TickGuard {
 public:
  /// @param connection, names, config not owned
  TickGuard(db::Connection& connection, const NameRule& names, const config::Patch& config)
      : m_connection(connection), m_names(names), m_config(config) {}

  /// The ticks that the change makes stale. Call it before the change is written, with the row
  /// locked. @param patch before the change
  /// @throws Error(no) if the patch is released and there is no reason; Error(not_permitted) if the
  /// actor lacks the role [patch] released_edit
  [[nodiscard]] std::vector<StaleTick> check(const Patch& patch, const ContentChange& change,
                                             const std::string& actor, const std::string& why);
  /// Why `actor` may not change the contents of this patch, thrown as by check(), whatever changes.
  /// @param what is refused
  void check_released(const Patch& patch, const std::string& what, const std::string& actor,
                      const std::string& why) const;
  [[nodiscard]] bool is_guarded(const Patch& patch) const;

  /// Removes those of the current state: writes an event with the hash that follows the patch's
  /// last one; the caller must write the row. @param at as SQL writes it
  static void clear(EventStore& events, Patch& patch, const std::vector<StaleTick>& stale,
                    const std::string& at);

 private:
  db::Connection& m_connection;
  const NameRule& m_names;
  const config::Patch& m_config;
};

/// The comment of a change, which names the ticks of earlier states that attested another value.
std::string with_earlier_ticks(const std::string& comment, const std::vector<StaleTick>& stale);

/// The ticks that clear() removes.
std::vector<StaleTick> cleared_ones(const std::vector<StaleTick>& stale);

}  // namespace upkeep::patch::lifecycle
