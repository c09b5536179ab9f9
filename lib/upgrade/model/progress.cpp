// SPDX-License-Identifier: MIT
#include "upgrade/model/progress.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace upkeep::upgrade {

namespace {

constexpr int k_most_percent = 99;  // before the verdict

/// The part of a plan that counts as already done at its pace, so that the first short steps do not
/// decide about the rest. Weights say little about the speed of this machine.
constexpr double k_damping = 0.1, k_damping_of_weights = 0.03;
/// The most that one step says about the pace of the run, and the run's own limits.
constexpr double k_odd = 4, k_odd_by_weights = 20;
/// What remains of a step at its expected end, and of the time by which it exceeds that.
constexpr double k_rest = 0.1, k_rest_of_late = 0.5;
/// The same by weights, which can be far off.
constexpr double k_rest_by_weights = 0.3, k_rest_of_late_by_weights = 0.8;
/// The same for a run that takes longer than all of its steps explain.
constexpr double k_rest_of_late_run = 0.25;
/// How much less likely a step is to come at all for each later one that has begun.
constexpr double k_passed = 0.75;
/// The time of a step of which nothing is known.
constexpr double k_any_step = 10;

/// If nothing is known of a run, this much of it is done for each e-fold of its seconds: then the
/// percentage grows by a point in less than a tenth of any run of up to three hours.
constexpr double k_unknown = 0.106;

/// How long the percentage may stand still: of the time so far, of the whole, and besides.
constexpr double k_still_so_far = 0.085, k_still_of_whole = 0.06, k_still = 0.05;

double median_of(const std::vector<HistoryEntry>& history) {
  std::vector<Sample> totals;
  totals.reserve(history.size());
  for (const HistoryEntry& entry : history) totals.push_back({.value = entry.seconds});
  return estimate(std::move(totals), std::nullopt);
}

/// What remains of a step that takes `expected` and has taken `spent`.
double rest_of(double expected, double spent, bool by_weights = false) {
  const double late = std::max(0.0, spent - expected);
  const double rest = by_weights ? k_rest_by_weights : k_rest;
  const double of_late = by_weights ? k_rest_of_late_by_weights : k_rest_of_late;
  return std::max(expected - spent, rest * std::min(spent, expected) + of_late * late);
}

std::int64_t at_least_one(double value) {
  return std::max<std::int64_t>(1, std::llround(value));
}

}  // namespace

Outline outline_of(const config::Profile& profile) {
  return {.weights = profile.weights, .steps = profile.steps};
}

Moment Moment::of(const guard::Status& status, double elapsed, BootTime now) {
  Moment moment;
  moment.closed = status.steps;
  moment.step = status.step;
  moment.elapsed = std::max(0.0, status.verdict ? status.verdict->seconds : elapsed);
  double rest = moment.elapsed;
  for (const guard::Step& step : moment.closed) rest -= step.seconds;
  if (status.step_since) {
    moment.since = std::clamp(in_seconds(now - *status.step_since), 0.0, std::max(0.0, rest));
  }
  moment.says_done = status.says_done;
  return moment;
}

/// A moment compared with the plan.
struct ProgressModel::Account {
  std::vector<double> to_come;      // of each planned step: 1 if it has not begun
  double expected = 0, taken = 0;   // by the closed steps, as far as both are known
  double in_steps = 0;              // the time in planned steps, closed or open
  std::optional<double> open;       // the planned time of the open step; 0: not planned
  std::optional<std::size_t> next;  // if none is open: the one that may have begun silently
};

ProgressModel::ProgressModel(const std::vector<HistoryEntry>& history, const Outline& outline,
                             const Subject& subject)
    : m_steps(outline.steps) {
  if (history.empty()) {
    m_plan = RunPlan::from_weights(outline.weights);
  } else {
    m_plan = RunPlan::from_history(history, subject);
    m_median = median_of(history);
  }
}

ProgressModel::Account ProgressModel::account_of(const Moment& moment) const {
  const std::vector<PlannedStep>& planned = m_plan.steps();
  const double odd = m_median ? k_odd : k_odd_by_weights;
  Account account;
  account.to_come.assign(planned.size(), 1);
  std::vector<double> places;
  const auto compare = [&](double expected, double taken) {
    account.expected += expected;
    account.taken += std::clamp(taken, expected / odd, expected * odd);
  };
  const auto found = m_plan.find(moment.closed, moment.step);
  for (std::size_t i = 0; i < found.size(); ++i) {
    const double expected = found[i] ? planned[*found[i]].seconds : 0;
    if (found[i]) {
      account.to_come[*found[i]] = 0;
      places.push_back(planned[*found[i]].place);
    }
    if (i < moment.closed.size()) {
      if (found[i]) account.in_steps += moment.closed[i].seconds;
      compare(expected, moment.closed[i].seconds);
    } else {
      if (found[i]) account.in_steps += moment.since;
      account.open = expected;
      if (moment.since > expected) compare(expected, moment.since);
    }
  }
  std::sort(places.begin(), places.end());
  for (std::size_t i = 0; i < planned.size(); ++i) {
    const auto later =
        places.end() - std::upper_bound(places.begin(), places.end(), planned[i].place);
    if (account.to_come[i] == 0) continue;
    account.to_come[i] = std::pow(k_passed, static_cast<double>(later));
    const bool first = !account.next || planned[i].place < planned[*account.next].place;
    if (!account.open && later == 0 && first) account.next = i;
  }
  return account;
}

double ProgressModel::pace(const Account& account) const {
  const double odd = m_median ? k_odd : k_odd_by_weights;
  const double known = (m_median ? k_damping : k_damping_of_weights) * m_plan.total();
  if (known <= 0) return 1;
  return std::clamp((account.taken + known) / (account.expected + known), 1 / odd, odd);
}

double ProgressModel::left(const Account& account, const Moment& moment) const {
  const double pace_now = pace(account);
  const double other = std::max(0.0, moment.elapsed - account.in_steps);
  double sum = std::max(0.0, m_plan.other() * pace_now - other);
  if (m_plan.steps().empty()) sum = rest_of(m_plan.other(), moment.elapsed);
  // A run that is late, whatever it does, is unlikely to end at once.
  const double late = moment.elapsed - m_plan.total() * pace_now;
  if (m_median) sum = std::max(sum, k_rest_of_late_run * late);
  for (std::size_t i = 0; i < account.to_come.size(); ++i) {
    sum += account.to_come[i] * m_plan.steps()[i].seconds * pace_now;
  }
  if (account.open) {
    return sum + rest_of(*account.open * pace_now, moment.since, !m_median);
  }
  if (!account.next) return sum;
  // Without a line that opens it, a step begins when the time between steps has passed.
  const double expected = m_plan.steps()[*account.next].seconds * pace_now;
  const double before = std::max(0.0, m_plan.other() * pace_now - (other - moment.since));
  const double spent = std::clamp(moment.since - before, 0.0, expected);
  return sum - expected + rest_of(expected, spent, !m_median);
}

/// Without a plan, every step counts the same; if their number is unknown, only the time counts.
Estimate ProgressModel::by_count(const Moment& moment) const {
  const auto closed = static_cast<double>(moment.closed.size());
  Estimate estimate;
  if (m_steps == 0) {
    estimate.share = k_unknown * std::log1p(moment.elapsed);
    return estimate;
  }
  double taken = 0;
  for (const guard::Step& step : moment.closed) taken += step.seconds;
  const double usual = closed > 0 && taken > 0 ? taken / closed : k_any_step;
  double done = closed;
  if (!moment.step.empty()) done += moment.since / (moment.since + usual);
  estimate.share = done / std::max<double>(m_steps, closed + (moment.step.empty() ? 0 : 1));
  if (estimate.share > 0) estimate.whole = moment.elapsed / estimate.share;
  return estimate;
}

Estimate ProgressModel::at(const Moment& moment) const {
  if (m_plan.is_empty()) {
    Estimate estimate = by_count(moment);
    if (m_median) estimate.left = 0;  // by the history, runs take no time at all
    return estimate;
  }
  const double remains = left(account_of(moment), moment);
  Estimate estimate;
  estimate.whole = moment.elapsed + remains;
  if (estimate.whole > 0) estimate.share = moment.elapsed / estimate.whole;
  if (m_median) estimate.left = remains;
  return estimate;
}

int ProgressModel::percent(const Moment& moment) const {
  if (moment.says_done) return k_most_percent;
  return std::clamp(static_cast<int>(at(moment).share * 100), 0, k_most_percent);
}

std::optional<std::chrono::seconds> ProgressModel::whole_median() const {
  if (!m_median) return std::nullopt;
  return std::chrono::seconds(std::llround(*m_median));
}

std::optional<std::chrono::seconds> ProgressModel::remaining(std::chrono::seconds elapsed_time,
                                                             int percent) const {
  if (!m_median) return std::nullopt;
  const double elapsed = static_cast<double>(elapsed_time.count());
  const double by_steps = *m_median * (100 - percent) / 100;
  const double by_time = rest_of(*m_median, elapsed);
  return std::chrono::seconds(
      at_least_one(elapsed < *m_median ? std::min(by_time, by_steps) : by_time));
}

int ProgressMeter::percent(const Moment& moment) {
  const Estimate now = m_model.at(moment);
  m_left.reset();
  if (now.left) m_left = std::chrono::milliseconds(std::llround(std::max(1.0, *now.left) * 1000));
  const int target = moment.says_done
                         ? k_most_percent
                         : std::clamp(static_cast<int>(now.share * 100), 0, k_most_percent);
  const double still =
      std::max(k_still_so_far * moment.elapsed, k_still_of_whole * now.whole) + k_still;
  int next = std::max(m_shown, target);
  if (next == m_shown && now.whole > 0 && moment.elapsed >= m_grown_at + still) ++next;
  next = std::min(next, k_most_percent);
  if (next > m_shown) m_grown_at = moment.elapsed;
  m_shown = next;
  return m_shown;
}

int percent_by_status(const ProgressModel& model, const guard::Status& status, BootTime now) {
  constexpr double k_first_look = 0.5, k_next_look = 1.05;  // always the same moments
  ProgressMeter meter(model);
  Moment moment;
  const auto look = [&](const std::string& step, double since, double before) {
    moment.step = step;
    moment.since = since;
    moment.elapsed = before + since;
    return meter.percent(moment);
  };
  double before = 0;
  for (const guard::Step& step : status.steps) {
    look(step.name, step.seconds, before);
    before += step.seconds;
    moment.closed.push_back(step);
    look("", 0, before);
  }
  double since = status.step_since ? in_seconds(now - *status.step_since) : 0;
  if (status.verdict) since = std::min(since, status.verdict->seconds - before);
  double at = k_first_look;
  while (at <= since) {
    look(status.step, at, before);
    at *= k_next_look;
  }
  moment.says_done = status.says_done;
  return look(status.step, 0, before);
}

}  // namespace upkeep::upgrade
