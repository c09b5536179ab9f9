// SPDX-License-Identifier: MIT
#include "upgrade/runner/host_state.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <random>
#include <thread>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace upkeep::upgrade {

namespace {

namespace fs = std::filesystem;

std::string random_uuid() {
  std::random_device random;
  std::array<std::uint32_t, 4> r{random(), random(), random(), random()};
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:04x}{:08x}", r[0], r[1] >> 16U, r[1] & 0xFFFU,
                     (r[2] >> 16U & 0x3FFFU) | 0x8000U, r[2] & 0xFFFFU, r[3]);
}

/// If two processes create the identity at the same time, one wins and both read its identity.
std::string read_or_make_id(const fs::path& path) {
  if (!fs::exists(path)) {
    fs::path mine = path;
    mine += fmt::format(".{}.new", ::getpid());
    remove_quietly(mine);
    const Fd file = create_new_file(mine, 0644);
    if (!write_all(file.get(), random_uuid() + "\n")) {
      throw Error(ExitStatus::cannot_create, "cannot write " + mine.string(), "is the disk full?");
    }
    ::fsync(file.get());
    if (::link(mine.c_str(), path.c_str()) != 0 && errno != EEXIST) {
      throw Error(ExitStatus::cannot_create, "cannot create " + path.string());
    }
    remove_quietly(mine);
  }
  std::string id(trim(read_regular_file(path)));
  if (id.size() != 36) {
    throw Error(ExitStatus::cannot_create,
                fmt::format("{} does not contain a host identity", path.string()),
                "remove it while no upgrade is running on this host");
  }
  return id;
}

/// Whether `path` names this open file.
bool is_name_of(const fs::path& path, const Fd& file) {
  struct stat by_name {
  }, by_fd{};
  return ::stat(path.c_str(), &by_name) == 0 && ::fstat(file.get(), &by_fd) == 0 &&
         by_name.st_ino == by_fd.st_ino;
}

/// Opens a lock file that another user's tool may have created: reading is enough for flock(2).
std::optional<Fd> open_existing_lock(const fs::path& path) {
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!file) return std::nullopt;
  return file;
}

std::optional<Fd> try_existing_lock(const fs::path& path) {
  auto file = open_existing_lock(path);
  // The previous holder may have removed the name between open and flock.
  if (!file || !try_lock(*file) || !is_name_of(path, *file)) return std::nullopt;
  return file;
}

/// The directory, locked; nullopt if another process, perhaps a frozen one, keeps it locked.
std::optional<Fd> lock_directory(const fs::path& path) {
  constexpr int k_tries = 100;
  constexpr std::chrono::milliseconds k_between{10};
  Fd directory(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int tries = 0; directory && tries < k_tries; ++tries) {
    if (try_lock(directory)) return directory;
    std::this_thread::sleep_for(k_between);
  }
  return std::nullopt;
}

std::optional<Fd> try_made_lock(const fs::path& path) {
  Fd file = open_lock_file(path);
  if (!try_lock(file)) return std::nullopt;
  return file;
}

/// Creates a lock file that is never visible unlocked; nullopt if the name is taken.
std::optional<Fd> try_new_lock(const fs::path& path) {
  fs::path mine = path;
  mine += fmt::format(".{}.new", ::getpid());
  remove_quietly(mine);
  Fd file = open_lock_file(mine);
  const bool ours = try_lock(file) && ::link(mine.c_str(), path.c_str()) == 0;
  remove_quietly(mine);
  if (!ours) return std::nullopt;
  return file;
}

}  // namespace

HostState::HostState(fs::path directory, std::string id)
    : m_directory(std::move(directory)), m_id(std::move(id)) {}

HostState HostState::open(const fs::path& state_dir) {
  make_directory(state_dir, 0750);
  make_directory(state_dir / "locks", 0750);
  make_directory(state_dir / "runs", 0750);
  return {state_dir, read_or_make_id(state_dir / "host-id")};
}

std::optional<HostState> HostState::open_existing(const fs::path& state_dir) {
  try {
    const fs::path file = state_dir / "host-id";
    std::error_code ignored;
    if (!fs::exists(file, ignored)) return std::nullopt;  // the usual case: exceptions cost more
    const std::string id(trim(read_regular_file(file)));
    if (id.size() != 36) return std::nullopt;
    return HostState{state_dir, id};
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<Fd> HostState::try_slot_lock(int slot) const {
  return try_made_lock(m_directory / "locks" / fmt::format("slot-{}", slot));
}

std::optional<Fd> HostState::try_drain_lock(int number) const {
  return try_made_lock(m_directory / "locks" / fmt::format("drain-{}", number));
}

Fd HostState::hold_drain_rules() const {
  Fd file = open_lock_file(m_directory / "locks" / "drain-rules");
  // Another process locks it exclusively only for a moment, in drain_has_rules().
  while (::flock(file.get(), LOCK_SH) != 0 && errno == EINTR) {
  }
  return file;
}

bool HostState::drain_has_rules() const {
  return !try_made_lock(m_directory / "locks" / "drain-rules");
}

std::optional<Fd> HostState::try_waiting_lock() const {
  return try_made_lock(m_directory / "locks" / "drain-waits");
}

std::optional<Fd> HostState::try_place_lock(int most) const {
  std::optional<Fd> lock;
  for (int number = 1; number <= most && !lock; ++number)
    lock = try_made_lock(m_directory / "locks" / fmt::format("place-{}", number));
  return lock;
}

fs::path HostState::run_lock_path(std::int64_t run) const {
  return m_directory / "runs" / fmt::format("{}.lock", run);
}

fs::path HostState::status_path(std::int64_t run) const {
  return m_directory / "runs" / fmt::format("{}.json", run);
}

std::optional<Fd> HostState::try_hold_run(std::int64_t run) const {
  // Replace a lock file without a holder, because recovery treats its run as abandoned.
  if (const auto left = try_run_lock(run)) forget_run(run, *left);
  return try_new_lock(run_lock_path(run));
}

Fd HostState::hold_run(std::int64_t run) const {
  auto lock = try_hold_run(run);
  if (!lock) {
    throw Error(ExitStatus::try_later,
                fmt::format("another process on this host is in charge of run {}", run),
                "try again");
  }
  return std::move(*lock);
}

std::optional<Fd> HostState::try_run_lock(std::int64_t run) const {
  return try_existing_lock(run_lock_path(run));
}

std::optional<Fd> HostState::open_run_lock(std::int64_t run) const {
  return open_existing_lock(run_lock_path(run));
}

bool HostState::knows_run(std::int64_t run) const {
  std::error_code ignored;
  return fs::exists(run_lock_path(run), ignored);
}

std::vector<std::int64_t> HostState::known_runs() const {
  std::vector<std::int64_t> runs;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(m_directory / "runs", ignored)) {
    if (entry.path().extension() != ".lock") continue;
    if (const auto id = to_integer(entry.path().stem().string())) runs.push_back(*id);
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

std::vector<std::int64_t> HostState::abandoned_runs() const {
  std::vector<std::int64_t> runs = known_runs();
  std::erase_if(runs, [this](std::int64_t run) { return !try_run_lock(run); });
  return runs;
}

void HostState::forget_run(std::int64_t run, const Fd& lock) const {
  // Only one process at a time removes names: none can change between the check and the removal.
  const auto alone = lock_directory(m_directory / "runs");
  if (!alone || !is_name_of(run_lock_path(run), lock)) return;
  // A process that was killed while writing one of them has left a partial file with a longer name.
  const std::string begins = fmt::format("{}.", run);
  std::vector<fs::path> files;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(m_directory / "runs", ignored)) {
    if (entry.path().filename().string().starts_with(begins)) files.push_back(entry.path());
  }
  // The lock is removed last, because known_runs() reads the locks.
  std::sort(files.begin(), files.end());
  for (const fs::path& file : files) remove_quietly(file);
}

}  // namespace upkeep::upgrade
