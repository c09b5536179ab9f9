// SPDX-License-Identifier: MIT
#include "base/process.hpp"

#include "base/boot_time.hpp"
#include "base/time.hpp"
#include "support.hpp"

#include <fmt/format.h>

#include <csignal>

#include <sys/wait.h>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace
using namespace std::chrono_literals;

namespace {

Finished shell(const std::string& script, const std::string& input = {},
               std::chrono::milliseconds limit = 20s) {
  return run_process({.argv = {"/bin/sh", "-c", script}}, input, limit);
}

}  // namespace

TEST_CASE("output, errors and status of a child", "[process]") {
  const Finished done = shell("echo out; echo err >&2; exit 3");
  CHECK(done.out == "out\n");
  CHECK(done.err == "err\n");
  CHECK(done.exit_status == 3);
  CHECK_FALSE(done.timed_out);
  CHECK(shell("kill -9 $$").exit_status == 137);
  CHECK(run_process({.argv = {"true"}}, {}, 20s).exit_status == 0);  // looked up in PATH
}

TEST_CASE("much input and output at the same time", "[process]") {
  const std::string much(3UL << 20U, 'x');
  CHECK(shell("cat", much).out == much);
  CHECK(shell("exec 0<&-; echo done", much).out == "done\n");  // a child that does not read
}

TEST_CASE("output beyond 16 MiB is dropped, the child ends well", "[process]") {
  const Finished done = shell("head -c 20000000 /dev/zero; echo end >&2");
  CHECK(done.out.size() == 16UL << 20U);
  CHECK(done.exit_status == 0);
  CHECK(done.err == "end\n");
}

TEST_CASE("the limit ends a child, whatever it did with its output", "[process]") {
  for (const char* script :
       {"exec sleep 30", "exec >&- 2>&-; exec sleep 30", "while :; do echo x; done"}) {
    CAPTURE(script);
    const auto begin = BootClock::now();
    const Finished done = shell(script, {}, 300ms);
    CHECK(done.timed_out);
    CHECK(done.exit_status == 137);
    CHECK(BootClock::now() - begin < std::chrono::milliseconds(5000));
  }
}

TEST_CASE("a grandchild that keeps the output open does not hold us", "[process]") {
  const auto begin = BootClock::now();
  const Finished done = shell("sleep 5 & echo started", {}, 20s);
  CHECK(done.out == "started\n");
  CHECK(done.exit_status == 0);
  CHECK_FALSE(done.timed_out);
  CHECK(BootClock::now() - begin < std::chrono::milliseconds(3000));
}

TEST_CASE("a program that is not there", "[process]") {
  const Error error = test::error_of([] { run_process({.argv = {"/no/such/program"}}, {}, 1s); });
  CHECK(error.status() == ExitStatus::no_input);
  CHECK_THAT(error.message(), test::contains("/no/such/program"));
  CHECK_THROWS_AS(run_process({.argv = {"upkeep-no-such-program"}}, {}, 1s), Error);
  CHECK_THROWS_AS(spawn({}), Error);
  CHECK_THROWS_AS(spawn({.argv = {""}}), Error);
}

TEST_CASE("arguments reach the child as they are", "[process]") {
  const Finished done =
      run_process({.argv = {"printf", "%s|", "", "a b", "$HOME", "`id`", "x'\"\n*"}}, {}, 20s);
  CHECK(done.out == "|a b|$HOME|`id`|x'\"\n*|");
}

TEST_CASE("the environment is ours or the given one", "[process]") {
  ::setenv("UPKEEP_UNIT_TEST", "here", 1);
  CHECK_THAT(run_process({.argv = {"/usr/bin/env"}}, {}, 20s).out,
             test::contains("UPKEEP_UNIT_TEST=here\n"));
  CHECK(run_process({.argv = {"/usr/bin/env"}, .environment = {"A=1"}}, {}, 20s).out == "A=1\n");
  ::unsetenv("UPKEEP_UNIT_TEST");
}

TEST_CASE("only the meant descriptors are inherited", "[process]") {
  const test::Pipe pipe;
  const int stray = ::dup(pipe.write.get());  // without close-on-exec, as libmariadb's sockets are
  const Finished none = shell("ls /proc/$$/fd");
  CHECK(none.out == "0\n1\n2\n");
  const Finished one = run_process({.argv = {"/bin/sh", "-c", "ls /proc/$$/fd; echo x >&7"},
                                    .descriptors = {{pipe.write.get(), 7}}},
                                   {}, 20s);
  CHECK(one.out == "0\n1\n2\n7\n");
  ::close(stray);
}

TEST_CASE("descriptors may be crossed", "[process]") {
  const test::Capture first, second;
  const std::string script = fmt::format("echo was-second >/dev/fd/{}; echo was-first >/dev/fd/{}",
                                         first.fd(), second.fd());
  const pid_t pid = spawn({.argv = {"/bin/sh", "-c", script},
                           .descriptors = {{second.fd(), first.fd()}, {first.fd(), second.fd()}}});
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(exit_status_of(status) == 0);
  CHECK(first.text() == "was-first\n");
  CHECK(second.text() == "was-second\n");
}

TEST_CASE("signals are at their default in the child", "[process]") {
  sigset_t blocked{}, before{};
  sigemptyset(&blocked);
  sigaddset(&blocked, SIGTERM);
  ::sigprocmask(SIG_BLOCK, &blocked, &before);
  CHECK(shell("kill -TERM $$; exit 0").exit_status == 128 + SIGTERM);
  CHECK(shell("kill -PIPE $$; exit 0").exit_status == 128 + SIGPIPE);  // ignored in this process
  CHECK(shell("grep '^SigBlk:' /proc/self/status").out == "SigBlk:\t0000000000000000\n");
  ::sigprocmask(SIG_SETMASK, &before, nullptr);
}

TEST_CASE("stdin is empty unless given", "[process]") {
  CHECK(shell("cat; echo end").out == "end\n");
  const pid_t pid = spawn({.argv = {"/bin/sh", "-c", "cat; test -c /dev/stdout"}});
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  CHECK(exit_status_of(status) == 0);
}

TEST_CASE("shell_quoted is one word for a shell", "[process]") {
  CHECK(shell_quoted("it's") == "'it'\\''s'");
  CHECK(shell_quoted("") == "''");
  for (const std::string word :
       {"a b", "$(id)", "`id`", "x;y", "a\nb", "'", "''", "-n", "\\", "*"}) {
    CAPTURE(word);
    CHECK(shell("printf %s " + shell_quoted(word)).out == word);
  }
}
