// SPDX-License-Identifier: MIT
#include "setup/metrics/open_metrics.hpp"
#include "upgrade/model/ended_runs.hpp"

#include "catch2_compat.hpp"

using namespace std::chrono_literals;
using namespace upkeep;  // NOLINT(google-build-using-namespace)
using setup::MetricType;

TEST_CASE("a label's value is escaped") {
  CHECK(setup::escaped_label("a\\b\"c\nd{}=,") == "a\\\\b\\\"c\\nd{}=,");
}

TEST_CASE("families are written with type, unit and help, and end with EOF") {
  CHECK(setup::open_metrics_text({}) == "# EOF\n");
  const std::vector<setup::MetricFamily> families{
      {.name = "a_seconds",
       .type = MetricType::gauge,
       .unit = "seconds",
       .help = "A \"thing\".",
       .samples = {{"", {}, 0.25}}},
      {.name = "empty", .type = MetricType::gauge, .unit = {}, .help = "Left out."},
      {.name = "b",
       .type = MetricType::counter,
       .unit = {},
       .help = "B.",
       .samples = {{"_total", {{"x", "1"}, {"y", "2\n"}}, 1e15}}},
  };
  CHECK(setup::open_metrics_text(families) ==
        "# TYPE a_seconds gauge\n# UNIT a_seconds seconds\n# HELP a_seconds A \\\"thing\\\".\n"
        "a_seconds 0.25\n# TYPE b counter\n# HELP b B.\nb_total{x=\"1\",y=\"2\\n\"} "
        "1000000000000000\n# EOF\n");
}

TEST_CASE("a duration is in the first class that it does not exceed") {
  using upgrade::duration_class_s;
  CHECK(duration_class_s(std::nullopt) == upgrade::k_never_started);
  CHECK(duration_class_s(0us) == 10);
  CHECK(duration_class_s(10s) == 10);
  CHECK(duration_class_s(10s + 1us) == 30);
  CHECK(duration_class_s(28800s) == 28800);
  CHECK(duration_class_s(28801s) == upgrade::k_longer_than_all);
}

TEST_CASE("counts up to each bound are cumulative") {
  upgrade::EndedRuns runs;
  runs.add(upgrade::k_never_started, 2, 0us);
  runs.add(30, 3, 60s);
  runs.add(45, 1, 40s);  // a bound of another version
  runs.add(upgrade::k_longer_than_all, 1, 9h);
  CHECK(runs.count == 7);
  CHECK(runs.timed == 5);
  CHECK(runs.time == 100s + 9h);
  CHECK(runs.within[0] == 0);
  CHECK(runs.within[1] == 3);
  CHECK(runs.within[2] == 4);
  CHECK(runs.within.back() == 4);
}
