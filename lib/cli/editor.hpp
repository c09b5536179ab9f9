// SPDX-License-Identifier: MIT
// Lets the user edit a text with the editor of their choice.
#pragma once

#include "base/io.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::cli {

/// The editor as argv: $VISUAL, otherwise $EDITOR, otherwise `editor` or `vi`. No shell is
/// involved. @throws UsageError naming a variable that cannot be split into words; Error(no) if
/// there is no editor
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
  /// @returns the edited text. @throws Error(no) if the editor cannot be started or fails; as
  /// editor_command(); Error(cannot_create). left() may then have what the user typed
  std::string edit(const Io& io, const std::string& text);

  /// What the file contains now; nullopt if it cannot be read.
  [[nodiscard]] std::optional<std::string> left() const;

  void keep() noexcept { m_kept = true; }
  /// Keeps it with this text instead of its own. @throws Error(cannot_create)
  void keep(const std::string& text);
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return m_path; }

 private:
  std::filesystem::path m_path;
  bool m_kept = false;
};

}  // namespace upkeep::cli
