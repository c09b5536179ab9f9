// SPDX-License-Identifier: MIT
#pragma once

#include "patch/registry/form.hpp"
#include "patch_cli/session.hpp"

#include <functional>
#include <string>
#include <vector>

namespace upkeep::patch_cli {

/// What a person is asked to fill in.
struct FormTask {
  std::string name;                  ///< of the file: `upkeep-request`
  std::vector<std::string> heading;  ///< what the form is about
  std::string nothing;               ///< `no request was queued`
  patch::Document stored;            ///< the fields without what the command line says
  patch::Document shown;             ///< the fields with it
  /// Checks the edits and writes. @throws DataError, UsageError: then the form comes back
  std::function<void(const std::vector<patch::FieldEdit>&)> act;
};

/// Opens the form in the user's editor, again with a problem on top as long as there is one, and
/// acts on it. Without a terminal it comes back once. Nothing that was typed is lost: if the form
/// is given up, or acting fails otherwise, the error names the file that has it.
/// @throws Error(no) if the form was not changed or the editor fails; what `act` throws
void fill_in(Session& session, const patch::Form& form, const FormTask& task);

}  // namespace upkeep::patch_cli
