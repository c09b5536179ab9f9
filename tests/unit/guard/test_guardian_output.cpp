// SPDX-License-Identifier: MIT
// The log under the real guardian: byte for byte, fast, and on a full disk.
#include "catch2_compat.hpp"
#include "config/profile.hpp"
#include "guard/run_fixture.hpp"

#include <algorithm>
#include <fstream>

#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>

using upkeep::BootClock;
using upkeep::BootTime;
using upkeep::guard::Verdict;
using upkeep::test::eventually;
using upkeep::test::Run;
using namespace std::chrono_literals;

namespace {

upkeep::guard::Rules processmaker() {
  const auto profile = upkeep::config::shipped_profile("processmaker");
  return {profile.step_open, profile.step_close, profile.success, profile.failure};
}

std::int64_t peak_rss_kib(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  while (status >> word) {
    if (word != "VmHWM:") continue;
    std::int64_t kib = 0;
    status >> kib;
    return kib;
  }
  return 0;
}

/// Seconds that a command needs by itself, writing into a file.
double seconds_alone(const std::string& script, const std::string& file) {
  const BootTime begun = BootClock::now();
  const pid_t pid = ::fork();
  if (pid == 0) {
    const int out = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    ::dup2(out, 1);
    ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
    ::_exit(127);
  }
  ::waitpid(pid, nullptr, 0);
  return upkeep::in_seconds(BootClock::now() - begun);
}

}  // namespace

TEST_CASE("both streams land whole and in their order", "[guard][process]") {
  Run run;
  run.start(
      "i=0; while [ $i -lt 3000 ]; do echo \"out $i\"; echo \"err $i\" >&2; i=$((i+1)); done");
  CHECK(run.verdict().clean());
  run.finish();
  std::istringstream log(run.text("log"));
  std::int64_t out = 0;
  std::int64_t err = 0;
  for (std::string line; std::getline(log, line);) {
    if (line == "out " + std::to_string(out)) {
      ++out;
    } else if (line == "err " + std::to_string(err)) {
      ++err;
    } else {
      FAIL("not in order: " << line);
    }
  }
  CHECK(out == 3000);
  CHECK(err == 3000);
  CHECK(run.last.lines == 6000);
}

TEST_CASE("what comes with pauses between lands in order of arrival", "[guard][process]") {
  Run run;
  run.start(
      "for i in 1 2 3 4 5; do printf \"out$i \"; sleep 0.03; printf \"err$i \" >&2; "
      "sleep 0.03; done");
  CHECK(run.verdict().clean());
  CHECK(run.text("log") == "out1 err1 out2 err2 out3 err3 out4 err4 out5 err5 ");
  CHECK(run.last.lines == 1);
  run.finish();
}

TEST_CASE("binary output lands untouched", "[guard][process]") {
  Run run;
  run.spec.rules = processmaker();
  run.start("head -c 3000000 /dev/urandom | tee " + run.path("copy") +
            "; printf '\\n\\0\\377'; "
            "printf '\\nUpgrade successful\\n'");
  const Verdict verdict = run.verdict();
  CHECK(verdict.success);
  CHECK(run.text("log") == run.text("copy") + std::string("\n\0\xff\nUpgrade successful\n", 23));
  run.finish();
}

TEST_CASE("a full disk loses log lines and nothing else", "[guard][process]") {
  Run run;
  run.spec.rules.success = "^fine$";
  run.log = upkeep::Fd(::open("/dev/full", O_WRONLY | O_APPEND | O_CLOEXEC));
  run.start("seq 1 1000; echo oops >&2; echo fine");
  const Verdict verdict = run.verdict();
  CHECK(verdict.clean());
  CHECK(verdict.dropped_bytes == 3893 + 5 + 5);
  CHECK(verdict.log_error == "No space left on device");
  CHECK(run.last.lines == 1002);
  run.finish();
}

TEST_CASE("a log at its size limit goes on where there is room", "[guard][process]") {
  Run run;
  // The guardian inherits the limit; SIGXFSZ must not end it.
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const rlimit small{4096, before.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &small);
  run.start("seq 1 10000; echo end");
  ::setrlimit(RLIMIT_FSIZE, &before);
  const Verdict verdict = run.verdict();
  CHECK(verdict.clean());
  CHECK(verdict.dropped_bytes == 48'894 + 4 - 4096);
  CHECK(verdict.log_error == "File too large");
  CHECK(run.text("log").size() == 4096);
  run.finish();
}

TEST_CASE("an endless line costs bounded memory", "[guard][process]") {
  Run run;
  run.spec.rules = processmaker();
  run.start("head -c 104857600 /dev/zero | tr '\\0' x; sleep 0.3");
  // While it still runs: the peak is gone with it.
  std::int64_t peak = 0;
  while (run.wait_for(Run::Kind::ended, 20ms).kind == Run::Kind::status) {
    peak = std::max(peak, peak_rss_kib(run.guardian->pid()));
  }
  run.finish();
  CHECK(run.saved()->bytes == 104'857'600);
  CHECK(run.saved()->lines == 1);
  CHECK(std::filesystem::file_size(run.path("log")) == 104'857'600);
  WARN("peak resident set of the guardian: " << peak << " KiB");
  CHECK(peak > 0);
  CHECK(peak < 32L * 1024);
}

TEST_CASE("200 MB of output cost little", "[guard][process][speed]") {
  for (const char* script :
       {"seq 1 23000000", "yes 'Some line of a log, as long as lines are' | head -c 200000000"}) {
    Run run;
    run.spec.rules = processmaker();
    const double alone = seconds_alone(script, run.path("alone"));
    run.start(script);
    const double guarded = run.verdict().seconds;
    run.finish();
    CHECK(std::filesystem::file_size(run.path("log")) ==
          std::filesystem::file_size(run.path("alone")));
    WARN(script << ": alone " << alone << " s, guarded " << guarded << " s, ratio "
                << guarded / alone);
  }
}

TEST_CASE("a full disk does not cost the verdict of a dead supervisor's run", "[guard][process]") {
  Run run;
  const std::string small = run.path("small");
  std::filesystem::create_directory(small);
  if (::mount("none", small.c_str(), "tmpfs", 0, "size=262144") != 0) {
    WARN("skipped: no right to mount a small file system");
    return;
  }
  run.log = upkeep::open_for_append(small + "/log", 0640);
  run.spec.status_path = small + "/7.json";
  run.start("seq 1 200000; sleep 0.7; echo fine");
  REQUIRE(eventually([&] { return run.saved().has_value(); }));
  run.guardian.reset();
  CHECK(eventually([&] { return run.saved() && run.saved()->verdict; }));
  const auto saved = run.saved();
  CHECK((saved && saved->verdict->clean()));
  CHECK((saved && saved->verdict->log_error == "No space left on device"));
  CHECK(eventually([&] { return run.lock_is_free(); }));
  run.log.reset();
  CHECK(::umount(small.c_str()) == 0);
}
