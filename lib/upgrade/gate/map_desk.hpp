// SPDX-License-Identifier: MIT
#pragma once

#include "base/boot_time.hpp"
#include "base/patience.hpp"
#include "base/worker.hpp"
#include "config/config.hpp"
#include "upgrade/probe/inspector.hpp"

#include <future>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace upkeep::upgrade {

inline constexpr std::string_view k_closed = "closed", k_open = "open";

/// What is asked of the databases about one workspace.
struct MapQuestion {
  std::string name;
  bool about_closing = false;                  ///< `closed` or `open` is asked for, not the state
  std::set<std::size_t> away{};                ///< servers that are not to be waited for
  std::shared_ptr<const SharedSites> sites{};  ///< nullptr: not known (yet), or not needed
};

struct MapAnswer {
  std::optional<std::string_view> word;  ///< nullopt: nobody who answered knows
  bool is_control_away = false;
  std::set<std::size_t> away;  ///< servers that did not answer, those of the question included
};

/// Asks one question at a time, with connections and a thread of its own: where it is stuck it can
/// be left behind. A connection that was cut while it was idle is re-established for the question.
class MapDesk {
 public:
  /// Keeps a reference to `config`.
  MapDesk(const config::Config& config, std::string target);

  /// Not while it is busy.
  void ask(MapQuestion question);
  /// A question has been asked whose answer is not there.
  [[nodiscard]] bool is_busy() const;
  /// Waits until the answer is there or no more than `rest` of the patience is left.
  /// @returns whether it is there
  bool wait(Patience& patience, std::chrono::milliseconds rest) const;
  /// The answer; only where wait() says that it is there.
  MapAnswer answer() { return m_answer.get(); }

 private:
  MapAnswer look(const MapQuestion& question);
  MapAnswer look_once(const MapQuestion& question);

  const config::Config& m_config;
  std::string m_target;
  std::optional<db::Connection> m_control;
  std::optional<Inspector> m_inspector;
  std::future<MapAnswer> m_answer;
  Worker m_worker;  // last: its thread uses everything above
};

/// Ends what is left of dead upgrades on this host, behind the answers.
class MapRecovery {
 public:
  /// Keeps a reference to `config`.
  explicit MapRecovery(const config::Config& config) : m_config(config) {}

  /// Does it every second; waits for a moment only.
  void recover();

 private:
  void work();

  const config::Config& m_config;
  std::optional<db::Connection> m_control;
  std::optional<Inspector> m_inspector;
  BootTime m_next;
  std::future<void> m_running;
  Worker m_worker;  // last, as above
};

}  // namespace upkeep::upgrade
