// SPDX-License-Identifier: MIT
// Time limits, stopping, leases: what the real guardian ends, and what it lets live.
#include "catch2_compat.hpp"
#include "guard/run_fixture.hpp"

using upkeep::BootClock;
using upkeep::BootTime;
using upkeep::guard::Phase;
using upkeep::guard::Policy;
using upkeep::guard::Verdict;
using upkeep::test::alive;
using upkeep::test::eventually;
using upkeep::test::Run;
using namespace std::chrono_literals;

namespace {

/// Ignores SIGTERM, says its pid, stays.
std::string stubborn(const Run& run, const std::string& name) {
  return "sh -c 'trap \"\" TERM; echo $$ > " + run.path(name) + "; while :; do sleep 1; done'";
}

/// A daemon: session of its own, nothing open but the slot lock, which it cannot know of.
std::string daemon(const Run& run, const std::string& name, const std::string& seconds = "100") {
  return "setsid sh -c 'echo $$ > " + run.path(name) + "; exec sleep " + seconds +
         "' </dev/null >/dev/null 2>&1 & while ! test -s " + run.path(name) +
         "; do sleep 0.02; done";
}

}  // namespace

TEST_CASE("the time limit: SIGTERM, then SIGKILL", "[guard][process]") {
  Run run;
  // Each time that must pass is short, each that must not is long: a loaded machine is slow.
  run.spec.timeout = 1s;
  run.spec.grace = 60s;
  SECTION("a command that ends at SIGTERM") {
    run.start("trap 'echo bye; exit 9' TERM; while :; do sleep 0.05; done");
    const Verdict verdict = run.verdict();
    CHECK(verdict.timed_out);
    CHECK(verdict.exit_status == 9);
    CHECK(verdict.last_line == "bye");
    CHECK(verdict.seconds < 60);
  }
  SECTION("one that ignores it, with a child outside of its group") {
    run.spec.grace = 400ms;
    run.start("setsid " + stubborn(run, "outside") + " & exec " + stubborn(run, "main"));
    const pid_t outside = run.wait_for_pid("outside");
    const Verdict verdict = run.verdict();
    CHECK(verdict.timed_out);
    CHECK(verdict.exit_status == 137);
    CHECK(verdict.seconds > 1.39);
    CHECK(eventually([&] { return !alive(outside); }, 20s));
  }
  SECTION("a stopped one wakes up for it") {
    run.start("kill -STOP $$; echo no");
    const Verdict verdict = run.verdict();
    CHECK(verdict.timed_out);
    CHECK(verdict.exit_status == 143);
    CHECK(verdict.seconds < 60);
  }
  SECTION("a command in time is not told of it") {
    run.spec.timeout = 60s;
    run.start("sleep 0.1");
    CHECK(run.verdict().clean());
  }
  CHECK_FALSE(run.finish().exit_status);
  CHECK(run.lock_is_free());
}

TEST_CASE("stopping", "[guard][process]") {
  Run run;
  run.spec.grace = 30s;
  SECTION("once: SIGTERM") {
    run.start("sleep 100 & echo $! > " + run.path("pid") + "; wait");
    const pid_t child = run.wait_for_pid("pid");
    run.guardian->stop();
    const Verdict verdict = run.verdict();
    CHECK(verdict.stopped == upkeep::guard::Stopped::signal);
    CHECK(verdict.exit_status == 143);
    CHECK_FALSE(verdict.timed_out);
    CHECK(eventually([&] { return !alive(child); }));
  }
  SECTION("twice: SIGKILL at once") {
    run.start("exec " + stubborn(run, "pid"));
    const pid_t pid = run.wait_for_pid("pid");
    run.guardian->stop();
    std::this_thread::sleep_for(100ms);
    CHECK(alive(pid));
    run.guardian->stop();
    CHECK(run.verdict().exit_status == 137);
    CHECK(run.last.verdict->stopped == upkeep::guard::Stopped::signal);
  }
  SECTION("kill: SIGKILL at once") {
    run.start("exec " + stubborn(run, "pid"));
    (void)run.wait_for_pid("pid");
    run.guardian->kill();
    CHECK(run.verdict().exit_status == 137);
  }
  SECTION("a signal to the guardian itself") {
    run.start("exec sleep 100");
    REQUIRE(eventually([&] { return run.saved().has_value(); }));
    ::kill(run.guardian->pid(), SIGTERM);
    CHECK(run.verdict().stopped == upkeep::guard::Stopped::signal);
    ::kill(run.guardian->pid(), SIGHUP);  // ignored
  }
  CHECK(run.finish().exit_status == 0);
  CHECK(run.lock_is_free());
}

TEST_CASE("stopping ends what is outside of the group, after the grace", "[guard][process]") {
  Run run;
  run.spec.grace = 3s;
  run.start("setsid " + stubborn(run, "outside") + " >/dev/null 2>&1 & exec sleep 100");
  const pid_t outside = run.wait_for_pid("outside");
  const BootTime begun = BootClock::now();
  run.guardian->stop();
  CHECK(run.verdict().stopped == upkeep::guard::Stopped::signal);
  CHECK(BootClock::now() - begun < 2900ms);  // the verdict does not wait for it
  run.guardian->done();
  CHECK(run.wait_for(Run::Kind::lingering).kind == Run::Kind::lingering);
  CHECK(run.wait_for(Run::Kind::gone).exit_status == 0);
  CHECK_FALSE(alive(outside));
  CHECK(run.lock_is_free());
}

TEST_CASE("output still open when the command has ended", "[guard][process]") {
  Run run;
  run.spec.rules.success = "^late$";
  SECTION("is awaited") {
    run.start("(sleep 0.3; echo late) & exit 0");
    const Verdict verdict = run.verdict();
    CHECK(verdict.clean());
    CHECK(run.finish().exit_status == 0);
  }
  SECTION("for the grace time") {
    run.spec.grace = 300ms;
    run.spec.rules.success = "^early$";
    run.start("(sleep 3; echo late; sleep 0.2) & echo early");
    const Verdict verdict = run.verdict();
    CHECK(verdict.clean());
    CHECK(verdict.seconds < 2.9);
    run.guardian->done();
    CHECK(run.wait_for(Run::Kind::lingering).count >= 1);
    CHECK_FALSE(run.lock_is_free());
    CHECK(run.wait_for(Run::Kind::gone).exit_status == 0);
    CHECK(run.text("log") == "early\nlate\n");  // the log goes on, the verdict stands
    CHECK(run.saved()->verdict->last_line == "early");
  }
}

TEST_CASE("a daemon that closed everything keeps the slot", "[guard][process]") {
  Run run;
  // Every descriptor above 2, the lock's too: the guardian alone holds it then.
  run.start("setsid sh -c 'exec 3>&- 4>&- 5>&-; echo $$ > " + run.path("pid") +
            "; exec sleep 1.2' </dev/null >/dev/null 2>&1 & sleep 0.2");
  REQUIRE(run.verdict().clean());
  SECTION("while the supervisor lives") {
    run.guardian->done();
    CHECK(run.wait_for(Run::Kind::lingering).count == 1);
  }
  SECTION("when it is gone") {
    run.guardian.reset();
  }
  const pid_t pid = run.wait_for_pid("pid");
  CHECK(alive(pid));
  CHECK_FALSE(run.lock_is_free());
  CHECK(eventually([&] { return run.lock_is_free(); }, 60s));
  CHECK_FALSE(alive(pid));
}

TEST_CASE("policy kill: leftovers do not outlive the run", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  run.spec.grace = 300ms;
  run.start("setsid " + stubborn(run, "stubborn") + " >/dev/null 2>&1 & " + daemon(run, "daemon"));
  const pid_t stubborn_pid = run.wait_for_pid("stubborn");
  const pid_t daemon_pid = run.wait_for_pid("daemon");
  REQUIRE(run.verdict().clean());
  CHECK(alive(daemon_pid));
  SECTION("done") {
    run.guardian->done();
  }
  SECTION("gone") {
    run.guardian.reset();
  }
  CHECK(eventually([&] { return run.lock_is_free(); }, 60s));
  CHECK_FALSE(alive(stubborn_pid));
  CHECK_FALSE(alive(daemon_pid));
}

TEST_CASE("policy kill: a lease that is not renewed", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  run.spec.lease = 1000ms;
  run.spec.grace = 10s;  // more than half of the lease: that half counts
  run.start("exec " + stubborn(run, "pid"));
  const pid_t pid = run.wait_for_pid("pid");
  const BootTime begun = BootClock::now();
  SECTION("ends the command, with all that belongs to it") {
    const Verdict verdict = run.verdict();
    CHECK(verdict.stopped == upkeep::guard::Stopped::lease);
    CHECK(verdict.exit_status == 137);
    CHECK(verdict.seconds < 10);
    CHECK(verdict.seconds >= 1.49);
    CHECK_FALSE(alive(pid));
    // A supervisor that does not renew is not waited for.
    CHECK(run.wait_for(Run::Kind::gone).exit_status == 0);
    CHECK(run.saved()->verdict->stopped == upkeep::guard::Stopped::lease);
  }
  SECTION("renewals keep it alive; what was true long ago is none") {
    for (int i = 0; i < 6; ++i) {
      std::this_thread::sleep_for(300ms);
      run.guardian->renewed(BootClock::now());
      run.guardian->renewed(BootClock::now() - 100'000ms);
      run.guardian->renewed(BootClock::now() + 100'000'000ms);
    }
    CHECK(BootClock::now() - begun > 1700ms);
    CHECK(alive(pid));
    CHECK(run.verdict().stopped == upkeep::guard::Stopped::lease);
    CHECK(BootClock::now() - begun > 2700ms);
  }
  CHECK(eventually([&] { return run.lock_is_free(); }, 20s));
}

TEST_CASE("policy kill: the lease counts from the renewal before the start", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  run.spec.lease = 60s;
  run.spec.renewed_at = BootClock::now() - 59'700ms;
  run.spec.before = {"sleep", "100"};
  run.start("touch " + run.path("started"));
  const Verdict verdict = run.verdict();
  CHECK(verdict.stopped == upkeep::guard::Stopped::lease);
  CHECK(verdict.phase == Phase::before);
  CHECK_FALSE(std::filesystem::exists(run.path("started")));
}

TEST_CASE("policy kill: nothing is started under a lease that is over", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  run.spec.lease = 60s;
  run.spec.renewed_at = BootClock::now() - 100'000ms;
  SECTION("no command") {}
  SECTION("no hook before it") {
    run.spec.before = {"touch", run.path("started")};
  }
  run.start("touch " + run.path("started"));
  const Verdict verdict = run.verdict();
  CHECK(verdict.stopped == upkeep::guard::Stopped::lease);
  CHECK(verdict.exit_status == 126);
  CHECK(run.saved()->verdict->stopped == upkeep::guard::Stopped::lease);
  CHECK(run.wait_for(Run::Kind::gone).exit_status == 0);
  CHECK_FALSE(std::filesystem::exists(run.path("started")));
  CHECK(run.lock_is_free());
}

TEST_CASE("policy kill: the lease counts while the after hook runs", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  run.spec.lease = 700ms;
  run.start("true");
  REQUIRE(run.verdict().clean());
  run.guardian->after({"sleep", "100"});
  const auto ended = run.wait_for(Run::Kind::hook_ended);
  CHECK(ended.hook.stopped == upkeep::guard::Stopped::lease);
  CHECK(run.wait_for(Run::Kind::gone).exit_status == 0);
}

TEST_CASE("policy finish: the lease ends the waiting, not the command", "[guard][process]") {
  Run run;
  run.spec.lease = 400ms;
  run.start("sleep 0.8; echo on");
  const Verdict verdict = run.verdict();
  CHECK(verdict.clean());
  CHECK(verdict.stopped == upkeep::guard::Stopped::no);
  // The supervisor that did not renew is taken for frozen: nobody waits for its word.
  CHECK(run.wait_for(Run::Kind::gone, 3s).kind == Run::Kind::gone);
  CHECK(run.lock_is_free());
}
