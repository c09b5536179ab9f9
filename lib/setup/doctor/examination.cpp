// SPDX-License-Identifier: MIT
#include "setup/doctor/examination.hpp"

#include "db/configured.hpp"

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {
constexpr std::chrono::seconds k_doctor_read_timeout{10};
constexpr std::chrono::seconds k_connect_timeout{
    10};  // overrides the configuration: a user is waiting
}  // namespace

std::string_view to_word(CheckResult result) {
  switch (result) {
    case CheckResult::ok:
      return "ok";
    case CheckResult::warning:
      return "warning";
    case CheckResult::fail:
      return "fail";
    case CheckResult::skipped:
      break;
  }
  return "skipped";
}

db::Endpoint quick_endpoint(const config::Server& server) {
  db::Endpoint endpoint = db::endpoint_of(server, "", k_doctor_read_timeout);
  endpoint.connect_timeout = std::min(endpoint.connect_timeout, k_connect_timeout);
  return endpoint;
}

const Account& Examination::runner() const {
  if (!m_runner) {
    struct stat info {};
    const bool there = ::stat(config().upgrade.state_dir.c_str(), &info) == 0;
    m_runner.emplace(there ? info.st_uid : ::geteuid());
  }
  return *m_runner;
}

db::Endpoint Examination::control_endpoint() const {
  return quick_endpoint(config().database);
}

std::optional<std::string> try_value(db::Connection& connection, const std::string& expression) {
  try {
    return connection.query("SELECT " + expression).at(0).maybe_text(0);
  } catch (const db::Error& error) {
    if (error.connection_lost()) throw;
    return std::nullopt;
  }
}

}  // namespace upkeep::setup
