// SPDX-License-Identifier: MIT
// Who of the visitors of the page may have the tools asked: what the web server wants to know
// before it starts a program for one of them.
#pragma once

#include "base/worker.hpp"
#include "config/config.hpp"
#include "ws/visit_limit.hpp"
#include "ws/workspace.hpp"

#include <cstdint>
#include <future>
#include <memory>
#include <set>
#include <string>
#include <string_view>

namespace upkeep::ws {

/// The names of all workspaces that may be there, read again and again behind the answers, while
/// somebody asks.
class MapNames {
 public:
  /// Keeps a reference to `config`.
  explicit MapNames(const config::Config& config) : m_config(config), m_map(config) {}

  /// Whether it is known that there was no such workspace a moment ago. Does not wait.
  bool is_nowhere(const std::string& name);

 private:
  using Names = std::set<std::string>;  // in lower case, as some servers have them
  std::shared_ptr<const Names> read() const;

  const config::Config& m_config;
  WorkspaceMap m_map;
  std::shared_ptr<const Names> m_names;
  std::int64_t m_began = 0, m_next = 0, m_read_at = 0, m_lasts = 0;
  std::future<std::shared_ptr<const Names>> m_running;
  Worker m_worker;  // last: its thread uses everything above
};

/// Answers without waiting for anything.
class PageDoor {
 public:
  /// Keeps a reference to `config`.
  explicit PageDoor(const config::Config& config) : m_map(config), m_names(config) {}

  static constexpr std::string_view k_prefix = "page/";  ///< no name can begin so
  /// @param question `page/NAME/ADDRESS`
  /// @returns `ask`: the tools may be asked about that workspace for the visitor with that address;
  ///   `none`: there is no such workspace; `busy`: not now
  std::string_view answer(std::string_view question);

 private:
  WorkspaceMap m_map;
  MapNames m_names;
  VisitLimit m_limit;
  Allowance m_strangers{20, 10};  // names that were not there a moment ago, of all visitors
};

}  // namespace upkeep::ws
