// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "support.hpp"
#include "upgrade/runner/host_state.hpp"

#include <fstream>
#include <vector>

using upkeep::Fd;
using upkeep::test::TemporaryDirectory;
using upkeep::upgrade::HostState;

namespace {

constexpr std::int64_t k_run = 7;

void write_status(const HostState& host) {
  std::ofstream(host.status_path(k_run)) << "{}";
}

bool has_status(const HostState& host) {
  return std::filesystem::exists(host.status_path(k_run));
}

}  // namespace

TEST_CASE("a run is held by one, and known until it is forgotten", "[host-state]") {
  const TemporaryDirectory directory;
  const HostState host = HostState::open(directory.path());
  CHECK_FALSE(host.knows_run(k_run));
  {
    const Fd lock = host.hold_run(k_run);
    CHECK_FALSE(host.try_hold_run(k_run));
    CHECK_FALSE(host.try_run_lock(k_run));
    CHECK(host.abandoned_runs().empty());
  }
  CHECK(host.abandoned_runs() == std::vector<std::int64_t>{k_run});
  const auto abandoned = host.try_run_lock(k_run);
  REQUIRE(abandoned);
  write_status(host);
  host.forget_run(k_run, *abandoned);
  CHECK_FALSE(host.knows_run(k_run));
  CHECK_FALSE(has_status(host));
}

TEST_CASE("who lost a run does not forget it for its next holder", "[host-state]") {
  const TemporaryDirectory directory;
  const HostState host = HostState::open(directory.path());
  const Fd first = host.hold_run(k_run);  // frozen from here on
  const auto seen = host.open_run_lock(k_run);
  REQUIRE(seen);
  const auto also_seen = host.open_run_lock(k_run);
  REQUIRE(also_seen);
  host.forget_run(k_run, *seen);
  const Fd second = host.hold_run(k_run);
  write_status(host);
  SECTION("the frozen holder is back") {
    host.forget_run(k_run, first);
  }
  SECTION("another tool had looked at the frozen one") {
    host.forget_run(k_run, *also_seen);
  }
  CHECK(host.knows_run(k_run));
  CHECK(has_status(host));
  CHECK_FALSE(host.try_run_lock(k_run));
  host.forget_run(k_run, second);
  CHECK_FALSE(host.knows_run(k_run));
  CHECK_FALSE(has_status(host));
}

TEST_CASE("a file that a killed holder left is not its next holder's", "[host-state]") {
  const TemporaryDirectory directory;
  const HostState host = HostState::open(directory.path());
  Fd first = host.hold_run(k_run);
  const auto seen = host.open_run_lock(k_run);
  REQUIRE(seen);
  first.reset();
  const Fd second = host.hold_run(k_run);
  host.forget_run(k_run, *seen);
  CHECK(host.knows_run(k_run));
  CHECK_FALSE(host.try_run_lock(k_run));
}
