// SPDX-License-Identifier: MIT
#include "cli/editor.hpp"

#include "base/command_words.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/ignored_keys.hpp"
#include "base/process.hpp"
#include "base/program_search.hpp"
#include "base/text.hpp"
#include "cli/tool.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>

#include <sys/wait.h>
#include <unistd.h>

namespace upkeep::cli {

namespace {

/// @returns its exit status
int run_editor(const std::vector<std::string>& argv, const Io& io) {
  const IgnoredKeys ignored;
  const int out = io.out_tty ? STDOUT_FILENO : STDERR_FILENO;
  const pid_t pid = spawn(
      {.argv = argv,
       .descriptors = {
           {STDIN_FILENO, STDIN_FILENO}, {out, STDOUT_FILENO}, {STDERR_FILENO, STDERR_FILENO}}});
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return exit_status_of(status);
}

}  // namespace

std::vector<std::string> editor_command() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    const auto value = environment(name);
    if (!value) continue;
    try {
      auto words = command_words(*value);
      if (!words.empty() && !words.front().empty()) return words;
    } catch (const UsageError& error) {
      throw UsageError(fmt::format("{}: {}", name, error.what()), error.advice());
    }
  }
  for (const char* name : {"editor", "vi"}) {
    if (!program_to_start(name, {}).empty()) return {name};
  }
  throw Error(ExitStatus::no, "there is no editor", "set EDITOR to the one you use");
}

EditorFile::EditorFile(const std::string& name) {
  constexpr std::string_view k_suffix = ".txt";
  const std::string directory = environment("TMPDIR").value_or("/tmp");
  std::string path = fmt::format("{}/{}.XXXXXX{}", directory, name, k_suffix);
  const Fd file(::mkstemps(path.data(), static_cast<int>(k_suffix.size())));  // mode 0600
  if (!file) {
    throw Error(
        ExitStatus::cannot_create,
        fmt::format("{}: cannot create a file for the editor: {}", directory, std::strerror(errno)),
        "set TMPDIR to a directory that you can write to");
  }
  m_path = path;
}

EditorFile::~EditorFile() {
  if (!m_kept) remove_quietly(m_path);
}

std::string EditorFile::edit(const Io& io, const std::string& text) {
  replace_file(m_path, text, 0600);
  auto argv = editor_command();
  const std::string editor = printable(argv.front());
  argv.push_back(m_path.string());
  int status = 0;
  try {
    status = run_editor(argv, io);
  } catch (const Error& error) {
    throw Error(ExitStatus::no, error.what(), "set EDITOR to an editor that exists");
  }
  if (status != 0) {
    throw Error(ExitStatus::no,
                fmt::format("the editor '{}' failed with status {}", editor, status));
  }
  try {
    return read_regular_file(m_path);
  } catch (const Error& error) {
    throw Error(ExitStatus::no, fmt::format("the editor left no form: {}", error.what()));
  }
}

std::optional<std::string> EditorFile::left() const {
  try {
    return read_regular_file(m_path);
  } catch (const Error&) {
    return std::nullopt;
  }
}

void EditorFile::keep(const std::string& text) {
  keep();
  replace_file(m_path, text, 0600);
}

}  // namespace upkeep::cli
