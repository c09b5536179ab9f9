// SPDX-License-Identifier: MIT
#include "base/file.hpp"

#include "support.hpp"

#include <fstream>

#include <sys/stat.h>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(::lstat(path.c_str(), &info) == 0);
  return info.st_mode & 07777U;
}

std::size_t entries(const std::filesystem::path& path) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path),
                                                std::filesystem::directory_iterator{}));
}

/// Another umask while it lives.
class Umask {
 public:
  explicit Umask(mode_t mask) : m_before(::umask(mask)) {}
  Umask(const Umask&) = delete;
  Umask& operator=(const Umask&) = delete;
  ~Umask() { ::umask(m_before); }

 private:
  mode_t m_before;
};

}  // namespace

TEST_CASE("read_file reads all bytes and names what it cannot", "[file]") {
  const test::TemporaryDirectory directory;
  const std::string bytes("a\0\xff\n", 4);
  replace_file(directory / "f", bytes, 0600);
  CHECK(read_file(directory / "f") == bytes);
  CHECK(read_file("/proc/self/comm").size() > 1);  // a file whose size is told as 0
  const Error missing = test::error_of([&] { read_file(directory / "missing"); });
  CHECK(missing.status() == ExitStatus::no_input);
  CHECK_THAT(missing.message(), test::contains((directory / "missing").string()));
  CHECK_THAT(missing.message(), test::contains("No such file"));
  CHECK(test::error_of([&] { read_file(directory.path()); }).status() == ExitStatus::no_input);
}

TEST_CASE("replace_file replaces, with its mode, and leaves nothing beside", "[file]") {
  const test::TemporaryDirectory directory;
  const Umask umask(0077);
  replace_file(directory / "f", "old", 0640);
  CHECK(mode_of(directory / "f") == 0640);
  replace_file(directory / "f", "new", 0600, true);
  CHECK(read_file(directory / "f") == "new");
  CHECK(mode_of(directory / "f") == 0600);
  CHECK(entries(directory.path()) == 1);
  CHECK(test::error_of([&] { replace_file(directory / "no" / "f", "x", 0600); }).status() ==
        ExitStatus::cannot_create);
  std::filesystem::create_directory(directory / "d");
  CHECK(test::error_of([&] { replace_file(directory / "d", "x", 0600); }).status() ==
        ExitStatus::cannot_create);
  CHECK(entries(directory.path()) == 2);
}

TEST_CASE("replace_file replaces a symbolic link, not what it points to", "[file]") {
  const test::TemporaryDirectory directory;
  replace_file(directory / "victim", "keep", 0600);
  std::filesystem::create_symlink(directory / "victim", directory / "link");
  replace_file(directory / "link", "new", 0600);
  CHECK(read_file(directory / "victim") == "keep");
  CHECK_FALSE(std::filesystem::is_symlink(directory / "link"));
}

TEST_CASE("open_for_append appends and has exactly its mode", "[file]") {
  const test::TemporaryDirectory directory;
  for (const mode_t mask : {0U, 0077U}) {
    const Umask umask(mask);
    const auto path = directory / ("f" + std::to_string(mask));
    CHECK(write_all(open_for_append(path, 0640).get(), "one\n"));
    CHECK(write_all(open_for_append(path, 0600).get(), "two\n"));
    CHECK(read_file(path) == "one\ntwo\n");
    CHECK(mode_of(path) == 0640);  // an existing file keeps its own
  }
}

TEST_CASE("nothing but a regular file is opened", "[file]") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_symlink(directory / "victim", directory / "link");
  std::filesystem::create_directory(directory / "directory");
  REQUIRE(::mkfifo((directory / "fifo").c_str(), 0600) == 0);
  for (const char* name : {"link", "directory", "fifo"}) {
    CAPTURE(name);
    CHECK(test::error_of([&] { (void)open_for_append(directory / name, 0600); }).status() ==
          ExitStatus::cannot_create);
    CHECK(test::error_of([&] { (void)open_lock_file(directory / name); }).status() ==
          ExitStatus::cannot_create);
  }
  CHECK_FALSE(std::filesystem::exists(directory / "victim"));
  CHECK_THAT(test::error_of([&] { (void)open_for_append(directory / "link", 0600); }).message(),
             test::contains("symbolic link"));
  const test::Pipe pipe;  // a FIFO with a reader opens, and must still be refused
  const Fd reader(::open((directory / "fifo").c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  CHECK_THAT(test::error_of([&] { (void)open_for_append(directory / "fifo", 0600); }).message(),
             test::contains("not a regular file"));
}

TEST_CASE("create_new_file never takes an existing one", "[file]") {
  const test::TemporaryDirectory directory;
  CHECK(create_new_file(directory / "f", 0640));
  CHECK(mode_of(directory / "f") == 0640);
  CHECK(test::error_of([&] { (void)create_new_file(directory / "f", 0640); }).status() ==
        ExitStatus::cannot_create);
}

TEST_CASE("a lock excludes, and goes with its descriptor", "[file]") {
  const test::TemporaryDirectory directory;
  Fd first = open_lock_file(directory / "lock");
  const Fd second = open_lock_file(directory / "lock");
  CHECK(try_lock(first));
  CHECK(try_lock(first));
  CHECK_FALSE(try_lock(second));
  first.reset();
  CHECK(try_lock(second));
}

TEST_CASE("descriptors are not inherited", "[file]") {
  const test::TemporaryDirectory directory;
  const Fd lock = open_lock_file(directory / "lock");
  const Fd log = open_for_append(directory / "log", 0600);
  CHECK((::fcntl(lock.get(), F_GETFD) & FD_CLOEXEC) != 0);
  CHECK((::fcntl(log.get(), F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("make_directory makes parents and says what is in the way", "[file]") {
  const test::TemporaryDirectory directory;
  const Umask umask(0027);
  make_directory(directory / "a" / "b" / "c", 0750);
  CHECK(mode_of(directory / "a" / "b" / "c") == 0750);
  make_directory(directory / "a" / "b" / "c", 0700);  // there already: left as it is
  CHECK(mode_of(directory / "a" / "b" / "c") == 0750);
  replace_file(directory / "file", "", 0600);
  CHECK_THAT(test::error_of([&] { make_directory(directory / "file", 0750); }).message(),
             test::contains("is not a directory"));
  CHECK(test::error_of([&] { make_directory(directory / "file" / "x", 0750); }).status() ==
        ExitStatus::cannot_create);
  // Each of these is an Error of ours, not one of the library.
  CHECK(test::error_of([&] {
          make_directory(directory / std::string(300, 'n') / "x", 0750);
        }).status() == ExitStatus::cannot_create);
  std::filesystem::create_symlink(directory / "loop", directory / "loop");
  CHECK(test::error_of([&] { make_directory(directory / "loop" / "x", 0750); }).status() ==
        ExitStatus::cannot_create);
}

TEST_CASE("write_all reports a full disk", "[file]") {
  const Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  CHECK_FALSE(write_all(full.get(), "x"));
  CHECK(errno == ENOSPC);
}

TEST_CASE("remove_quietly minds nothing", "[file]") {
  const test::TemporaryDirectory directory;
  replace_file(directory / "f", "", 0600);
  remove_quietly(directory / "f");
  remove_quietly(directory / "f");
  CHECK(entries(directory.path()) == 0);
}

TEST_CASE("the binary's directory", "[file]") {
  CHECK(std::filesystem::exists(binary_directory()));
}
