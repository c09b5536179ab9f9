// SPDX-License-Identifier: MIT
#pragma once

#include "base/exit_status.hpp"
#include "base/writer.hpp"
#include "config/config.hpp"

#include <array>
#include <memory>
#include <string>

namespace upkeep::upgrade {

/// Runs serve_map() in a child process and asks it. A web server waits for an answer, so a child
/// that dies is replaced and a child that is stuck is killed; until then the answer is `unknown`,
/// within a second of running time (excluding stalls of the machine). If this process dies, the
/// child exits; if this process is stopped, the child wakes it. Use it in a single-threaded
/// process.
class MapAnswerer {
 public:
  /// Keeps a reference to `config`. @param foreign descriptors that the child must close: the web
  /// server waits until they are closed
  MapAnswerer(const config::Config& config, const std::string& target, std::array<int, 2> foreign);
  ~MapAnswerer();
  MapAnswerer(const MapAnswerer&) = delete;
  MapAnswerer& operator=(const MapAnswerer&) = delete;

  /// The answer of serve_map() to one line.
  std::string ask(const std::string& question);

 private:
  class Child;
  std::unique_ptr<Child> m_child;
};

/// An Apache `RewriteMap prg:` with a MapAnswerer: Apache never restarts a map program. Throws only
/// what reading and writing throw.
ExitStatus keep_map_served(const config::Config& config, const std::string& target, int in_fd,
                           Writer& out);

}  // namespace upkeep::upgrade
