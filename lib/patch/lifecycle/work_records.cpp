// SPDX-License-Identifier: MIT
// Records of what waits, is late, and will be finished when.
#include "patch/lifecycle/records.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"

#include <cmath>

namespace upkeep::patch::lifecycle {

namespace {

std::int64_t whole_seconds(WorkSeconds time) {
  return static_cast<std::int64_t>(std::llround(time.count()));
}

}  // namespace

Record queue_record(const Patch& request, const NameRule& names, WallTime now) {
  return patch::queue_record(request, time_since(request.requested_at.value_or(""), now), names);
}

const std::vector<std::string>& agenda_columns() {
  static const std::vector<std::string> k_columns{"patch",  "block",  "state",   "event",
                                                  "reason", "detail", "since_s", "priority"};
  return k_columns;
}

Record agenda_record(const AgendaEntry& entry, const NameRule& names) {
  return {name_of(entry.patch, names),
          std::string(to_word(entry.block)),
          entry.state,
          null_if_empty(entry.event),
          null_if_empty(entry.reason),
          null_if_empty(entry.detail),
          entry.since,
          null_if_empty(first_value(entry.patch.fields, k_priority_key))};
}

const std::vector<std::string>& overdue_columns() {
  static const std::vector<std::string> k_columns{"patch", "state", "reason", "overdue_s",
                                                  "nudge", "who",   "told",   "detail"};
  return k_columns;
}

Record overdue_record(const Patch& patch, const Overdue& overdue, const NameRule& names) {
  return {name_of(patch, names), patch.state,   overdue.reason,
          overdue.overdue,       overdue.nudge, null_if_empty(overdue.who),
          overdue.reminders,     overdue.detail};
}

const std::vector<std::string>& eta_columns() {
  static const std::vector<std::string> k_columns{"patch",   "stage",      "best_s",   "likely_s",
                                                  "worst_s", "expected_s", "stddev_s", "due"};
  return k_columns;
}

std::vector<Record> eta_records(const std::string& patch, const Eta& eta) {
  std::vector<Record> records;
  records.reserve(eta.stages.size() + 1);
  for (const StageEstimate& one : eta.stages) {
    records.push_back({patch, one.stage, one.best, one.likely, one.worst,
                       whole_seconds(one.expected()), whole_seconds(one.deviation()), one.due});
  }
  records.push_back({patch, "total", eta.best, eta.likely, eta.worst, whole_seconds(eta.expected),
                     whole_seconds(eta.deviation), eta.due});
  return records;
}

const std::vector<std::string>& public_eta_columns() {
  static const std::vector<std::string> k_columns{"patch", "earliest", "latest"};
  return k_columns;
}

Record public_eta_record(const std::string& patch, const Eta& eta) {
  return {patch, eta.earliest, eta.latest};
}

}  // namespace upkeep::patch::lifecycle
