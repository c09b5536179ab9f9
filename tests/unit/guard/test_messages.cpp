// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "base/file.hpp"
#include "boot_times.hpp"
#include "catch2_compat.hpp"
#include "guard/loop/message.hpp"
#include "guard/loop/spec.hpp"

#include <cstdlib>

using namespace upkeep::guard;  // NOLINT: the subject
using upkeep::test::at_ms;

namespace {

Status sample() {
  Status status;
  status.run = 12;
  status.epoch = 34;
  status.workspace = "acme";
  status.phase = Phase::ended;
  status.pid = 100;
  status.command_pid = 101;
  status.command_started_at = upkeep::WallTime(std::chrono::seconds(1'700'000'000));
  status.lines = 89;
  status.bytes = 4065;
  status.step = "Updating \"Content\"";
  status.steps_done = 2;
  status.steps = {{"a", 0.5}, {"ä", 2.25}};
  Verdict verdict;
  verdict.exit_status = 137;
  verdict.phase = Phase::before;
  verdict.timed_out = true;
  verdict.stopped = Stopped::lease;
  verdict.spawn_error = "cannot start x: no";
  verdict.success = true;
  verdict.failure_line = "Errors";
  verdict.last_line = "bye";
  verdict.dropped_bytes = 7;
  verdict.log_error = "No space left on device";
  verdict.seconds = 80.125;
  verdict.started_at = upkeep::WallTime(std::chrono::milliseconds(1));
  verdict.ended_at = upkeep::WallTime(std::chrono::milliseconds(2));
  status.verdict = verdict;
  return status;
}

}  // namespace

TEST_CASE("a status comes back as it was", "[guard]") {
  const Status status = sample();
  const auto back = Status::from_json(status.to_json());
  REQUIRE(back);
  CHECK(back->to_json() == status.to_json());
  CHECK(back->verdict->stopped == Stopped::lease);
  CHECK(back->verdict->phase == Phase::before);
  CHECK(back->steps[1].name == "ä");
  CHECK_FALSE(Status::from_json("{}"));
  CHECK_FALSE(Status::from_json(""));
  Status running = status;
  running.verdict.reset();
  running.phase = Phase::command;
  CHECK_FALSE(Status::from_json(running.to_json())->verdict);
}

TEST_CASE("a status file that is not whole is none", "[guard]") {
  std::string pattern = std::filesystem::temp_directory_path() / "guard-XXXXXX";
  const std::filesystem::path directory = ::mkdtemp(pattern.data());
  const auto path = directory / "12.json";
  CHECK_FALSE(read_status(path));
  const std::string text = sample().to_json();
  for (const std::string& broken : {std::string(), text.substr(0, text.size() / 2), text + "x",
                                    std::string("[]"), std::string("\xff")}) {
    upkeep::replace_file(path, broken, 0600);
    CHECK_FALSE(read_status(path));
  }
  upkeep::replace_file(path, text + "\n", 0600);
  CHECK(read_status(path)->run == 12);
  CHECK_FALSE(read_status(directory));
  std::filesystem::remove_all(directory);
}

TEST_CASE("a verdict is clean when nothing is wrong", "[guard]") {
  Verdict verdict;
  verdict.success = true;
  CHECK(verdict.clean());
  verdict.exit_status = 1;
  CHECK_FALSE(verdict.clean());
  CHECK_FALSE(sample().verdict->clean());
}

TEST_CASE("messages and orders come back as they were", "[guard]") {
  Message message;
  message.kind = Message::Kind::ended;
  message.status = sample();
  CHECK(Message::from_json(message.to_json())->to_json() == message.to_json());
  message.kind = Message::Kind::hook_ended;
  message.hook = {3, true, Stopped::signal, "cannot"};
  const auto hook = Message::from_json(message.to_json());
  CHECK(hook->hook.stopped == Stopped::signal);
  CHECK_FALSE(hook->hook.clean());
  message.kind = Message::Kind::lingering;
  message.count = 5;
  CHECK(Message::from_json(message.to_json())->count == 5);
  CHECK_FALSE(Message::from_json("{\"kind\":\"nonsense\"}"));
  CHECK_FALSE(Message::from_json("nonsense"));

  CHECK(Order::from_json(Order{.kind = Order::Kind::renewed, .asked_at = at_ms(77)}.to_json())
            ->asked_at == at_ms(77));
  CHECK(Order::from_json(Order{.kind = Order::Kind::after, .argv = {"a", "b c"}}.to_json())->argv ==
        std::vector<std::string>{"a", "b c"});
  CHECK_THROWS_AS((Order{.kind = Order::Kind::after, .argv = {"\xff"}}.to_json()), upkeep::Error);
  CHECK_FALSE(Order::from_json("{}"));
}

TEST_CASE("the largest status fits into a message", "[guard]") {
  Status status = sample();
  status.steps.assign(200, {std::string(80, '\x01'), 123456.789});
  status.verdict->failure_line = status.verdict->last_line = std::string(500, '\x01');
  Message message;
  message.status = status;
  CHECK(message.to_json().size() < k_message_limit);
}

TEST_CASE("a spec comes back as it was, and says what it lacks", "[guard]") {
  Spec spec;
  spec.run = 9;
  spec.workspace = "acme";
  spec.epoch = 8;
  spec.before = {"backup", "acme"};
  spec.argv = {"php", "x", ""};
  spec.directory = "/opt/x";
  spec.environment = {"A=b c"};
  spec.timeout = std::chrono::milliseconds(5);
  spec.policy = Policy::kill;
  spec.renewed_at = at_ms(55);
  spec.status_path = "/s/9.json";
  spec.rules = {"a", "b", "c", {"d", "e"}};
  CHECK(Spec::from_json(spec.to_json()).to_json() == spec.to_json());
  CHECK(Spec::from_json(spec.to_json()).policy == Policy::kill);
  CHECK_THROWS_AS(Spec::from_json("{\"run\":1}"), upkeep::DataError);
  CHECK_THROWS_AS(Spec::from_json("nonsense"), upkeep::DataError);
  spec.argv.clear();
  CHECK_THROWS_AS(Spec::from_json(spec.to_json()), upkeep::DataError);
  spec.directory = "\xff";
  CHECK_THROWS_AS(spec.to_json(), upkeep::Error);
}
