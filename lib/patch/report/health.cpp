// SPDX-License-Identifier: MIT
// health: patches that are not process-complete.
#include "base/text.hpp"
#include "patch/lifecycle/engine.hpp"
#include "patch/model/state_words.hpp"
#include "patch/report/history.hpp"
#include "patch/report/reports.hpp"
#include "patch/report/subjects.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"
#include "patch/store/type_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace upkeep::patch::report {

namespace {

/// The required fields of a released patch, in the order of the report.
const std::vector<std::string>& needed_keys() {
  static const std::vector<std::string> k_keys{"overview_products",
                                               "jiraInformation_supportJIRA",
                                               "jiraInformation_publicJIRA",
                                               "peopleInvolved_developedby",
                                               "peopleInvolved_qaedby",
                                               "patchInformation_jarsInvolved",
                                               "patchInformation_revision",
                                               "testInformation_automationavailable",
                                               "dates_releasedOn"};
  return k_keys;
}

constexpr std::size_t k_automation = 7, k_released_on = 8;
enum More : std::size_t {
  security = 9,
  test_location,
  test_reason,
  development_started,
  qa_started
};

std::vector<std::string> all_keys() {
  std::vector<std::string> keys = needed_keys();
  for (const char* key : {"overview_security", "testInformation_location", "testInformation_reason",
                          "dates_developmentStartedOn", "dates_qaStartedOn"}) {
    keys.emplace_back(key);
  }
  return keys;
}

bool is_in(const std::vector<std::string>& states, const std::optional<std::string>& state) {
  return state && is_one_of(states, *state);
}

/// The void patches, by platform and number.
std::set<std::string> void_patches(db::Connection& connection) {
  std::set<std::string> names;
  for (const db::Row& row :
       connection.query("SELECT platform, number FROM patch WHERE voided_at IS NOT NULL")) {
    if (const auto ref = ref_of(row)) names.insert(to_string(*ref));
  }
  return names;
}

class Examiner {
 public:
  Examiner(Scope& scope, const ArtifactType& type)
      : m_scope(scope), m_void(void_patches(scope.connection)), m_definitions(scope.connection) {
    for (const std::string& key : all_keys()) m_known.push_back(type.find(key) != nullptr);
  }

  void examine(Subject&& one) {
    const config::Patch& config = m_scope.config.patch;
    const About about{platform(one.platform_key), one.ref, one.state};
    const bool released = is_in(config.released, one.state) || (!one.state && one.released_at);
    if (released && one.state && !is_in(config.complete, one.state)) {
      add(about, "not-complete",
          fmt::format("it is {}, which is not {}", *one.state, join(config.complete, " or ")));
    }
    judge_dates(about, one);
    judge_state(about, one);
    for (const Link& link : one.links) {
      if (link.type != "requires" || !m_void.contains(to_string(link.target))) continue;
      add(about, "requires-void", m_scope.names.format(link.target));
    }
    if (!released) return;
    judge_fields(about, one);
    if (one.lifecycle) {
      m_released.push_back({one.id, about, *one.lifecycle, one.lifecycle_version});
    }
  }

  /// Items that were not ticked when the patch left the state before the released one.
  /// @returns warnings
  std::vector<std::string> judge_items() {
    judge_states();
    Definitions& definitions = m_definitions;
    constexpr std::size_t k_page = 500;  // servers turn a list of 1000 into a join, and sort it
    for (std::size_t start = 0; start < m_released.size(); start += k_page) {
      judge_page(start, std::min(m_released.size(), start + k_page), definitions);
    }
    return definitions.missing();
  }

  [[nodiscard]] std::vector<Record> rows() {
    std::vector<std::tuple<std::string_view, std::uint32_t, std::size_t>> order;
    order.reserve(m_found.size());
    for (std::size_t i = 0; i < m_found.size(); ++i) {
      order.emplace_back(m_platforms[m_found[i].platform], m_found[i].number, i);
    }
    std::sort(order.begin(), order.end());
    std::vector<Record> rows;
    rows.reserve(order.size());
    for (const auto& one : order) rows.push_back(std::move(m_found[std::get<2>(one)].record));
    return rows;
  }
  /// Whether links matter.
  [[nodiscard]] bool reads_links() const noexcept { return !m_void.empty(); }
  [[nodiscard]] const std::map<std::string, double>& counts() const noexcept { return m_counts; }

 private:
  /// The patch that a problem is about.
  struct About {
    std::size_t platform;  // in m_platforms
    PatchRef ref;
    std::optional<std::string> state;
  };
  struct Problem {
    std::size_t platform;
    std::uint32_t number;
    Record record;
  };
  struct Released {
    std::uint64_t id;
    About about;
    std::string lifecycle;
    std::int64_t lifecycle_version;
  };

  /// There are few, and equal ones are mostly adjacent.
  std::size_t platform(const std::string& key) {
    const auto found = std::find(m_platforms.rbegin(), m_platforms.rend(), key);
    if (found != m_platforms.rend())
      return static_cast<std::size_t>(m_platforms.rend() - found) - 1;
    m_platforms.push_back(key);
    return m_platforms.size() - 1;
  }

  void add(const About& one, const std::string& problem, const std::string& detail) {
    ++m_counts[problem];
    m_found.push_back({one.platform,
                       one.ref.number,
                       {m_scope.names.format(one.ref), one.state, problem, detail}});
  }

  /// Those of m_released from `start` to `end`, in the order of their ids.
  void judge_page(std::size_t start, std::size_t end, Definitions& definitions) {
    std::vector<std::uint64_t> ids;
    for (std::size_t i = start; i < end; ++i) ids.push_back(m_released[i].id);
    lifecycle::Replay walk;
    std::vector<std::pair<std::size_t, lifecycle::Replay>> done;  // checking may query the database
    std::size_t place = start;
    Event event;  // who and when do not matter here
    m_scope.connection.query_each(
        fmt::format("SELECT e.patch, e.action, e.changes FROM event e"
                    " WHERE e.patch IN ({}) AND e.action IN ('create', 'attach', 'move', 'undo',"
                    " 'tick', 'untick') ORDER BY e.patch, e.id",
                    id_list(ids)),
        [&](const db::Row& row) {
          event.patch = unsigned_of(row, "patch");
          if (event.patch != m_released[place].id) {
            done.emplace_back(place, std::exchange(walk, {}));
            while (event.patch != m_released[place].id) ++place;
          }
          event.changes = decode_changes(row.text("changes"));
          event.kind = kind_of(row.view("action"), event.changes);
          walk.take(event);
        });
    if (place < end) done.emplace_back(place, std::move(walk));
    for (const auto& [one, moves] : done) judge_walk(m_released[one], moves, definitions);
  }

  /// Definitions are looked up while the rows are read.
  void judge_state(const About& about, const Subject& one) {
    if (!one.lifecycle) return;
    if (!one.state) {
      add(about, "lifecycle", fmt::format("it has the lifecycle {} but no state", *one.lifecycle));
      return;
    }
    m_placed[{*one.lifecycle, one.lifecycle_version, *one.state}].push_back(about);
  }

  /// Patches that no event can move: one line each.
  void judge_states() {
    for (const auto& [place, patches] : m_placed) {
      const auto& [lifecycle, version, state] = place;
      const auto* definition = m_definitions.find(lifecycle, version);
      if (definition != nullptr && definition->find(state) != nullptr) continue;
      const std::string detail =
          definition == nullptr ? fmt::format("its lifecycle {} is not loaded", lifecycle)
                                : fmt::format("'{}' is not a state of {}", state, definition->name);
      for (const About& one : patches) add(one, "lifecycle", detail);
    }
  }

  void judge_dates(const About& about, const Subject& one) {
    const auto day = [](const std::string& text) { return text.substr(0, 10); };
    const std::pair<const char*, std::string> dates[] = {
        {"made", day(one.created_at.value_or(""))},
        {"development started", day(one.text(development_started))},
        {"QA started", day(one.text(qa_started))},
        {"released", day(one.released_at ? *one.released_at : one.text(k_released_on))}};
    // A patch may be registered long after work on it began: its creation only has to precede its
    // release.
    for (const auto& [earlier, later] : {std::pair{1, 2}, {1, 3}, {2, 3}, {0, 3}}) {
      const auto& [what, first] = dates[earlier];
      const auto& [other, second] = dates[later];
      if (!first.empty() && !second.empty() && second < first) {
        add(about, "dates", fmt::format("{} {}, {} {}", what, first, other, second));
      }
    }
  }

  void judge_fields(const About& about, const Subject& one) {
    const std::string flag = lower(one.text(security));
    const bool is_security =
        flag == "true" || flag == "yes" || lower(one.category.value_or("")) == "security";
    for (std::size_t i = 0; i < needed_keys().size(); ++i) {
      if (!m_known[i] || !one.values[i].empty()) continue;
      if (is_security && needed_keys()[i] == "jiraInformation_publicJIRA") continue;
      add(about, "field-missing", needed_keys()[i]);
    }
    const std::string automation = lower(one.text(k_automation));
    if (automation == "yes" && one.values[test_location].empty()) {
      add(about, "field-missing", all_keys()[test_location]);
    }
    if (automation == "not possible" && one.values[test_reason].empty()) {
      add(about, "field-missing", all_keys()[test_reason]);
    }
  }

  void judge_walk(const Released& one, const lifecycle::Replay& walk, Definitions& definitions) {
    const auto& moves = walk.moves();
    const auto into = std::find_if(moves.rbegin(), moves.rend(), [&](const auto& move) {
      return !move.stays() && is_in(m_scope.config.patch.released, move.to) &&
             !is_in(m_scope.config.patch.released, move.from);
    });
    if (into == moves.rend()) return;
    const auto* definition = definitions.find(one.lifecycle, one.lifecycle_version);
    if (definition == nullptr) return;
    const lifecycle::State* left = definition->find(into->from);
    if (left == nullptr) return;
    for (const lifecycle::Item& item : left->items) {
      if (!into->progress.ticks.contains(item.name)) add(one.about, "item-skipped", item.name);
    }
  }

  Scope& m_scope;
  std::set<std::string> m_void;
  std::vector<bool> m_known;
  std::vector<std::string> m_platforms;  // their keys
  std::vector<Released> m_released;      // by id
  std::vector<Problem> m_found;
  std::map<std::string, double> m_counts;
  Definitions m_definitions;
  /// By lifecycle, version and state.
  std::map<std::tuple<std::string, std::int64_t, std::string>, std::vector<About>> m_placed;
};

}  // namespace

Report health(Scope& scope) {
  Report report{
      "health",
      "Patches that are not process-complete",
      "Released in a state that is not complete; a state that the lifecycle lacks; items "
      "of the state that was left for the"
      " released one, not ticked then; dates out of order; a void patch required; fields missing.",
      {"patch", "state", "problem", "detail"},
      {},
      {}};
  const ArtifactType type = TypeStore(scope.connection).current();
  Examiner examiner(scope, type);
  const std::string range = scope.from || scope.to
                                ? range_sql(scope, "COALESCE(p.released_at, p.created_at)")
                                : std::string();
  for_each_subject(scope, {all_keys(), examiner.reads_links(), range},
                   [&](Subject&& one) { examiner.examine(std::move(one)); });
  report.warnings = examiner.judge_items();
  report.rows = examiner.rows();
  report.charts.push_back(counted_chart("Problems by kind", "problem",
                                        {examiner.counts().begin(), examiner.counts().end()}));
  report.charts.back().y_title = "problems";
  report.charts.back().series.front().name = "problems";
  return report;
}

}  // namespace upkeep::patch::report
