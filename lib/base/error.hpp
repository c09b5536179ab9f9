// SPDX-License-Identifier: MIT
// The base of every typed exception of the suite. Only cli::run_main() catches it and turns it into
// `tool: error: what; advice` and an exit status.
#pragma once

#include "base/exit_status.hpp"

#include <stdexcept>
#include <string>
#include <utility>

namespace upkeep {

/// An error that a user may see: what went wrong, what to do about it, and its exit status.
class Error : public std::runtime_error {
 public:
  Error(ExitStatus status, const std::string& what, std::string advice = {})
      : std::runtime_error(what), m_status(status), m_advice(std::move(advice)) {}

  [[nodiscard]] ExitStatus status() const noexcept { return m_status; }
  /// May be empty.
  [[nodiscard]] const std::string& advice() const noexcept { return m_advice; }
  /// `what; advice`, as it is displayed.
  [[nodiscard]] std::string message() const {
    return m_advice.empty() ? std::string(what()) : std::string(what()) + "; " + m_advice;
  }

 private:
  ExitStatus m_status;
  std::string m_advice;
};

/// The command line is wrong (64).
class UsageError : public Error {
 public:
  explicit UsageError(const std::string& what, std::string advice = {})
      : Error(ExitStatus::usage, what, std::move(advice)) {}
};

/// Invalid input (65).
class DataError : public Error {
 public:
  explicit DataError(const std::string& what, std::string advice = {})
      : Error(ExitStatus::bad_data, what, std::move(advice)) {}
};

/// The configuration is missing or invalid (78).
class ConfigError : public Error {
 public:
  explicit ConfigError(const std::string& what, std::string advice = {})
      : Error(ExitStatus::config, what, std::move(advice)) {}
};

}  // namespace upkeep
