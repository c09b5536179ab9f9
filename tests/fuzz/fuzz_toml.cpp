// SPDX-License-Identifier: MIT
// upkeep.toml: whatever stands in it is a configuration or an error that names the file.
#include "base/file.hpp"
#include "config/config.hpp"

#include <cstdlib>

#include <unistd.h>

using namespace upkeep;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::string k_path = "/dev/shm/upkeep-fuzz-" + std::to_string(::getpid()) + ".toml";
  static const bool k_removed_at_exit = std::atexit([] { ::unlink(k_path.c_str()); }) == 0;
  (void)k_removed_at_exit;
  replace_file(k_path, std::string(reinterpret_cast<const char*>(data), size), 0600);  // NOLINT
  config::Surroundings surroundings;
  surroundings.config_option = k_path;
  surroundings.state_home = "/nonexistent";
  surroundings.user = "nobody";
  surroundings.uid = ::geteuid();
  try {
    const config::Config config = config::load(surroundings);
    if (config.servers.empty()) std::abort();
  } catch (const Error& error) {
    if (error.status() != ExitStatus::config) std::abort();
  }
  return 0;
}
