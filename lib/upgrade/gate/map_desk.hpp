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

/// A question to the databases about one workspace.
struct MapQuestion {
  std::string name;
  bool about_closing = false;                ///< asks for `closed` or `open`, not for the state
  std::set<std::size_t> away{};              ///< servers not to wait for
  std::shared_ptr<const Listing> listing{};  ///< nullptr: not known (yet), or not needed
};

struct MapAnswer {
  std::optional<std::string_view> word;  ///< nullopt: unknown to the servers that answered
  bool is_control_away = false;
  std::set<std::size_t> away;  ///< servers that did not answer, including those in the question
};

/// Asks one question at a time, with its own connections and thread: if it is stuck, it can be
/// abandoned. A connection that was lost while idle is re-established for the question.
class MapDesk {
 public:
  /// Keeps a reference to `config`.
  MapDesk(const config::Config& config, std::string target);

  /// Starts a question. Must not be called while is_busy().
  void ask(MapQuestion question);
  /// Whether a question is still unanswered.
  [[nodiscard]] bool is_busy() const;
  /// Waits until the answer is available, or at most `rest` of the patience is left.
  /// @returns whether it is available
  bool wait(Patience& patience, std::chrono::milliseconds rest) const;
  /// The answer. Call only if wait() returned true.
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

/// Recovers abandoned runs on this host in the background.
class MapRecovery {
 public:
  /// Keeps a reference to `config`.
  explicit MapRecovery(const config::Config& config) : m_config(config) {}

  /// Starts a recovery at most once per second; waits for it only briefly.
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
