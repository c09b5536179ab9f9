// SPDX-License-Identifier: MIT
// The real guardian when its supervisor, or itself, is killed or frozen.
#include "catch2_compat.hpp"
#include "guard/run_fixture.hpp"

#include <sys/prctl.h>

using upkeep::guard::Policy;
using upkeep::test::alive;
using upkeep::test::eventually;
using upkeep::test::Run;
using namespace std::chrono_literals;

namespace {

/// A supervisor of its own process, to be killed or frozen; its guardian's verdict is in the file.
class Supervisor {
 public:
  explicit Supervisor(Run& run) : m_pid(::fork()) {
    if (m_pid != 0) {
      run.lock.reset();
      return;
    }
    try {
      run.start();
      for (;;) ::pause();
    } catch (...) {
      ::_exit(1);
    }
  }
  Supervisor(const Supervisor&) = delete;
  Supervisor& operator=(const Supervisor&) = delete;
  ~Supervisor() {
    signal(SIGCONT);
    kill();
  }
  void signal(int number) const {
    if (m_pid > 0) ::kill(m_pid, number);
  }
  void kill() {
    signal(SIGKILL);
    if (m_pid > 0) ::waitpid(m_pid, nullptr, 0);
    m_pid = -1;
  }

 private:
  pid_t m_pid;
};

void set_script(Run& run, const std::string& script) {
  run.spec.argv = {"/bin/sh", "-c", script};
}

bool has_verdict(const Run& run) {
  const auto status = run.saved();
  return status && status->verdict;
}

}  // namespace

TEST_CASE("supervisor killed, policy finish: the command runs on, the verdict is kept",
          "[guard][process]") {
  Run run;
  run.spec.rules.success = "^fine$";
  set_script(run, "echo $$ > " + run.path("pid") + "; sleep 0.8; echo fine");
  Supervisor supervisor(run);
  const pid_t pid = run.wait_for_pid("pid");
  supervisor.kill();
  std::this_thread::sleep_for(200ms);
  CHECK(alive(pid));
  CHECK_FALSE(run.lock_is_free());
  REQUIRE(eventually([&] { return has_verdict(run); }));
  CHECK(run.saved()->verdict->clean());
  CHECK(run.text("log") == "fine\n");
  CHECK(eventually([&] { return run.lock_is_free(); }, 2s));
}

TEST_CASE("supervisor killed during the before hook, policy finish", "[guard][process]") {
  Run run;
  run.spec.before = {"sh", "-c", "echo $$ > " + run.path("pid") + "; sleep 0.5"};
  set_script(run, "echo upgraded");
  Supervisor supervisor(run);
  (void)run.wait_for_pid("pid");
  supervisor.kill();
  REQUIRE(eventually([&] { return has_verdict(run); }));
  CHECK(run.saved()->verdict->clean());
  CHECK(run.text("log") == "upgraded\n");
}

TEST_CASE("supervisor killed, policy kill: everything ends", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  run.spec.lease = 2s;
  run.spec.grace = 500ms;
  set_script(run, "trap '' TERM; setsid sh -c 'trap \"\" TERM; echo $$ > " + run.path("daemon") +
                      "; while :; do sleep 1; done' </dev/null >/dev/null 2>&1 & echo $$ > " +
                      run.path("pid") + "; while :; do sleep 1; done");
  Supervisor supervisor(run);
  const pid_t pid = run.wait_for_pid("pid");
  const pid_t daemon = run.wait_for_pid("daemon");
  supervisor.kill();
  CHECK(eventually([&] { return run.lock_is_free(); }, 20s));
  CHECK_FALSE(alive(pid));
  CHECK_FALSE(alive(daemon));
  REQUIRE(has_verdict(run));
  CHECK(run.saved()->verdict->stopped == upkeep::guard::Stopped::lease);
  CHECK(run.saved()->verdict->exit_status == 137);
}

TEST_CASE("supervisor frozen, policy kill: the lease runs out", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  run.spec.lease = 1s;
  set_script(run, "echo $$ > " + run.path("pid") + "; sleep 100");
  Supervisor supervisor(run);
  const pid_t pid = run.wait_for_pid("pid");
  supervisor.signal(SIGSTOP);
  CHECK(eventually([&] { return run.lock_is_free(); }, 60s));
  CHECK_FALSE(alive(pid));
  CHECK(run.saved()->verdict->stopped == upkeep::guard::Stopped::lease);
}

TEST_CASE("supervisor frozen, policy finish: it blocks nothing", "[guard][process]") {
  Run run;
  run.spec.lease = 2s;
  // More progress than a socket holds, were all of it sent.
  run.spec.rules.step_open = "^(.*)$";
  set_script(run,
             "i=0; while [ $i -lt 20 ]; do seq 1 1000; i=$((i+1)); sleep 0.06; done; echo end");
  Supervisor supervisor(run);
  REQUIRE(eventually([&] { return run.saved().has_value(); }));
  supervisor.signal(SIGSTOP);
  REQUIRE(eventually([&] { return has_verdict(run); }, 10s));
  CHECK(run.saved()->verdict->last_line == "end");
  CHECK(run.saved()->lines == 20'001);
  CHECK(eventually([&] { return run.lock_is_free(); }, 60s));
}

TEST_CASE("guardian killed: the command holds the lock until it ends", "[guard][process]") {
  Run run;
  set_script(run, "echo $$ > " + run.path("pid") + "; sleep 3");
  run.start();
  const pid_t pid = run.wait_for_pid("pid");
  ::kill(run.guardian->pid(), SIGKILL);
  CHECK(run.wait_for(Run::Kind::gone).exit_status == 137);
  run.guardian->done();  // to nobody: harmless
  CHECK(alive(pid));
  CHECK_FALSE(run.lock_is_free());
  CHECK(eventually([&] { return run.lock_is_free(); }, 60s));
  CHECK(eventually([&] { return !alive(pid); }));
  CHECK_FALSE((run.saved() && run.saved()->verdict));
}

TEST_CASE("guardian frozen: the supervisor is not blocked", "[guard][process]") {
  Run run;
  set_script(run, "sleep 100");
  run.start();
  REQUIRE(eventually([&] { return run.saved().has_value(); }));
  ::kill(run.guardian->pid(), SIGSTOP);
  for (int i = 0; i < 20'000; ++i) run.guardian->renewed(upkeep::test::at_ms(i));
  ::kill(run.guardian->pid(), SIGCONT);
  REQUIRE(eventually([&] {
    run.guardian->kill();
    return has_verdict(run);
  }));
  CHECK(run.verdict().exit_status == 137);
  CHECK(run.finish().exit_status == 0);
}

TEST_CASE("what was said before the end is heard after it", "[guard][process]") {
  // The guardian leaves by itself (frozen supervisor) with an order of ours unread.
  Run run;
  run.spec.lease = 300ms;
  set_script(run, "echo on");
  run.start();
  REQUIRE(eventually([&] { return run.lock_is_free(); }));
  run.guardian->renewed(upkeep::test::at_ms(1));
  CHECK(run.verdict().clean());
  CHECK(run.wait_for(Run::Kind::gone).exit_status == 0);
}

TEST_CASE("policy kill: nothing outlives a guardian that is killed", "[guard][process]") {
  Run run;
  run.spec.policy = Policy::kill;
  set_script(run, "setsid sh -c 'exec 4>&-; echo $$ > " + run.path("daemon") +
                      "; exec sleep 100' </dev/null >/dev/null 2>&1 & sleep 100 & echo $! > " +
                      run.path("child") + "; echo $$ > " + run.path("pid") + "; wait");
  run.start();
  const pid_t daemon = run.wait_for_pid("daemon");
  const pid_t child = run.wait_for_pid("child");
  const pid_t pid = run.wait_for_pid("pid");
  REQUIRE(eventually([&] { return run.saved().has_value(); }));
  const auto guardian = static_cast<pid_t>(run.saved()->pid);
  REQUIRE(guardian != run.guardian->pid());
  SECTION("the guardian") {
    ::kill(guardian, SIGKILL);
    CHECK(run.wait_for(Run::Kind::gone).exit_status == 137);
    CHECK_FALSE(alive(child));
    CHECK_FALSE(alive(daemon));
    CHECK_FALSE(alive(pid));
    CHECK(run.lock_is_free());
  }
  SECTION("the process above it: the guardian goes on") {
    ::kill(run.guardian->pid(), SIGKILL);
    std::this_thread::sleep_for(100ms);
    CHECK(alive(pid));
    CHECK_FALSE(run.lock_is_free());
    run.guardian->stop();
    CHECK(run.verdict().stopped == upkeep::guard::Stopped::signal);
    CHECK(run.finish().kind == Run::Kind::gone);
    CHECK(eventually([&] { return run.lock_is_free(); }));
    CHECK_FALSE(alive(daemon));
  }
  SECTION("both: the command's own process at least") {
    ::kill(run.guardian->pid(), SIGKILL);
    ::kill(guardian, SIGKILL);
    CHECK(eventually([&] { return !alive(pid); }));
  }
  SECTION("a signal to the process above is passed on") {
    ::kill(run.guardian->pid(), SIGTERM);
    CHECK(run.verdict().stopped == upkeep::guard::Stopped::signal);
    CHECK(run.finish().exit_status == 0);
  }
}
