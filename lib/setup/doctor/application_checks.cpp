// SPDX-License-Identifier: MIT
// Doctor: whether upgrades can write the application's files that they change.
#include "base/program_search.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/file_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

namespace fs = std::filesystem;

// Where the application keeps data of all workspaces: caches, logs, translations, site files.
const char* const k_shared = "shared";
constexpr int k_depth = 2;
constexpr std::size_t k_most_entries = 20'000;

/// The directory's immediate entries: an upgrade creates what is below them.
std::vector<Access> entries_of(const fs::path& directory) {
  std::vector<Access> questions;
  std::error_code error;
  fs::recursive_directory_iterator entry(directory, fs::directory_options::skip_permission_denied,
                                         error);
  for (; !error && entry != fs::recursive_directory_iterator() && questions.size() < k_most_entries;
       entry.increment(error)) {
    std::error_code ignored;
    if (entry.depth() >= k_depth) entry.disable_recursion_pending();
    if (entry->is_symlink(ignored)) continue;
    if (entry->is_directory(ignored)) questions.push_back({entry->path(), W_OK | X_OK});
    if (entry->is_regular_file(ignored)) questions.push_back({entry->path(), W_OK});
  }
  return questions;
}

/// An access control list leaves the files' owner and group unchanged: the web server.
std::string give_access(const Examination& examination, const fs::path& directory) {
  const bool there =
      find_program("setfacl", with_daemons(examination.setting().search_path)).has_value();
  return (there ? "" : as_root("apt-get install acl") + " && ") +
         as_root(fmt::format("setfacl -R -m u:{0}:rwX,d:u:{0}:rwX {1}", examination.runner().name(),
                             typed(directory)));
}

/// What the account cannot write in shared/; nullopt: nothing.
std::optional<Finding> shared_problem(const Examination& examination,
                                      const fs::path& shared_directory) {
  const Account& runner = examination.runner();
  if (const std::string why = runner.obstacle(shared_directory, W_OK | X_OK); !why.empty()) {
    return fail(why, give_access(examination, shared_directory));
  }
  const auto questions = entries_of(shared_directory);
  const auto answers = runner.may(questions);
  const auto refused = std::count(answers.begin(), answers.end(), false);
  if (refused == 0) return std::nullopt;
  const auto first =
      static_cast<std::size_t>(std::find(answers.begin(), answers.end(), false) - answers.begin());
  return fail(fmt::format("{} files of the application are not writable by {}, e.g. {}", refused,
                          runner.name(), questions[first].path.string()),
              give_access(examination, shared_directory));
}

}  // namespace

Findings check_application(Examination& examination) {
  const config::Upgrade& upgrade = examination.config().upgrade;
  if (upgrade.target.empty()) return {skipped("no [upgrade] target is configured")};
  if (upgrade.directory.empty()) return {skipped("no [upgrade] directory is configured")};
  const Account& runner = examination.runner();
  if (!runner.can_ask()) {
    return {skipped(fmt::format("{} runs the upgrades; only that account and root can check this",
                                runner.name()))};
  }
  std::error_code error;
  if (!fs::is_directory(upgrade.directory, error)) return {skipped("see the check command")};
  const fs::path shared_directory = upgrade.directory / k_shared;
  if (fs::is_directory(shared_directory, error)) {
    if (auto problem = shared_problem(examination, shared_directory)) return {*problem};
  }
  if (const std::string why = runner.obstacle(upgrade.directory, W_OK | X_OK); !why.empty()) {
    return {warning(why + ", where an upgrade may have to",
                    give_access(examination, upgrade.directory))};
  }
  return {ok(fmt::format("{} can write in {}", runner.name(), upgrade.directory.string()))};
}

}  // namespace upkeep::setup
