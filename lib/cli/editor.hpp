// SPDX-License-Identifier: MIT
// Lets the user edit a text with the editor of their choice.
#pragma once

#include "base/io.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace upkeep::cli {

/// The editor as argv: $VISUAL, otherwise $EDITOR, otherwise `editor` or `vi`. No shell is
/// involved. @throws UsageError if the variable cannot be split into words; Error(no) if there is
/// no editor
std::vector<std::string> editor_command();

/// A private file in $TMPDIR that contains a text while the user edits it. It is removed with this
/// object, unless keep() was called.
class EditorFile {
 public:
  /// @param name the start of the file's name. @throws Error(cannot_create)
  explicit EditorFile(const std::string& name);
  ~EditorFile();
  EditorFile(const EditorFile&) = delete;
  EditorFile& operator=(const EditorFile&) = delete;

  /// Runs the editor until it ends. Keys that interrupt the editor do not end this program. If
  /// stdout is not a terminal, the editor's stdout is our stderr.
  /// @returns the edited text. @throws Error(no) if the editor cannot be started or fails, naming
  /// the file if the user has changed it: then it is kept
  std::string edit(const Io& io, const std::string& text);

  void keep() noexcept { m_kept = true; }
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

 private:
  std::filesystem::path m_path;
  bool m_kept = false;
};

}  // namespace upkeep::cli
