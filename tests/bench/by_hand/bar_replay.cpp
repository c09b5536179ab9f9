// SPDX-License-Identifier: MIT
// Replays timed logs through the scanner and the progress model, and prints how far the percentage
// and the remaining time are from the truth; the formula before the model next to it.
//
// bar_replay < SCENARIO, lines of fields separated by tabs:
//   rule NAME REGEX | steps N | weight REGEX SECONDS
//   history FILE BYTES WORKSPACE      an earlier run; the newest first
//   run FILE BYTES WORKSPACE          prints a line for each of the two models
// FILE: `seconds<TAB>line`; a line that ends with \c is not terminated yet. BYTES 0: unknown.
#include "guard/logscan/log_scanner.hpp"
#include "upgrade/model/progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace upkeep;           // NOLINT(google-build-using-namespace): a program
using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a program

namespace {

struct Line {
  double at = 0;
  std::string text;
};

struct Log {
  std::vector<Line> lines;
  [[nodiscard]] double end() const { return lines.empty() ? 0 : lines.back().at; }
};

Log read_log(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    std::cerr << "bar_replay: cannot read " << path << '\n';
    std::exit(66);
  }
  Log log;
  std::string text;
  while (std::getline(file, text)) {
    const std::size_t tab = text.find('\t');
    if (tab == std::string::npos) continue;
    std::string line = text.substr(tab + 1);
    if (line.ends_with("\\c")) {
      line.resize(line.size() - 2);
    } else {
      line += '\n';
    }
    log.lines.push_back({std::stod(text.substr(0, tab)), std::move(line)});
  }
  return log;
}

BootTime boot(double seconds) {
  return BootTime(std::chrono::milliseconds(1'000'000 + std::llround(seconds * 1000)));
}

/// The model before this one: only closed steps count, by their share of earlier ones.
class OldModel {
 public:
  OldModel(const std::vector<HistoryEntry>& history, int steps) : m_steps(steps) {
    std::vector<double> totals, counts;
    std::map<std::string, std::vector<double>> seconds;
    for (const HistoryEntry& entry : history) {
      totals.push_back(entry.seconds);
      const auto closed = with_turns(steps_from_json(entry.steps));
      if (!closed.empty()) counts.push_back(static_cast<double>(closed.size()));
      for (const guard::Step& step : closed) seconds[step.name].push_back(step.seconds);
    }
    if (!totals.empty()) m_median = median(totals);
    if (!counts.empty()) m_steps = static_cast<int>(std::lround(median(counts)));
    for (auto& [name, all] : seconds) {
      if (static_cast<double>(all.size()) * 2 < static_cast<double>(counts.size())) continue;
      m_weights[name] = median(all);
      m_total += m_weights[name];
    }
  }

  [[nodiscard]] int percent(const Moment& moment) const {
    if (moment.says_done) return 99;
    if (moment.closed.empty()) return 0;
    double share = 0;
    if (m_total > 0) {
      double done = 0;
      for (const guard::Step& step : with_turns(moment.closed)) {
        const auto weight = m_weights.find(step.name);
        if (weight != m_weights.end()) done += weight->second;
      }
      share = done / m_total;
    } else {
      const auto done = static_cast<double>(moment.closed.size());
      const bool more = m_steps == 0 || !moment.step.empty();
      share = done / std::max<double>(m_steps, done + (more ? 1 : 0));
    }
    return std::clamp(static_cast<int>(share * 100), 0, 99);
  }

  /// 0: unknown
  [[nodiscard]] double left(double elapsed, int percent) const {
    if (m_median == 0) return 0;
    const double by_steps = m_median * (100 - percent) / 100.0;
    const double late = std::max(0.0, elapsed - m_median);
    return std::max(1.0, std::max(std::min(m_median - elapsed, by_steps),
                                  late * std::max(10, 100 - percent) / 100.0));
  }

 private:
  static double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
  }

  std::map<std::string, double> m_weights;
  double m_total = 0, m_median = 0;
  int m_steps = 0;
};

/// What is measured of one replay.
struct Figures {
  double error = 0, eta_error = 0, still = 0;
  int samples = 0, etas = 0, falls = 0, last = 0;

  void add(double elapsed, double whole, int percent, std::optional<double> left) {
    error += std::abs(percent - 100 * elapsed / whole);
    if (left) eta_error += 100 * std::abs(*left - (whole - elapsed)) / whole;
    samples += 1;
    etas += left ? 1 : 0;
    if (percent < last) ++falls;
    if (percent != last) m_grown_at = elapsed;
    still = std::max(still, 100 * (elapsed - m_grown_at) / whole);
    last = percent;
  }
  void print(const char* name) const {
    std::cout << name << '\t' << error / samples << '\t';
    etas > 0 ? std::cout << eta_error / etas : std::cout << '-';
    std::cout << '\t' << still << '\t' << falls << '\t' << last << '\n';
  }

 private:
  double m_grown_at = 0;
};

class Replay {
 public:
  explicit Replay(const guard::Rules& rules) : m_scanner(rules) { m_scanner.start(boot(0)); }

  /// Feeds the lines up to `at`.
  Moment moment(const Log& log, double at) {
    for (; m_next < log.lines.size() && log.lines[m_next].at <= at; ++m_next) {
      m_scanner.feed(log.lines[m_next].text, boot(log.lines[m_next].at));
    }
    guard::Status status;
    status.steps = m_scanner.steps();
    status.step = m_scanner.step();
    status.step_since = m_scanner.step_since();
    status.says_done = m_scanner.says_done();
    return Moment::of(status, at, boot(at));
  }
  HistoryEntry entry(const Log& log) {
    moment(log, log.end());
    m_scanner.finish(boot(log.end()));
    return {.seconds = log.end(), .steps = steps_to_json(worth_recording(m_scanner.steps()))};
  }

 private:
  guard::LogScanner m_scanner;
  std::size_t m_next = 0;
};

void replay(const Log& log, const guard::Rules& rules, const std::vector<HistoryEntry>& history,
            const Outline& outline, const Subject& subject) {
  constexpr int k_samples = 400;
  const double whole = log.end();
  Replay run(rules);
  ProgressMeter meter{ProgressModel(history, outline, subject)};
  const OldModel before(history, outline.steps);
  Figures now, then;
  const bool trace = std::getenv("BAR_TRACE") != nullptr;
  for (int i = 0; i < k_samples; ++i) {
    const double elapsed = whole * i / k_samples;
    const Moment moment = run.moment(log, elapsed);
    const int percent = meter.percent(moment);
    const auto left = meter.left();
    now.add(elapsed, whole, percent,
            left ? std::optional(std::chrono::duration<double>(*left).count()) : std::nullopt);
    const int old = before.percent(moment);
    const double old_left = before.left(elapsed, old);
    then.add(elapsed, whole, old, old_left > 0 ? std::optional(old_left) : std::nullopt);
    if (trace && i % 8 == 0) {
      std::cerr << elapsed << '\t' << 100 * i / k_samples << '\t' << percent << '\t' << old << '\t'
                << (left ? static_cast<double>(left->count()) / 1000 : -1) << '\t'
                << whole - elapsed << '\t' << moment.step << '\n';
    }
  }
  now.print("model");
  then.print("before");
}

}  // namespace

int main() {
  guard::Rules rules;
  Outline outline;
  std::vector<HistoryEntry> history;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::vector<std::string> fields;
    std::istringstream words(line);
    for (std::string field; std::getline(words, field, '\t');) fields.push_back(field);
    if (fields.empty()) continue;
    fields.resize(4);
    const std::string& kind = fields[0];
    if (kind == "rule") {
      std::map<std::string, std::string*> by_name{{"step_open", &rules.step_open},
                                                  {"step_close", &rules.step_close},
                                                  {"step_line", &rules.step_line},
                                                  {"success", &rules.success}};
      *by_name.at(fields[1]) = fields[2];
    } else if (kind == "steps") {
      outline.steps = std::stoi(fields[1]);
    } else if (kind == "weight") {
      outline.weights.push_back({fields[1], std::stod(fields[2])});
    } else if (kind == "history" || kind == "run") {
      const Log log = read_log(fields[1]);
      const std::int64_t bytes = std::stoll(fields[2]);
      const auto size = bytes > 0 ? std::optional(bytes) : std::nullopt;
      if (kind == "run") {
        replay(log, rules, history, outline, {.workspace = fields[3], .bytes = size});
        continue;
      }
      HistoryEntry entry = Replay(rules).entry(log);
      entry.workspace = fields[3];
      entry.bytes = size;
      history.push_back(std::move(entry));
    }
  }
  return 0;
}
