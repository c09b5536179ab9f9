// SPDX-License-Identifier: MIT
// What the real guardian says about commands and hooks that end.
#include "catch2_compat.hpp"
#include "guard/run_fixture.hpp"

#include <sys/stat.h>

using upkeep::guard::Guardian;
using upkeep::guard::Phase;
using upkeep::guard::Verdict;
using upkeep::test::alive;
using upkeep::test::contains;
using upkeep::test::eventually;
using upkeep::test::Run;
using namespace std::chrono_literals;

TEST_CASE("a command that succeeds", "[guard][process]") {
  Run run;
  run.spec.rules = {"^> (.*)\\.\\.\\.$", "^<\\*>", "^fine$", {"^Errors"}};
  run.spec.environment = {"FENCE=34", "PATH=/usr/bin:/bin"};
  run.spec.directory = run.directory;
  run.spec.argv = {"sh", "-c",
                   "echo oops >&2; echo '> One...'; echo '<*> done'; sleep 0.2; pwd; echo $FENCE; "
                   "echo fine"};
  run.start();
  const Verdict verdict = run.verdict();
  CHECK(verdict.clean());
  CHECK(verdict.exit_status == 0);
  CHECK(verdict.last_line == "fine");
  CHECK(verdict.phase == Phase::command);
  CHECK(verdict.ended_at >= verdict.started_at);
  CHECK(run.last.lines == 6);
  CHECK(run.last.steps.at(0).name == "One");
  CHECK(run.last.phase == Phase::ended);
  CHECK(run.last.pid == run.guardian->pid());
  CHECK_THAT(run.text("log"), contains("oops\n"));
  CHECK_THAT(run.text("log"), contains(run.directory.string() + "\n34\nfine\n"));

  // The same in the file, for the owner and the group alone.
  const auto saved = run.saved();
  REQUIRE(saved);
  CHECK(saved->to_json() == run.last.to_json());
  struct stat info {};
  REQUIRE(::stat(run.spec.status_path.c_str(), &info) == 0);
  CHECK((info.st_mode & 0137U) == 0);

  CHECK_FALSE(run.lock_is_free());
  CHECK(run.finish().exit_status == 0);
  CHECK(run.lock_is_free());
  CHECK(run.guardian->receive()->kind == Run::Kind::gone);
  run.guardian->renewed(upkeep::test::at_ms(1));  // to nobody: harmless
  run.guardian->stop();
  CHECK_FALSE(alive(run.guardian->pid()));
}

TEST_CASE("the log's word and the exit status are told apart", "[guard][process]") {
  Run run;
  run.spec.rules.success = "^fine$";
  SECTION("exit status") {
    run.start("echo fine; exit 3");
    const Verdict verdict = run.verdict();
    CHECK(verdict.exit_status == 3);
    CHECK(verdict.success);
    CHECK_FALSE(verdict.clean());
  }
  SECTION("no success line") {
    run.start("echo almost");
    const Verdict verdict = run.verdict();
    CHECK(verdict.exit_status == 0);
    CHECK_FALSE(verdict.success);
  }
  SECTION("the success line on stderr does not count") {
    run.start("echo fine >&2");
    CHECK_FALSE(run.verdict().success);
  }
  SECTION("a failure line") {
    run.spec.rules.failure = {"^Errors"};
    run.start("echo 'Errors: no'; echo fine");
    const Verdict verdict = run.verdict();
    CHECK_FALSE(verdict.success);
    CHECK(verdict.failure_line == "Errors: no");
  }
  SECTION("killed by a signal") {
    run.start("echo fine; kill -9 $$");
    CHECK(run.verdict().exit_status == 137);
  }
  CHECK(run.finish().exit_status == 0);
}

TEST_CASE("a command that cannot be started", "[guard][process]") {
  Run run;
  run.spec.argv = {"no-such-program-here"};
  std::string error = "cannot start no-such-program-here: No such file or directory";
  int status = 127;
  SECTION("not in PATH") {}
  SECTION("no such directory") {
    run.spec.directory = "/nonexistent/x";
    error = "cannot enter /nonexistent/x: No such file or directory";
  }
  SECTION("no permission") {
    run.spec.argv = {"/etc/passwd"};
    error = "cannot start /etc/passwd: Permission denied";
    status = 126;
  }
  SECTION("no program; and no shell is tried") {
    const std::string script = run.path("script");
    upkeep::replace_file(script, "echo no interpreter named\n", 0700);
    run.spec.argv = {script};
    error = "cannot start " + script + ": Exec format error";
    status = 126;
  }
  run.start();
  const Verdict verdict = run.verdict();
  CHECK(verdict.spawn_error == error);
  CHECK(verdict.exit_status == status);
  CHECK_FALSE(verdict.clean());
  CHECK(run.finish().exit_status == 0);
  CHECK(run.lock_is_free());
}

TEST_CASE("what a command inherits", "[guard][process]") {
  Run run;
  run.start("ls -l /proc/self/fd; cat /proc/self/stat; grep -E '^Sig(Blk|Ign)' /proc/self/status");
  CHECK(run.verdict().exit_status == 0);
  const std::string log = run.text("log");
  CHECK_THAT(log, contains(" 0 -> /dev/null"));
  CHECK_THAT(log, contains(" 1 -> pipe:"));
  CHECK_THAT(log, contains(" 2 -> pipe:"));
  CHECK_THAT(log, contains(" 4 -> " + run.path("slot.lock")));
  for (const char* other : {" 5 -> ", " 6 -> ", " 7 -> ", " 8 -> ", "socket:", "anon_inode"}) {
    CHECK_THAT(log, !contains(other));
  }
  CHECK_THAT(log, contains("SigBlk:\t0000000000000000"));
  // 32 and 33 are the C library's own, and stay as whoever started us left them.
  const std::string ignored = log.substr(log.find("SigIgn:\t") + 8, 16);
  CHECK((std::stoull(ignored, nullptr, 16) & ~0x180000000ULL) == 0);
  run.finish();
}

TEST_CASE("the before hook", "[guard][process]") {
  Run run;
  run.spec.timeout = 60s;
  SECTION("goes first, and writes to its own log") {
    run.spec.before = {"sh", "-c", "echo backup; echo warning >&2; echo > " + run.path("saved")};
    run.start("test -e " + run.path("saved") + " && echo upgrading");
    CHECK(run.verdict().clean());
    CHECK(run.text("log") == "upgrading\n");
    CHECK_THAT(run.text("hooks.log"), contains("backup\n"));
    CHECK_THAT(run.text("hooks.log"), contains("warning\n"));
    CHECK(run.last.lines == 1);
  }
  SECTION("its failure ends the run") {
    run.spec.before = {"sh", "-c", "exit 4"};
    run.start("touch " + run.path("started"));
    const Verdict verdict = run.verdict();
    CHECK(verdict.phase == Phase::before);
    CHECK(verdict.exit_status == 4);
    CHECK_FALSE(verdict.clean());
  }
  SECTION("it cannot be started") {
    run.spec.before = {"no-such-hook"};
    run.start("touch " + run.path("started"));
    const Verdict verdict = run.verdict();
    CHECK(verdict.phase == Phase::before);
    CHECK(verdict.spawn_error == "cannot start no-such-hook: No such file or directory");
  }
  SECTION("it takes too long") {
    run.spec.timeout = 300ms;
    run.spec.before = {"sleep", "100"};
    run.start("touch " + run.path("started"));
    const Verdict verdict = run.verdict();
    CHECK(verdict.phase == Phase::before);
    CHECK(verdict.timed_out);
    CHECK(verdict.exit_status == 143);
  }
  SECTION("it is stopped, and says it went well") {
    run.spec.timeout = 0ms;
    run.spec.before = {"sh", "-c", "trap 'exit 0' TERM; echo on; while :; do sleep 0.05; done"};
    run.start("touch " + run.path("started"));
    REQUIRE(eventually([&] { return run.text("hooks.log") == "on\n"; }));
    run.guardian->stop();
    const Verdict verdict = run.verdict();
    CHECK(verdict.phase == Phase::before);
    CHECK(verdict.stopped == upkeep::guard::Stopped::signal);
  }
  CHECK_FALSE(std::filesystem::exists(run.path("started")));
  CHECK(run.finish().exit_status == 0);
  CHECK(run.lock_is_free());
}

TEST_CASE("the after hook", "[guard][process]") {
  Run run;
  run.spec.timeout = 2s;
  run.start("echo done");
  REQUIRE(run.verdict().clean());
  SECTION("runs and is told") {
    run.guardian->after({"sh", "-c", "echo after; exit 5"});
    const auto ended = run.wait_for(Run::Kind::hook_ended);
    CHECK(ended.hook.exit_status == 5);
    CHECK_FALSE(ended.hook.clean());
    CHECK(run.text("hooks.log") == "after\n");
    CHECK(run.text("log") == "done\n");
  }
  SECTION("cannot be started") {
    run.guardian->after({"no-such-hook"});
    const auto ended = run.wait_for(Run::Kind::hook_ended);
    CHECK(ended.hook.spawn_error == "cannot start no-such-hook: No such file or directory");
    CHECK(ended.hook.exit_status == 127);
  }
  SECTION("takes too long") {
    run.guardian->after({"sleep", "100"});
    CHECK(run.wait_for(Run::Kind::hook_ended).hook.timed_out);
  }
  SECTION("is stopped") {
    run.guardian->after({"sleep", "100"});
    run.guardian->stop();
    CHECK(run.wait_for(Run::Kind::hook_ended).hook.stopped == upkeep::guard::Stopped::signal);
  }
  SECTION("arguments that no message holds") {
    CHECK_THROWS_AS(run.guardian->after({std::string(300'000, 'x')}), upkeep::Error);
  }
  CHECK(run.finish().exit_status == 0);
  CHECK(run.lock_is_free());
}

TEST_CASE("an after hook's limit spares what the command left behind", "[guard][process]") {
  Run run;
  run.spec.timeout = 2s;
  run.spec.grace = 300ms;
  run.start("setsid sh -c 'echo $$ > " + run.path("pid") +
            "; exec sleep 100' </dev/null >/dev/null 2>&1 & echo on");
  const pid_t left = run.wait_for_pid("pid");
  REQUIRE(run.verdict().clean());
  run.guardian->after({"sh", "-c", "trap '' TERM; sleep 100; sleep 100"});
  CHECK(run.wait_for(Run::Kind::hook_ended).hook.timed_out);
  CHECK(alive(left));
  run.guardian->done();
  CHECK(run.wait_for(Run::Kind::lingering).count == 1);
  ::kill(left, SIGKILL);
  CHECK(run.wait_for(Run::Kind::gone).exit_status == 0);
}

TEST_CASE("progress is told", "[guard][process]") {
  Run run;
  run.spec.rules.step_open = "^> (.*)$";
  run.start("echo '> one'; sleep 0.7; echo '> two'; sleep 0.7");
  REQUIRE(eventually([&] { return run.saved() && run.saved()->step == "one"; }));
  CHECK(run.saved()->command_pid > 0);
  CHECK(run.saved()->phase == Phase::command);
  CHECK_FALSE(run.saved()->verdict);
  REQUIRE(run.verdict().exit_status == 0);
  CHECK(run.statuses.size() >= 2);
  CHECK(run.statuses.size() <= 6);  // no more often than there is something to tell
  CHECK(run.statuses.back().step == "two");
  CHECK(run.statuses.back().command_started_at > upkeep::WallTime());
  run.finish();
}

TEST_CASE("a status file that cannot be written changes nothing", "[guard][process]") {
  Run run;
  run.spec.status_path = "/nonexistent/7.json";
  run.start("echo on");
  CHECK(run.verdict().clean());
  CHECK(run.finish().exit_status == 0);
}

TEST_CASE("a profile that is wrong ends the guardian before anything starts", "[guard][process]") {
  Run run;
  run.spec.rules.success = "(";
  run.start("touch " + run.path("started"));
  const auto gone = run.wait_for(Run::Kind::gone);
  CHECK(gone.exit_status == 65);
  CHECK_THAT(run.text("log"), contains("ws-guardian: error: '(' is not a regular expression"));
  CHECK_FALSE(std::filesystem::exists(run.path("started")));
}

TEST_CASE("a guardian that is not there", "[guard][process]") {
  Run run;
  run.spec.argv = {"true"};
  CHECK_THROWS_AS(Guardian::start(run.spec, run.lock, run.log, run.hooks_log, "/nonexistent/g"),
                  upkeep::Error);
}
