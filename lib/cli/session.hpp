// SPDX-License-Identifier: MIT
#pragma once

#include "cli/tool.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::cli {

/// What a command works with. The tool's frame makes one per process; expensive members are created
/// on first use. Keeps references to `io` and the tool.
class Session {
 public:
  Session(Io& the_io, const Tool& tool) : io(the_io), common(tool.common), m_tool(tool) {}

  Io& io;                       // NOLINT: a bundle
  const CommonOptions& common;  // NOLINT

  /// Read once. @throws ConfigError
  [[nodiscard]] const config::Config& config();
  [[nodiscard]] const Tool& tool() const { return m_tool; }
  /// Records on stdout: see Tool::printer().
  [[nodiscard]] std::unique_ptr<Printer> printer(const std::vector<std::string>& columns,
                                                 bool stream = false) const {
    return m_tool.printer(io, columns, stream, m_color_of);
  }
  /// Whether to write text for people in a shape of its own instead of a table of records, which
  /// can end with NUL.
  [[nodiscard]] bool wants_page() const {
    return m_tool.format(io) == Format::text && common.fields.empty() && !common.null;
  }
  /// For such text, which may go through a pager.
  [[nodiscard]] TextStyle page_style() const {
    io.page();
    return m_tool.text_style(io, m_color_of);
  }
  /// Prints all records at once.
  void print_all(const std::vector<std::string>& columns, const std::vector<Record>& records) const;
  /// The system user who typed the command.
  [[nodiscard]] std::string person() { return m_tool.person(config()); }
  /// Warns on stderr. Keeps a reference to this session's io.
  [[nodiscard]] std::function<void(const std::string&)> warn() const;

 protected:
  CellColor m_color_of;  ///< NOLINT: the colours of states; empty: only those of the whole suite

 private:
  const Tool& m_tool;
  std::optional<config::Config> m_config;
};

}  // namespace upkeep::cli
