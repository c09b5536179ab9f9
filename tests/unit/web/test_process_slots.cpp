// SPDX-License-Identifier: MIT
#include "support.hpp"
#include "web/process_slots.hpp"

#include "base/error.hpp"

#include <fstream>
#include <memory>

using namespace upkeep::test;  // NOLINT
using namespace upkeep::web;   // NOLINT

namespace {

/// Each has a descriptor of its own, and so locks as a process does.
std::vector<std::unique_ptr<ProcessSlots>> processes(const std::filesystem::path& file,
                                                     std::size_t count) {
  std::vector<std::unique_ptr<ProcessSlots>> all;
  all.reserve(count);
  for (std::size_t i = 0; i < count; ++i) all.push_back(std::make_unique<ProcessSlots>(file));
  return all;
}

}  // namespace

TEST_CASE("one of several processes stays free") {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "lock";
  auto all = processes(file, 3);
  auto first = all[0]->busy();
  {
    const auto second = all[1]->busy();
    CHECK((first.has_value() && second.has_value()));
    CHECK_FALSE(all[2]->busy());
  }
  CHECK(all[2]->busy());  // the second one is free again
  CHECK(all[1]->busy());
  all.pop_back();  // two are left, one of them busy
  CHECK_FALSE(all[1]->busy());
  first.reset();
  CHECK(all[1]->busy());
  const ProcessSlots another(file);  // takes the place of the one that has ended
  const auto third = another.busy();
  CHECK(third.has_value());
}

TEST_CASE("a single process may be busy") {
  const TemporaryDirectory directory;
  const ProcessSlots only(directory.path() / "lock");
  CHECK(only.busy().has_value());
  CHECK(only.busy().has_value());
}

TEST_CASE("locks are not shared with what others made") {
  const TemporaryDirectory directory;
  std::filesystem::create_symlink("/etc/passwd", directory.path() / "link");
  CHECK_THROWS_AS(ProcessSlots(directory.path() / "link"), upkeep::Error);
  CHECK_THROWS_AS(ProcessSlots(directory.path() / "none" / "lock"), upkeep::Error);
}
