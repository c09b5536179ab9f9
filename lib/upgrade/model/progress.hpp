// SPDX-License-Identifier: MIT
// Progress and remaining time of a run, from its steps, and from earlier successful runs to the
// same target or the weights of its profile. Lines are not a measure: the real program writes most
// of them in its first seconds.
#pragma once

#include "base/boot_time.hpp"
#include "config/profile.hpp"
#include "guard/loop/status.hpp"
#include "upgrade/model/run_plan.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// What a profile knows of its runs.
Outline outline_of(const config::Profile& profile);

/// The progress of a running run, as it is recorded.
struct RunProgress {
  std::int64_t lines = 0;
  int percent = 0;
  std::string step{};
  std::optional<std::chrono::milliseconds> left{};  ///< the remaining time; nullopt: unknown
  std::optional<std::int64_t> bytes{};              ///< of the workspace's schema at the start
};

/// A run at one moment.
struct Moment {
  std::vector<guard::Step> closed{};
  std::string step{};  ///< the open one; empty: none
  double since = 0;    ///< seconds since it was opened or, if none is open, since the last closed
  double elapsed = 0;  ///< seconds since the run started
  bool says_done = false;  ///< its output says that it is finished

  /// @param elapsed seconds since the run's start, at `now`; of a run that has ended, its verdict's
  static Moment of(const guard::Status& status, double elapsed, BootTime now);
};

/// How far a run is.
struct Estimate {
  double share = 0;  ///< done, of the whole: 0 to 1
  double whole =
      0;  ///< the time that the whole run may take, in seconds, however rough; 0: unknown
  /// The remaining time in seconds by earlier runs; nullopt without.
  std::optional<double> left{};
};

/// A pure function of the history and a moment; the share may be less than at an earlier moment.
/// The share is that of the time: what has elapsed, of that and what remains. What remains is the
/// sum of what the steps to come take by the plan, times the pace of this run so far (how long the
/// closed steps took compared with the plan, damped), and the rest of the open one. A step that
/// takes longer than expected always has some of it left.
class ProgressModel {
 public:
  /// @param history the newest successful runs, newest first
  /// @param outline used without history
  ProgressModel(const std::vector<HistoryEntry>& history, const Outline& outline,
                const Subject& subject = {});

  [[nodiscard]] Estimate at(const Moment& moment) const;
  /// The share in percent, 0 to 99; 99 if the output says that the run is finished. 100 is left to
  /// the verdict.
  [[nodiscard]] int percent(const Moment& moment) const;

  /// The median duration of a run in seconds; nullopt without history. Not rounded: for many
  /// workspaces half seconds add up to hours.
  [[nodiscard]] std::optional<double> median() const { return m_median; }
  /// The same in whole seconds.
  [[nodiscard]] std::optional<std::chrono::seconds> whole_median() const;
  /// The remaining time of a run of which only this is known; nullopt without history. A run that
  /// is late by an hour is unlikely to end within a second.
  [[nodiscard]] std::optional<std::chrono::seconds> remaining(std::chrono::seconds elapsed,
                                                              int percent) const;

 private:
  struct Account;
  [[nodiscard]] Account account_of(const Moment& moment) const;
  [[nodiscard]] double pace(const Account& account) const;
  [[nodiscard]] double left(const Account& account, const Moment& moment) const;
  [[nodiscard]] Estimate by_count(const Moment& moment) const;

  RunPlan m_plan;
  int m_steps = 0;
  std::optional<double> m_median;
};

/// The percentage shown for one run: never falls, and while the run goes on does not stand still
/// for more than a tenth of it: if a step takes longer than expected, it grows ever more slowly.
class ProgressMeter {
 public:
  explicit ProgressMeter(ProgressModel model) : m_model(std::move(model)) {}

  /// Call it about twice a second. @returns 0 to 99
  int percent(const Moment& moment);
  /// The remaining time, at the last call; at least a second. nullopt without history.
  [[nodiscard]] std::optional<std::chrono::milliseconds> left() const { return m_left; }
  [[nodiscard]] const ProgressModel& model() const { return m_model; }

 private:
  ProgressModel m_model;
  int m_shown = 0;
  double m_grown_at = 0;
  std::optional<std::chrono::milliseconds> m_left;
};

/// The percentage of a run that no ProgressMeter follows, by its status alone: what a meter would
/// have shown of these steps. Does not fall as `now` passes and steps are added.
int percent_by_status(const ProgressModel& model, const guard::Status& status, BootTime now);

}  // namespace upkeep::upgrade
