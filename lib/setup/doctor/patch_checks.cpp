// SPDX-License-Identifier: MIT
// Doctor: the patch registry.
#include "base/text.hpp"
#include "patch/lifecycle/unknown_words.hpp"
#include "patch/store/type_store.hpp"
#include "setup/doctor/checks.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

Findings check_patch_words(Examination& examination) {
  db::Connection& control = examination.control();
  std::vector<std::string> details, fixes;
  try {
    if (!patch::TypeStore(control).has_any()) return {skipped("no artifact type is loaded")};
    for (const auto& one : patch::lifecycle::unknown_words(control, examination.config().patch)) {
      details.push_back(fmt::format("{}: {}", one.key, one.detail));
      fixes.push_back(one.advice);
    }
  } catch (const db::Error& error) {
    if (error.status() != ExitStatus::not_permitted) throw;
    return {skipped("this account may not read the registry")};  // it is for upgrades
  }
  if (details.empty()) return {ok("[patch] names only what is loaded")};
  return {warning(join(details, "; "), join(fixes, "; "))};
}

}  // namespace upkeep::setup
