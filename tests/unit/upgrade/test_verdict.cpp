// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "upgrade/model/verdict.hpp"

#include <random>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test
using upkeep::ExitStatus;
using upkeep::guard::Phase;
using upkeep::guard::Status;
using upkeep::guard::Verdict;
using upkeep::test::contains;

namespace {

Verdict clean() {
  Verdict verdict;
  verdict.success = true;
  verdict.last_line = "Done";
  verdict.seconds = 12.7;
  return verdict;
}

Status with(const Verdict& verdict) {
  Status status;
  status.lines = 80;
  status.steps = {{"tables", 1.5}};
  status.verdict = verdict;
  return status;
}

WorkspaceStatus probes(Answer answer) {
  WorkspaceStatus status;
  status.target_holds = answer;
  if (answer == Answer::does_not_hold) status.missing = "T.C";
  status.detail = "no such workspace";
  return status;
}

}  // namespace

TEST_CASE("success is said by the command, its log and the probes", "[verdict]") {
  const Status status = with(clean());
  CHECK(needs_probes(status));
  const RunVerdict judgement = judge(status, probes(Answer::holds));
  CHECK(judgement.status == ExitStatus::ok);
  CHECK(judgement.ending.state == RunState::succeeded);
  CHECK(judgement.ending.exit_status == 0);
  CHECK(judgement.ending.lines == 80);
  CHECK(judgement.ending.detail.empty());
  CHECK(judgement.ending.steps == R"([["tables",1.5]])");
  CHECK(judgement.ending.recorded_percent() == 100);
}

TEST_CASE("success that the workspace does not show is a failure", "[verdict]") {
  const RunVerdict no = judge(with(clean()), probes(Answer::does_not_hold));
  CHECK(no.ending.state == RunState::failed);
  CHECK(no.status == ExitStatus::no);
  CHECK_THAT(no.ending.detail, contains("missing T.C"));
  CHECK(no.ending.steps.empty());
  const RunVerdict unseen = judge(with(clean()), probes(Answer::unknown));
  CHECK(unseen.ending.state == RunState::failed);
  CHECK_THAT(unseen.ending.detail, contains("no such workspace"));
}

TEST_CASE("what goes wrong, and what it is called", "[verdict]") {
  struct Case {
    const char* detail;
    void (*spoil)(Verdict&);
    RunState state = RunState::failed;
    ExitStatus status = ExitStatus::no;
  };
  const auto all = std::initializer_list<Case>{
      {"the command was stopped by a signal",
       [](Verdict& v) { v.stopped = upkeep::guard::Stopped::signal; }, RunState::interrupted},
      {"its lease could not be renewed",
       [](Verdict& v) { v.stopped = upkeep::guard::Stopped::lease; }, RunState::lost,
       ExitStatus::lock_lost},
      {"the command was ended at its time limit after 12 s", [](Verdict& v) { v.timed_out = true; },
       RunState::failed, ExitStatus::time_limit},
      {"the before hook was ended at its time limit",
       [](Verdict& v) {
         v.timed_out = true;
         v.phase = Phase::before;
       }},
      {"the command did not start: cannot start php",
       [](Verdict& v) { v.spawn_error = "cannot start php"; }},
      {"the before hook failed: exit status 3",
       [](Verdict& v) {
         v.phase = Phase::before;
         v.exit_status = 3;
       }},
      {"exit status 2: Done", [](Verdict& v) { v.exit_status = 2; }},
      {"killed by signal 9", [](Verdict& v) { v.exit_status = 137; }},
      {"exit status 2: Fatal",
       [](Verdict& v) {
         v.exit_status = 2;
         v.failure_line = "Fatal";
       }},
      {"Fatal", [](Verdict& v) { v.failure_line = "Fatal"; }},
      {"Error: no table",
       [](Verdict& v) {
         v.failure_line = "Error:";
         v.last_error = "no table";
       }},
      {"its last line does not indicate success: Done", [](Verdict& v) { v.success = false; }},
      {"it wrote nothing, so nothing indicates success; oops",
       [](Verdict& v) {
         v.success = false;
         v.last_line.clear();
         v.last_error = "oops";
       }},
  };
  for (const Case& one : all) {
    Verdict verdict = clean();
    one.spoil(verdict);
    const Status status = with(verdict);
    INFO(one.detail);
    CHECK_FALSE(needs_probes(status));
    for (const Answer answer : {Answer::holds, Answer::does_not_hold, Answer::unknown}) {
      const RunVerdict judgement = judge(status, probes(answer));
      CHECK(judgement.ending.state == one.state);
      CHECK(judgement.status == one.status);
      CHECK_THAT(judgement.ending.detail, contains(one.detail));
    }
  }
}

TEST_CASE("output that is not in the log is told with any end", "[verdict]") {
  Verdict verdict = clean();
  verdict.dropped_bytes = 7;
  verdict.log_error = "No space left on device";
  const RunVerdict judgement = judge(with(verdict), probes(Answer::holds));
  CHECK(judgement.ending.state == RunState::succeeded);
  CHECK_THAT(judgement.ending.detail,
             contains("7 bytes of output are missing from the log: No space left on device"));
}

TEST_CASE("without a verdict a run is lost", "[verdict]") {
  CHECK_FALSE(needs_probes(Status{}));
  const RunVerdict judgement = judge_lost("nobody saw it", 5);
  CHECK(judgement.ending.state == RunState::lost);
  CHECK(judgement.ending.detail == "nobody saw it");
  CHECK(judgement.ending.lines == 5);
  CHECK_FALSE(judgement.ending.exit_status);
  CHECK(judgement.status == ExitStatus::no);
}

TEST_CASE("no verdict but a clean one is a success", "[verdict]") {
  std::mt19937 random(20261129);  // NOLINT(cert-msc32-c,cert-msc51-cpp): the same cases each time
  const auto rarely = [&random] { return random() % 4 == 0; };
  for (int i = 0; i < 3000; ++i) {
    Verdict verdict = clean();
    if (rarely()) verdict.exit_status = static_cast<int>(random() % 256);
    if (rarely()) verdict.phase = Phase::before;
    if (rarely()) verdict.timed_out = true;
    if (rarely())
      verdict.stopped =
          random() % 2 == 0 ? upkeep::guard::Stopped::signal : upkeep::guard::Stopped::lease;
    if (rarely()) verdict.spawn_error = "cannot start";
    if (rarely()) verdict.success = false;
    if (rarely()) verdict.failure_line = "Fatal";
    const auto answer = static_cast<Answer>(random() % 3);
    const RunVerdict judgement = judge(with(verdict), probes(answer));
    const bool good = verdict.clean() && verdict.phase == Phase::command &&
                      verdict.failure_line.empty() && answer == Answer::holds;
    INFO("case " << i << ": " << judgement.ending.detail);
    REQUIRE((judgement.ending.state == RunState::succeeded) == good);
    REQUIRE((judgement.status == ExitStatus::ok) == good);
    REQUIRE(judgement.ending.detail.empty() == good);
    REQUIRE(judgement.ending.steps.empty() == !good);
    REQUIRE((judgement.ending.recorded_percent() == 100) == good);
  }
}
