// SPDX-License-Identifier: MIT
#include "patch/report/history.hpp"

#include "base/text.hpp"
#include "patch/store/rows.hpp"

#include <fmt/format.h>

namespace upkeep::patch::report {

namespace {

/// The state change among an event's changes. Most are a single move,
/// `[{"key":K,"from":A,"to":B}]`.
bool read_states(bool moved, const std::string& changes, Step& step) {
  if (!moved && changes.find("\"state") == std::string::npos) return false;
  for (const Change& change : decode_changes(changes)) {
    step.renamed = !moved && change.key == k_renamed_state;
    if (!moved && !step.renamed && change.key != "state") continue;
    step.from = change.from.is_null() ? std::string() : to_text(change.from);
    step.to = change.to.is_null() ? std::string() : to_text(change.to);
    return true;
  }
  return false;
}

}  // namespace

const lifecycle::Definition* Definitions::find(const std::string& name, std::int64_t version) {
  if (m_missing.contains({name, version})) return nullptr;
  try {
    // Imported data may lack the version.
    return &m_library.get(name, version > 0 ? version : m_library.newest(name));
  } catch (const db::Error&) {
    throw;
  } catch (const Error&) {
    m_missing.insert({name, version});
    return nullptr;
  }
}

std::vector<std::string> Definitions::missing() const {
  std::vector<std::string> out;
  for (const auto& [name, version] : m_missing) {
    const std::string which = version > 0 ? fmt::format("version {} of the", version) : "the";
    out.push_back(
        fmt::format("{} lifecycle {} is not loaded: its items and estimates are not in the report",
                    which, printable(name)));
  }
  return out;
}

void for_each_step(const Scope& scope, const std::function<void(const Step&)>& take) {
  constexpr std::uint64_t k_page = 5000;  // patches per page
  const std::string select = fmt::format(
      "SELECT e.patch, e.id, e.at, e.action, e.changes FROM patch p JOIN event e ON e.patch = p.id"
      "{} AND e.action IN ('create', 'attach', 'move', 'undo')",
      where_sql(scope));
  const auto last =
      scope.connection.query("SELECT MAX(id) AS last FROM patch").at(0).maybe_integer("last");
  const auto end = static_cast<std::uint64_t>(last.value_or(0));
  for (std::uint64_t from = 0; from < end; from += k_page) {
    scope.connection.query_each(
        fmt::format("{} AND p.id > {} AND p.id <= {} ORDER BY e.patch, e.id", select, from,
                    from + k_page),
        [&](const db::Row& row) {
          Step step;
          step.patch = unsigned_of(row, "patch");
          step.event = unsigned_of(row, "id");
          step.at = row.text("at");
          const std::string_view action = row.view("action");
          step.undone = action == action_of(EventKind::undo);
          const bool moved = step.undone || action == action_of(EventKind::move);
          if (!read_states(moved, row.text("changes"), step)) return;
          take(step);
        });
  }
}

void for_each_stint(const Scope& scope, const std::function<void(const Stint&)>& take) {
  std::vector<Stint> open;  // of one patch: an undo may return to these
  std::uint64_t patch = 0;
  const auto finish = [&] {
    // The last one is the current state.
    for (std::size_t i = 0; i + 1 < open.size(); ++i) take(open[i]);
    open.clear();
  };
  for_each_step(scope, [&](const Step& step) {
    if (step.patch != patch) {
      finish();
      patch = step.patch;
    }
    if (step.from == step.to) return;
    if (step.renamed) {
      if (!open.empty()) open.back().state = step.to;
      return;
    }
    if (step.undone && open.size() > 1 && open[open.size() - 2].state == step.to) {
      open.pop_back();
      open.back().end.clear();
      return;
    }
    if (!open.empty()) open.back().end = step.at;
    open.push_back({step.patch, step.to, step.at, {}});
  });
  finish();
}

}  // namespace upkeep::patch::report
