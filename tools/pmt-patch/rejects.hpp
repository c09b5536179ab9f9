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

/// A bar on stderr while a terminal looks on.
class ImportBar {
 public:
  explicit ImportBar(Io& io) : m_io(io), m_shown(io.err_tty && io.progress) {}
  ImportBar(const ImportBar&) = delete;
  ImportBar& operator=(const ImportBar&) = delete;
  ~ImportBar() { clear(); }

  void at(std::size_t done, std::size_t all);
  /// Makes room for a message.
  void clear();

 private:
  Io& m_io;
  bool m_shown;
  std::size_t m_percent = 101;
};

/// Where rejects go: a file that can be corrected and imported again, or messages. An import that
/// ends
/// before finish() leaves a file of that name as it was.
class Rejects {
 public:
  /// @param file empty: messages. @throws Error(cannot_create)
  Rejects(Io& io, ImportBar& bar, const std::string& file, patch::ImportFormat format);

  /// One row, as written in the file, and why it is refused.
  void take(std::size_t line, const std::string& why, std::string_view raw);
  /// Writes what was taken, below the header that the rows need.
  /// @throws Error(cannot_create), Error(write_error)
  void finish(const std::string& header);

 private:
  Io& m_io;
  ImportBar& m_bar;
  patch::ImportFormat m_format;
  std::filesystem::path m_file;  ///< empty: messages
  Fd m_fd;                       ///< of what is not a regular file, and is written as it is
  std::string m_text;
};

}  // namespace upkeep::tools
