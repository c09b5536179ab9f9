// SPDX-License-Identifier: MIT
#include "cli/command.hpp"

#include "base/text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <cstring>

namespace upkeep::cli {

namespace {

bool is_mode(const CommandBase& command) {
  return command.name()[0] == '-';
}
bool is_main(const CommandBase& command) {
  return command.name()[0] == '\0';
}

/// The name of an option or operand in takes(): `--why`, `WORKSPACE`.
bool is_one_of(const CLI::Option& option, const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& name) { return option.check_name(name); });
}

/// `a, b or c`.
std::string enumerated(const std::vector<std::string>& names) {
  if (names.size() < 2) return join(names, "");
  return join({names.begin(), names.end() - 1}, ", ") + " or " + names.back();
}

}  // namespace

CLI::Option* CommandBase::declare_choice(CLI::App& app) {
  const std::string text = summary();  // the parser takes a const reference
  return app.add_flag(name(), text);
}

void CommandChoice::declare(CLI::App& app, CommonOptions& common) {
  const bool has_subs = std::any_of(m_entries.begin(), m_entries.end(), [](const Entry& entry) {
    return !is_mode(*entry.command) && !is_main(*entry.command);
  });
  if (!has_subs) return declare_modes(app);
  app.require_subcommand(0, 1);  // chosen() has a better message
  app.fallthrough();             // common options may follow the command
  for (Entry& entry : m_entries) declare_sub_command(app, entry, common);
}

void CommandChoice::declare_sub_command(CLI::App& app, Entry& entry, CommonOptions& common) {
  CLI::App* parent = &app;
  const char* word = entry.command->name();
  if (const char* space = std::strchr(word, ' '); space != nullptr) {
    const std::string group_name(word, space);
    const auto group = std::find_if(m_groups.begin(), m_groups.end(),
                                    [&](const Group& one) { return one.name == group_name; });
    if (group->app == nullptr) {
      group->app = app.add_subcommand(group->name, group->summary);
      group->app->require_subcommand(0, 1);
    }
    parent = group->app;
    word = space + 1;
  }
  entry.sub = parent->add_subcommand(word, entry.command->summary());
  entry.command->declare(*entry.sub);
  // After a command with operands, -0 would be taken for one: it looks like a number.
  entry.sub->add_flag("-0,--null", common.null)->group("");
}

void CommandChoice::declare_modes(CLI::App& app) {
  const std::vector<CLI::Option*> common = app.get_options();  // valid with every mode
  std::vector<std::vector<CLI::Option*>> own(m_entries.size());
  const auto declared = [&](std::size_t i, const auto& declare) {
    const auto before = app.get_options();
    declare();
    for (CLI::Option* option : app.get_options()) {
      if (std::find(before.begin(), before.end(), option) == before.end()) {
        own[i].push_back(option);
      }
    }
  };
  for (std::size_t i = 0; i < m_entries.size(); ++i) {
    declared(i, [&] {
      Entry& entry = m_entries[i];
      if (is_mode(*entry.command)) entry.choice = entry.command->declare_choice(app);
    });
  }
  for (std::size_t i = 0; i < m_entries.size(); ++i) {
    declared(i, [&] { m_entries[i].command->declare(app); });
  }
  for (std::size_t i = 0; i < m_entries.size(); ++i) {
    const Entry& entry = m_entries[i];
    if (entry.choice == nullptr) continue;
    const auto takes = entry.command->takes();
    for (CLI::Option* option : app.get_options()) {
      const bool is_own = std::find(own[i].begin(), own[i].end(), option) != own[i].end();
      const bool is_common = std::find(common.begin(), common.end(), option) != common.end();
      if (!is_own && !is_common && !is_one_of(*option, takes)) entry.choice->excludes(option);
    }
  }
}

std::size_t CommandChoice::chosen(const std::string& tool) const {
  std::size_t main = m_entries.size();
  for (std::size_t i = 0; i < m_entries.size(); ++i) {
    const Entry& entry = m_entries[i];
    if (entry.sub != nullptr && entry.sub->parsed()) return i;
    if (entry.choice != nullptr && entry.choice->count() > 0) return i;
    if (is_main(*entry.command)) main = i;
  }
  if (main < m_entries.size()) return main;
  throw UsageError("a command is missing: " + missing(),
                   fmt::format("'{} --help' shows what each does", tool));
}

std::string CommandChoice::missing() const {
  std::vector<std::string> names;
  for (const Group& group : m_groups) {
    if (group.app == nullptr || !group.app->parsed()) continue;
    for (const Entry& entry : m_entries) {
      if (entry.sub->get_parent() == group.app) names.emplace_back(entry.command->name());
    }
    return enumerated(names);
  }
  for (const Entry& entry : m_entries) {
    std::string word(entry.command->name());
    word.resize(std::min(word.size(), word.find(' ')));
    if (names.empty() || names.back() != word) names.push_back(std::move(word));
  }
  return enumerated(names);
}

}  // namespace upkeep::cli
