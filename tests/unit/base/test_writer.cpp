// SPDX-License-Identifier: MIT
#include "base/io.hpp"
#include "base/writer.hpp"
#include "support.hpp"

#include <thread>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

TEST_CASE("a writer buffers, and writes when it is flushed or full", "[writer]") {
  const test::Capture capture;
  Writer writer(capture.fd());
  writer.write("a");
  CHECK(capture.text().empty());
  writer.flush();
  CHECK(capture.text() == "a");
  writer.write(std::string(70'000, 'x'));
  CHECK(capture.text().size() == 70'001);
}

TEST_CASE("a full disk is an error, once", "[writer]") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Writer writer(full.get());
  writer.write("x");
  const Error error = test::error_of([&] { writer.flush(); });
  CHECK(error.status() == ExitStatus::write_error);
  CHECK_THAT(error.message(), test::contains("No space left"));
  writer.write("y");
  CHECK_NOTHROW(writer.flush());
}

TEST_CASE("a closed descriptor is an error", "[writer]") {
  Writer writer(-1);
  writer.write("x");
  CHECK(test::error_of([&] { writer.flush(); }).status() == ExitStatus::write_error);
}

TEST_CASE("a reader that left is a broken pipe, or nothing after discard()", "[writer]") {
  test::Pipe pipe;
  pipe.read.reset();
  Writer writer(pipe.write.get());
  writer.write("x");
  CHECK_THROWS_AS(writer.flush(), BrokenPipe);
  writer.discard();
  writer.write("y");
  CHECK_NOTHROW(writer.flush());
}

TEST_CASE("a slow non-blocking reader gets everything", "[writer]") {
  test::Pipe pipe;
  REQUIRE(::fcntl(pipe.write.get(), F_SETFL, O_NONBLOCK) == 0);
  std::size_t received = 0;
  std::thread reader([&] {
    std::array<char, 4096> chunk{};
    for (ssize_t n = 0; (n = ::read(pipe.read.get(), chunk.data(), chunk.size())) > 0;) {
      received += static_cast<std::size_t>(n);
    }
  });
  Writer writer(pipe.write.get());
  writer.write(std::string(1'000'000, 'x'));
  writer.flush();
  pipe.write.reset();
  reader.join();
  CHECK(received == 1'000'000);
}

TEST_CASE("messages: tool, kind, one line", "[io]") {
  const test::Capture out, err;
  Io io("ws-check", 0, out.fd(), err.fd());
  io.out.write("record\n");
  io.error(ConfigError("bad\nline", "mend it"));
  CHECK(out.text() == "record\n");  // a message does not overtake the records before it
  io.warning("w");
  io.note("n");
  io.detail("not shown");
  CHECK(err.text() ==
        "ws-check: error: bad\\x0aline; mend it\nws-check: warning: w\nws-check: note: n\n");
}

TEST_CASE("quiet and verbose", "[io]") {
  const test::Capture out, err;
  Io io("t", 0, out.fd(), err.fd());
  io.verbosity = Verbosity::quiet;
  io.warning("w");
  io.note("n");
  CHECK(err.text().empty());
  io.verbosity = Verbosity::verbose;
  io.detail("d");
  CHECK(err.text() == "t: note: d\n");
}

TEST_CASE("messages never throw", "[io]") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  Io io("t", 0, full.get(), full.get());
  io.out.write("x");
  CHECK_NOTHROW(io.error("e"));
}

TEST_CASE("what is no terminal is 80 columns wide and none", "[io]") {
  const test::Capture out;
  const Io io("t", out.fd(), out.fd(), out.fd());
  CHECK(io.width() == 80);
  CHECK_FALSE(io.in_tty);
  CHECK_FALSE(io.out_tty);
  CHECK_FALSE(io.err_tty);
}
