// SPDX-License-Identifier: MIT
// Configuration of the patch tools: [patch], [notify.NAME], [executor.NAME].
#include "base/text.hpp"
#include "config/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::config {

namespace {

/// Without a placeholder, every user would have the same name.
void read_person(TomlTable& section, std::vector<std::string>& templates) {
  section.texts("person", templates);
  for (const std::string& one : templates) {
    const std::string rest = replace_all(replace_all(one, "{user}", ""), "{name}", "");
    if (rest.find_first_of("{}") == std::string::npos && rest.size() < one.size()) continue;
    section.fail("person", fmt::format("'{}' is not a name of one user", printable(one)),
                 "the placeholders are {user}, the login name, and {name}, the real name");
  }
  if (templates.empty()) section.fail("person", "empty");
}

}  // namespace

/// Items and states of the defaults are kept unless the file has its own entry for them.
void read_attests_and_dates(TomlTable& section, Patch& patch) {
  section.table("attests", [&](TomlTable& attests) {
    attests.rows([&](const std::string& item, std::vector<std::string> what) {
      std::erase_if(patch.attests,
                    [&](const auto& one) { return lower(one.first) == lower(item); });
      patch.attests[item] = std::move(what);
    });
  });
  section.table("dates", [&](TomlTable& dates) {
    for (const std::string& state : dates.keys()) {
      std::erase_if(patch.dates, [&](const auto& one) { return lower(one.first) == lower(state); });
      dates.text(state, patch.dates[state]);
    }
  });
}

void read_patch(TomlTable& section, Patch& patch) {
  section.text("name", patch.name);
  section.text("lifecycle", patch.lifecycle);
  section.text("fields", patch.fields);
  section.texts("released", patch.released);
  patch.guarded = patch.released;
  section.text("released_edit", patch.released_edit);
  section.texts("complete", patch.complete);
  section.texts("trusted", patch.trusted);
  read_person(section, patch.person);
  section.texts("qa_states", patch.qa_states);
  section.real("hours_per_day", patch.hours_per_day, 0);
  section.real("days_per_week", patch.days_per_week, 0);
  section.text_map("keys", patch.keys);
  if (section.has("unknown_validators")) {
    int choice = 0;
    section.word("unknown_validators", choice, {"block", "ignore"});
    patch.unknown_validators = choice == 0 ? "block" : "ignore";
  }
  if (section.has("deliver")) {
    int choice = 0;
    section.word("deliver", choice, {"cron", "command"});
    patch.deliver = choice == 0 ? "cron" : "command";
  }
  read_attests_and_dates(section, patch);
  section.table("see", [&](TomlTable& see) {
    see.rows([&](const std::string& category, std::vector<std::string> members) {
      if (trim(category).empty()) section.fail("see", "a category without a name");
      patch.see[category] = std::move(members);
    });
  });
  section.table("roles", [&](TomlTable& roles) {
    patch.roles.emplace();
    roles.rows([&](const std::string& role, std::vector<std::string> members) {
      (*patch.roles)[role] = std::move(members);
    });
  });
}

void read_notify(TomlTable& root, Config& config) {
  root.each_table("notify", [&](const std::string& name, TomlTable& section) {
    Notify notify;
    section.texts("on", notify.on);
    section.texts("command", notify.command);
    section.text_map("env", notify.env);
    section.seconds("first_retry_s", notify.first_retry, 0, 86400);
    section.integer("tries", notify.tries, 1, 10000);
    section.seconds("timeout_s", notify.timeout, 1, 86400);
    if (notify.command.empty() || notify.command.front().empty())
      section.fail("command", "missing");
    static const std::vector<std::string> k_actions{
        "create", "edit",    "link",   "unlink",   "attach",  "tick",   "untick",
        "vote",   "unvote",  "move",   "log-time", "eta",     "undo",   "import",
        "record", "overdue", "revoke", "void",     "restore", "comment"};
    for (const std::string& one : notify.on) {
      if (std::find(k_actions.begin(), k_actions.end(), one) == k_actions.end()) {
        section.fail("on", fmt::format("'{}' is not an action", printable(one)),
                     did_you_mean(one, k_actions, "known: " + join(k_actions, ", ")));
      }
      // Reminders are recorded as events of their estimate.
      config.patch.announced.insert(one == "overdue" ? "eta" : one);
    }
    config.notify[name] = std::move(notify);
  });
}

void read_executors(TomlTable& root, Config& config) {
  root.each_table("executor", [&](const std::string& name, TomlTable& section) {
    Executor executor;
    section.texts("command", executor.command);
    section.text_map("env", executor.env);
    section.seconds("timeout_s", executor.timeout, 1, 86400);
    if (executor.command.empty() || executor.command.front().empty()) {
      section.fail("command", "missing");
    }
    config.executors[name] = std::move(executor);
  });
}

}  // namespace upkeep::config
