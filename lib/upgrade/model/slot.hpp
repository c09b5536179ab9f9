// SPDX-License-Identifier: MIT
// A slot: the right to run one upgrade, as a lease with an epoch.
#pragma once

#include "config/config.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace upkeep::upgrade {

/// What a holder knows about its slot.
struct Lease {
  int slot = 0;
  std::int64_t epoch = 0;
  std::int64_t run = 0;
};

/// The contents of the row.
struct SlotRow {
  int slot = 0;
  std::int64_t epoch = 0;
  std::optional<std::int64_t> run;  ///< none: free
  std::string host;
  config::OnLockLoss policy = config::OnLockLoss::finish;
  std::chrono::seconds lease{60};
  std::chrono::microseconds idle{0};  ///< since the last renewal, by the server's clock
  std::optional<std::string> server;  ///< the endpoint on which the run has a place
};

/// How many leases there may be, as configured on a host: another host may have been configured
/// differently.
struct SlotBounds {
  int slots = 1;              ///< over all
  std::optional<int> server;  ///< on the server of the run; nullopt: not bounded
};

/// The promises of a holder.
struct LeaseTerms {
  std::string host;
  int pid = 0;
  std::chrono::seconds lease{60};
  config::OnLockLoss policy = config::OnLockLoss::finish;
};

/// The terms under which a run starts.
struct StartTerms {
  std::string host;
  int pid = 0, slot = 0;
  std::int64_t epoch = 0;
  std::string log;
};

}  // namespace upkeep::upgrade
