// SPDX-License-Identifier: MIT
// db.php of a workspace.
#include "upgrade/probe/db_php.hpp"

#include "base/error.hpp"

using namespace upkeep;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    (void)upgrade::parse_db_php({reinterpret_cast<const char*>(data), size});  // NOLINT
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
