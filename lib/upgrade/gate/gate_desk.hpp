// SPDX-License-Identifier: MIT
// The answer to a web server that asks about each request.
#pragma once

#include "config/gate.hpp"
#include "upgrade/gate/gate_rules.hpp"

#include <functional>
#include <string>

namespace upkeep::upgrade {

struct GateVerdict {
  bool passes = true;
  std::string workspace{};
  std::string page{};  ///< where a person is to wait; empty for a program
  /// To a program: `ask` queues the upgrade, `wait` asks it to try again soon, `closed` later.
  /// For the page: `none` or `busy`, see PageDoor.
  std::string word{};
};

class GateDesk {
 public:
  /// @param ask the answer of serve_map() to a line
  GateDesk(const config::Gate& gate, std::function<std::string(const std::string&)> ask);
  GateDesk(const GateDesk&) = delete;
  GateDesk& operator=(const GateDesk&) = delete;

  /// Whether a request passes the gate.
  [[nodiscard]] GateVerdict judge(const GateRequest& request) const;
  /// Whether a program may be started for a visitor of the page.
  [[nodiscard]] GateVerdict page(const std::string& workspace, const std::string& address) const;

 private:
  std::function<std::string(const std::string&)> m_ask;
  GateRules m_rules;
};

}  // namespace upkeep::upgrade
