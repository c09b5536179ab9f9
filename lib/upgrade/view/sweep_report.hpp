// SPDX-License-Identifier: MIT
// A report on the upgrades between two times: how many, which failed and why, which took longest,
// how many per hour. As a record, as text and as a standalone page.
#pragma once

#include "db/connection.hpp"
#include "record/text_style.hpp"
#include "record/value.hpp"
#include "upgrade/model/run.hpp"
#include "upgrade/store/sweep_store.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace upkeep::upgrade {

/// The runs that ended in [from, to), counted.
struct SweepReport {
  struct Line {
    std::string workspace, state, detail;
    std::int64_t run = 0;
    std::chrono::seconds elapsed{0};
    WallTime ended_at;
  };
  struct Hour {
    WallTime from;
    std::int64_t succeeded = 0, failed = 0;
  };
  WallTime from, to;
  std::vector<Stop> stops;  ///< sweeps and drains ended by a rule, in order of time
  std::int64_t succeeded = 0, failed = 0, lost = 0, interrupted = 0;
  std::vector<Line> failures;       ///< in order of their end
  std::vector<Line> longest;        ///< at most ten, the longest first
  std::vector<Hour> hours;          ///< every hour from the first end to the last one
  std::chrono::seconds elapsed{0};  ///< of all runs together
  Value median_s;

  /// Describes one stop, without its time: `sweep night was stopped by --canary: …; 5 left`.
  static std::string text_of(const Stop& stop);
  [[nodiscard]] std::int64_t runs() const { return succeeded + failed + lost + interrupted; }
  static const std::vector<std::string>& columns();
  [[nodiscard]] Record record() const;
  /// Fits the width of the style.
  [[nodiscard]] std::string text(const TextStyle& style) const;
  [[nodiscard]] std::string html() const;
};

/// @param schema the control schema. @throws db::Error
SweepReport read_sweep(db::Connection& control, const std::string& schema, WallTime from,
                       WallTime to);

}  // namespace upkeep::upgrade
