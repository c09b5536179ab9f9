// SPDX-License-Identifier: MIT
#include "record/reader.hpp"

#include "base/boot_time.hpp"
#include "base/time.hpp"
#include "support.hpp"

#include <thread>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

namespace {

/// Feeds a pipe from a thread, so that no size blocks the test.
class Feed {
 public:
  explicit Feed(std::string text)
      : m_thread([this, text = std::move(text)] {
          write_all(m_pipe.write.get(), text);
          m_pipe.write.reset();
        }) {}
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;
  ~Feed() {
    m_pipe.read.reset();
    m_thread.join();
  }
  [[nodiscard]] int fd() const { return m_pipe.read.get(); }

 private:
  test::Pipe m_pipe;
  std::thread m_thread;
};

std::vector<std::string> records(const std::string& text, char separator = '\n') {
  const Feed feed(text);
  RecordReader reader(feed.fd(), separator);
  std::vector<std::string> out;
  while (auto record = reader.next()) out.push_back(*record);
  return out;
}

struct Taken {
  bool any = false;
  std::vector<std::string> names, rejected;
};

Taken names_from(const std::vector<std::string>& operands, const std::string& text,
                 bool tty = false, bool null = false) {
  const Feed feed(text);
  NameSource source;
  source.operands = operands;
  source.in_fd = feed.fd();
  source.in_tty = tty;
  source.null_separated = null;
  Taken taken;
  taken.any = for_each_name(
      source, [&](std::string name) { taken.names.push_back(std::move(name)); },
      [&](const std::string& record, const std::string&) { taken.rejected.push_back(record); });
  return taken;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("records end at their separator or at the end", "[reader]") {
  CHECK(records("").empty());
  CHECK(records("a") == Names{"a"});
  CHECK(records("a\nb\n") == Names{"a", "b"});
  CHECK(records("\n\na\n") == Names{"", "", "a"});
  CHECK(records(std::string("a\nb\0c", 5), '\0') == Names{"a\nb", "c"});
}

TEST_CASE("a record comes before the next one is there", "[reader]") {
  const test::Pipe pipe;
  write_all(pipe.write.get(), "first\nsec");
  RecordReader reader(pipe.read.get(), '\n');
  CHECK(reader.next() == "first");  // and does not wait
}

TEST_CASE("many records are read in linear time", "[reader]") {
  std::string text;
  for (int i = 0; i < 300'000; ++i) text += "workspace" + std::to_string(i) + "\n";
  const auto begin = BootClock::now();
  CHECK(records(text).size() == 300'000);
  CHECK(BootClock::now() - begin <
        std::chrono::milliseconds(3000));  // generous; quadratic work takes ten times that
}

TEST_CASE("an endless record is bad data, not endless memory", "[reader]") {
  const Error error = test::error_of([] { records(std::string(3UL << 20U, 'x')); });
  CHECK(error.status() == ExitStatus::bad_data);
  CHECK(records(std::string(1000UL * 1000, 'x') + "\nb\n").size() == 2);
}

TEST_CASE("a descriptor that cannot be read is an error", "[reader]") {
  const test::Pipe pipe;
  RecordReader reader(pipe.write.get(), '\n');
  CHECK(test::error_of([&] { (void)reader.next(); }).status() == ExitStatus::no_input);
}

TEST_CASE("the name in a record", "[reader]") {
  for (const char* text :
       {"acme", "acme\tpending\t3.1", "acme\r", "acme\r\n",
        R"({"workspace":"acme","state":"pending"})", "{\n \"workspace\":\n\"acme\"\n}\n",
        "workspace\nacme\n", "workspace\tstate\r\nacme\tpending\r\n", "[\"acme\"]"}) {
    CAPTURE(text);
    const Taken taken = names_from({}, text);
    CHECK(taken.names == Names{"acme"});
    CHECK(taken.rejected.empty());
  }
  CHECK(names_from({}, "\n\r\n").names.empty());
  CHECK(names_from({}, " acme ").names == Names{" acme "});  // the name rule judges it
  CHECK(names_from({}, "acme\nworkspace\n").names == Names{"acme", "workspace"});
  CHECK(names_from({"workspace"}, "").names == Names{"workspace"});
}

TEST_CASE("input that cannot be read whole is taken not at all", "[reader]") {
  for (const char* wrong : {"\tpending", "{", "{}", R"({"workspace":3})", R"({"workspace":""})",
                            R"({"patch":"x"})", "{x}", R"({"workspace":"a"} trailing)",
                            R"([{"workspace":"a"},)", R"([{"workspace":"a"}, 3])", R"([["a"]])",
                            "[{\"workspace\":\"a\"},\n{\"state\":\"b\"}\n]\n", "{\"a\":]}"}) {
    CAPTURE(wrong);
    const Taken taken = names_from({}, std::string("before\n") + wrong);
    CHECK(taken.names.empty());
    CHECK(taken.rejected.size() == 1);
  }
  CHECK(names_from({}, "{\"workspace\":" + std::string(500'000, '[')).names.empty());
  CHECK(names_from({}, "workspace  state\nacme       pending\n").rejected.size() == 1);
  CHECK(names_from({}, "workspace,state\nacme,pending\n").rejected.size() == 1);
  CHECK(names_from({}, std::string(3UL << 20U, 'x')).rejected.size() == 1);
  CHECK(names_from({"x", "-"}, "\tb").names.empty());
}

TEST_CASE("a JSON array is read like JSON lines", "[reader]") {
  const std::string a = R"({"workspace":"a","detail":"a ] and a \" and a }"})";
  const std::string b = R"({"workspace":"b"})";
  const Names both{"a", "b"};
  CHECK(names_from({}, a + "\n" + b + "\n").names == both);
  CHECK(names_from({}, "[\n" + a + ",\n" + b + "\n]\n").names == both);
  CHECK(names_from({}, "[" + a + "," + b + "]").names == both);
  CHECK(names_from({}, "  [" + a + "]\n[" + b + "]").names == both);
  CHECK(names_from({}, "[" + a + "]\nb\n").names == both);
  CHECK(names_from({}, "[]\n").names.empty());
  std::string many = "[";
  for (int i = 0; i < 40'000; ++i) many += R"({"workspace":"a","detail":"0123456789012345"},)";
  CHECK(names_from({}, many + b + "]").names.size() == 40'001);  // longer than a line may be
}

TEST_CASE("operands, stdin and both", "[reader]") {
  CHECK(names_from({"a", "b"}, "c\n").names == Names{"a", "b"});
  CHECK(names_from({}, "a\tx\n\nb\n").names == Names{"a", "b"});
  CHECK(names_from({"x", "-", "y"}, "a\nb").names == Names{"x", "a", "b", "y"});
  CHECK(names_from({"-", "-"}, "a\n").names == Names{"a"});
  const std::string zeros("a\0b\0", 4);
  CHECK(names_from({}, zeros, false, true).names == Names{"a", "b"});
}

TEST_CASE("a terminal alone is no source, empty input is an empty one", "[reader]") {
  CHECK_FALSE(names_from({}, "", true).any);
  const Taken empty = names_from({}, "");
  CHECK(empty.any);
  CHECK(empty.names.empty());
}

TEST_CASE("an empty operand stops everything before anything is taken", "[reader]") {
  std::vector<std::string> taken;
  NameSource source;
  source.operands = {"a", ""};
  const Error error = test::error_of([&] {
    for_each_name(
        source, [&](std::string name) { taken.push_back(std::move(name)); },
        [](const std::string&, const std::string&) {});
  });
  CHECK(error.status() == ExitStatus::usage);
  CHECK(taken.empty());
}
