// SPDX-License-Identifier: MIT
#include "cli/session.hpp"

namespace upkeep::cli {

const config::Config& Session::config() {
  if (!m_config) m_config = m_tool.load_config();
  return *m_config;
}

void Session::print_all(const std::vector<std::string>& columns,
                        const std::vector<Record>& records) const {
  const auto out = printer(columns);
  for (const Record& record : records) out->print(record);
  out->finish();
}

std::function<void(const std::string&)> Session::warn() const {
  return [&to = io](const std::string& text) { to.warning(text); };
}

}  // namespace upkeep::cli
