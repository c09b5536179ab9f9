// SPDX-License-Identifier: MIT
#include "patch_cli/form_editing.hpp"

#include "base/fatal_signal_note.hpp"
#include "base/text.hpp"
#include "cli/editor.hpp"

#include <fmt/format.h>

#include <exception>
#include <optional>

namespace upkeep::patch_cli {

namespace {

std::string where_typed(const cli::EditorFile& file) {
  return fmt::format("what you typed is in {}", file.path().string());
}

Error with_advice(const Error& error, const std::string& more) {
  return {error.status(), error.what(),
          error.advice().empty() ? more : error.advice() + "; " + more};
}

/// Keeps the file and returns the error with its name.
Error kept(cli::EditorFile& file, const Error& error) {
  file.keep();
  return with_advice(error, where_typed(file));
}

/// The same for a file that no longer has what was typed before: `text`.
Error kept(cli::EditorFile& file, const Error& error, const std::string& text) {
  try {
    file.keep(text);
  } catch (const Error& failed) {
    return with_advice(error, fmt::format("what you typed is lost: {}", failed.what()));
  }
  return with_advice(error, where_typed(file));
}

/// The form as the user left it. @param typed_before whether `text` contains what was typed.
/// @throws Error if the editor fails, naming the file if anything was typed
std::string edited(const Io& io, cli::EditorFile& file, const std::string& text, bool typed_before,
                   const std::string& nothing) {
  try {
    return file.edit(io, text);
  } catch (const Error& error) {
    const auto left = file.left();
    if (left && *left != text && !patch::is_blank_form(*left)) throw kept(file, error);
    if (typed_before) throw kept(file, error, text);
    throw with_advice(error, nothing);
  }
}

std::vector<std::string> heading_of(const FormTask& task) {
  std::vector<std::string> lines = task.heading;
  for (const char* line :
       {"", "Lines that begin with # are ignored. A field without a value is empty.",
        "A value continues on lines that are indented by four blanks."}) {
    lines.emplace_back(line);
  }
  lines.push_back(fmt::format("If you leave the editor without a change, {}.", task.nothing));
  return lines;
}

/// The edits that a form stands for. @throws DataError for its mistakes; Error(no) if it says
/// nothing
std::vector<patch::FieldEdit> edits_of_form(const patch::Form& form, const FormTask& task,
                                            const patch::Document& before,
                                            const std::string& typed) {
  if (patch::is_blank_form(typed)) {
    throw Error(ExitStatus::no, "the form is empty: " + task.nothing);
  }
  const patch::Document after = form.parse(typed);
  if (after == before) throw Error(ExitStatus::no, "the form was not changed: " + task.nothing);
  return patch::edits_between(task.stored, form.merged(task.shown, before, after));
}

}  // namespace

void fill_in(Session& session, const patch::Form& form, const FormTask& task) {
  const bool may_ask = session.io.in_tty && session.io.err_tty;
  std::string text = form.text(task.shown, heading_of(task), [&](const patch::Field& field) {
    return session.registry().offered(field);
  });
  const patch::Document before = form.parse(text);
  cli::EditorFile file(task.name);
  const FatalSignalNote note(
      fmt::format("{}: note: {}", session.io.tool(), printable(where_typed(file))));
  std::optional<Error> problem;  // of what was typed before
  for (int round = 0;; ++round) {
    const std::string typed = edited(session.io, file, text, problem.has_value(), task.nothing);
    if (problem && typed == text) throw kept(file, *problem);
    std::optional<std::vector<patch::FieldEdit>> edits;
    try {
      if (typed == text) throw Error(ExitStatus::no, "the form was not changed: " + task.nothing);
      edits = edits_of_form(form, task, before, typed);
      session.reconnect();  // the server may have closed an idle connection
      task.act(*edits);
      if (session.common.dry_run) {
        file.keep();
        session.io.note(where_typed(file));
      }
      return;
    } catch (const UsageError& error) {
      problem = error;
    } catch (const DataError& error) {
      problem = error;
    } catch (const Error& error) {
      if (edits) throw kept(file, error);
      if (problem) throw kept(file, error, text);
      throw;  // nothing was typed
    } catch (const std::exception&) {
      file.keep();
      session.io.note(where_typed(file));
      throw;
    }
    if (!may_ask && round > 0) throw kept(file, *problem);
    text = patch::with_problem(typed, problem->message());
  }
}

}  // namespace upkeep::patch_cli
