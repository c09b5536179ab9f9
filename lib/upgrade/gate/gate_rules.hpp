// SPDX-License-Identifier: MIT
// The gate's rules for a web server that only asks whether a request passes; share/gate/apache.conf
// has the same ones for mod_rewrite.
#pragma once

#include "base/regex.hpp"
#include "config/gate.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::upgrade {

/// A request as the web server sees it.
struct GateRequest {
  std::string method, host;
  std::string path;   ///< decoded, without a query
  std::string query;  ///< encoded
  std::string sent;   ///< path and query as they were sent
  std::string accept, user_agent, requested_with, fetch_dest;
  std::string document_root;
};

/// The workspace that a request is for.
struct GateAim {
  std::string workspace;
  bool by_person = false;  ///< a browser that loads a page; otherwise a program
  std::string page;        ///< where a person waits: `/upkeep/acme/`
};

/// Compiled once. Not thread-safe.
class GateRules {
 public:
  using IsFile = std::function<bool(const std::string& path)>;
  /// The workspace of an address of the table, if there is one.
  using FindSite =
      std::function<std::optional<std::string>(const std::string& host, const std::string& path)>;

  GateRules(const config::Gate& gate, IsFile is_file, FindSite find_site);

  /// nullopt: the request passes, whatever the state of any workspace.
  [[nodiscard]] std::optional<GateAim> aim(const GateRequest& request) const;

 private:
  struct FileRule {
    Regex path;
    std::string file;
  };

  [[nodiscard]] std::string workspace_of(const GateRequest& request) const;
  [[nodiscard]] bool is_file_request(const GateRequest& request) const;
  [[nodiscard]] bool is_by_person(const GateRequest& request) const;

  config::GateBy m_by;
  IsFile m_is_file;
  FindSite m_find_site;
  std::vector<Regex> m_names;  // of hosts or paths; the first group is the workspace
  std::vector<Regex> m_programs, m_pass;
  Regex m_pass_query;
  std::vector<FileRule> m_files;
  std::optional<Regex> m_place;
};

}  // namespace upkeep::upgrade
