// SPDX-License-Identifier: MIT
#include "patch_cli/form_editing.hpp"

#include "base/text.hpp"
#include "cli/editor.hpp"

#include <fmt/format.h>

#include <optional>

namespace upkeep::patch_cli {

namespace {

/// Keeps the file and returns the error with its name.
Error kept(cli::EditorFile& file, const Error& error) {
  file.keep();
  std::string advice = error.advice();
  if (!advice.empty()) advice += "; ";
  return {error.status(), error.what(),
          advice + fmt::format("what you typed is in {}", file.path().string())};
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
  std::optional<Error> problem;
  for (int round = 0;; ++round) {
    const std::string typed = file.edit(session.io, text);
    if (problem && typed == text) throw kept(file, *problem);
    std::optional<std::vector<patch::FieldEdit>> edits;
    try {
      if (typed == text) throw Error(ExitStatus::no, "the form was not changed: " + task.nothing);
      edits = edits_of_form(form, task, before, typed);
      session.reconnect();  // the server may have closed an idle connection
      task.act(*edits);
      if (session.common.dry_run) {
        file.keep();
        session.io.note(fmt::format("what you typed is in {}", file.path().string()));
      }
      return;
    } catch (const UsageError& error) {
      problem = error;
    } catch (const DataError& error) {
      problem = error;
    } catch (const Error& error) {
      if (!edits) throw;  // nothing was typed
      throw kept(file, error);
    }
    if (!may_ask && round > 0) throw kept(file, *problem);
    text = patch::with_problem(typed, problem->message());
  }
}

}  // namespace upkeep::patch_cli
