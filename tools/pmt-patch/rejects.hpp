// SPDX-License-Identifier: MIT
// The progress of an import, and the rows that it refuses.
#pragma once

#include "base/fd.hpp"
#include "base/io.hpp"
#include "patch/exchange/import_source.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace upkeep::tools {

/// A progress bar on stderr, if that is a terminal.
class ImportBar {
 public:
  explicit ImportBar(Io& io) : m_io(io), m_shown(io.err_tty && io.progress) {}
  ImportBar(const ImportBar&) = delete;
  ImportBar& operator=(const ImportBar&) = delete;
  ~ImportBar() { clear(); }

  void at(std::size_t done, std::size_t all);
  /// Clears the line for a message.
  void clear();

 private:
  Io& m_io;
  bool m_shown;
  std::size_t m_percent = 101;
};

/// Receives rejects: in a file that can be corrected and imported again, or as messages. If the
/// import ends before finish(), an existing file is left unchanged.
class Rejects {
 public:
  /// @param file empty: messages. @throws Error(cannot_create)
  Rejects(Io& io, ImportBar& bar, const std::string& file, patch::ImportFormat format);

  /// One row, as written in the file, and why it is refused.
  void take(const patch::RowPlace& place, const std::string& why, std::string_view raw);
  /// What an import from a governance registry does not carry over.
  void take_loss(const std::string& what);
  /// Writes what was taken, below the header that the rows need.
  /// @throws Error(cannot_create), Error(write_error)
  void finish(const std::string& header);

 private:
  void add_comment(const std::string& text);

  Io& m_io;
  ImportBar& m_bar;
  patch::ImportFormat m_format;
  std::filesystem::path m_file;  ///< empty: messages
  Fd m_fd;                       ///< a target that is not a regular file, written directly
  std::string m_text;
};

}  // namespace upkeep::tools
