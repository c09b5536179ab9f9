// SPDX-License-Identifier: MIT
// fields, choices: the data that defines what patches look like.
#include "base/encoding.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/choice_store.hpp"
#include "patch/store/type_change.hpp"
#include "patch/store/type_store.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::tools {

namespace {

class Fields final : public Command {
 public:
  const char* name() const override { return "fields"; }
  std::vector<std::string> columns() const override {
    if (m_file.empty()) return patch::field_columns();
    return {"key", "change", "patches", "detail"};
  }
  const char* summary() const override { return "List the fields of a patch, or load a new type"; }
  void declare(CLI::App& app) override {
    app.add_option("--load", m_file, "Replace the artifact type by this RXT")
        ->type_name("FILE.rxt");
    app.add_flag("-y,--yes", m_yes, "Even if values of existing patches would be affected");
  }
  std::vector<NamedFile> files() const override { return {{m_file}}; }
  ExitStatus run(Session& session) override {
    if (!m_file.empty()) return load(session);
    std::vector<Record> records;
    for (const patch::Field& field : session.type().fields()) {
      records.push_back(patch::field_record(field));
    }
    session.print_all(columns(), records);
    return ExitStatus::ok;
  }

 private:
  ExitStatus load(Session& session) {
    const std::string rxt = read_file(m_file);
    const auto after = patch::ArtifactType::parse(rxt, m_file);
    for (const std::string& warning : after.warnings()) session.io.warning(warning);
    const std::string& attached = session.config().patch.lifecycle;
    if (!after.lifecycle().empty() && after.lifecycle() != attached) {
      session.io.warning(fmt::format(
          "{}: its lifecycle {} is not attached to new patches; [patch] lifecycle is: {}",
          printable(m_file), printable(after.lifecycle()), attached.empty() ? "none" : attached));
    }
    session.need_role("pmt-fields");
    const auto changes = patch::compare_types(session.connection(), session.type(), after);
    std::vector<Record> records;
    bool harmful = false;
    for (const patch::TypeChange& change : changes) {
      harmful = harmful || change.harmful();
      records.push_back({change.key, change.change, change.patches, change.detail});
    }
    session.print_all(columns(), records);
    session.io.out.flush();  // show the consequences before doing it
    if (session.common.dry_run) {
      session.io.note(fmt::format("{} would replace the artifact type", printable(m_file)));
      return ExitStatus::ok;
    }
    if (harmful && !m_yes) {
      throw Error(ExitStatus::no, "existing patches would be affected; nothing was changed",
                  "check the records, then use --yes");
    }
    patch::TypeStore(session.connection()).add(rxt, session.actor().name);
    return ExitStatus::ok;
  }

  std::string m_file;
  bool m_yes = false;
};

class Choices final : public Command {
 public:
  const char* name() const override { return "choices"; }
  std::vector<std::string> columns() const override {
    if (m_list_aliases) return {"alias", "value", "list"};
    return {"value", "list"};
  }
  const char* summary() const override { return "List pick lists, or change one"; }
  void declare(CLI::App& app) override {
    app.add_option("list", m_list, "categories, clients, people, products, versions or your own")
        ->type_name("LIST");
    app.add_option("value", m_values, "Values to add or remove")->type_name("VALUE");
    auto* alias = app.add_option("--alias", m_aliases,
                                 "Another name of a value; an empty value removes the alias")
                      ->type_name("ALIAS=VALUE")
                      ->expected(1)
                      ->take_all()
                      ->allow_extra_args(false);
    auto* aliases = app.add_flag("--aliases", m_list_aliases, "List the aliases of values");
    auto* add = app.add_flag("--add", m_add, "Add the values");
    auto* remove = app.add_flag("--remove", m_remove, "Remove the values");
    auto* file = app.add_option("--import", m_file, "Add every line of a file (- is stdin)")
                     ->type_name("FILE");
    auto* people = app.add_flag("--from-system", m_system, "Add the users known to getent(1)");
    for (auto* one : {add, remove, file, people, alias, aliases}) {
      for (auto* other : {add, remove, file, people, alias, aliases}) {
        if (one != other) one->excludes(other);
      }
    }
  }
  void check(cli::CommonOptions& /*common*/) override {
    const bool change =
        m_add || m_remove || m_system || !m_file.empty() || !m_aliases.empty() || m_list_aliases;
    if (change && m_list.empty())
      throw UsageError("no list given", "like: choices clients --add Acme");
    if ((m_add || m_remove) && m_values.empty()) throw UsageError("no values given");
    for (const std::string& value : m_values) {
      if (trim(value).empty()) throw UsageError("a value is empty", "is a shell variable unset?");
    }
    if (!m_add && !m_remove && !m_values.empty()) {
      throw UsageError("values without --add or --remove");
    }
    for (const std::string& text : m_aliases) (void)alias_in(text);
    if (!m_list.empty()) patch::check_choice_list(m_list);
  }
  std::vector<NamedFile> files() const override { return {{m_file, true}}; }
  ExitStatus run(Session& session) override {
    if (m_list_aliases) return list_aliases(session);
    if (!m_aliases.empty()) return change_aliases(session);
    std::vector<std::string> values = m_values;
    if (m_system) {
      const auto people = patch::system_people();
      values.assign(people.begin(), people.end());
    }
    if (!m_file.empty()) values = lines(session);
    if (values.empty() && !m_system && m_file.empty()) return list(session);
    session.need_role("pmt-fields");
    return m_remove ? remove(session, values) : add(session, values);
  }

 private:
  ExitStatus add(Session& session, const std::vector<std::string>& values) const {
    if (session.common.dry_run) {
      const auto there = patch::choices(session.connection(), m_list);
      const auto fresh = std::count_if(values.begin(), values.end(), [&](const std::string& one) {
        return std::find(there.begin(), there.end(), trim(one)) == there.end();
      });
      session.io.note(
          fmt::format("{} of {} values would be added to {}", fresh, values.size(), m_list));
      return ExitStatus::ok;
    }
    const std::size_t added = patch::add_choices(session.connection(), m_list, values);
    session.io.detail(fmt::format("{} of {} values are new", added, values.size()));
    return ExitStatus::ok;
  }

  ExitStatus remove(Session& session, const std::vector<std::string>& values) const {
    const auto there = patch::choices(session.connection(), m_list);
    const bool dry_run = session.common.dry_run;
    const auto missing = patch::remove_choices(
        session.connection(), m_list, values, dry_run ? db::Ending::roll_back : db::Ending::commit);
    if (missing.empty() && dry_run) {
      session.io.note(fmt::format("{} values would be removed from {}", values.size(), m_list));
    }
    const std::string otherwise =
        there.empty() && !missing.empty() ? no_list(session) : "nothing was removed";
    for (const std::string& one : missing) {
      session.io.error(fmt::format("{} has no value '{}'; {}", m_list, printable(one),
                                   did_you_mean(one, there, otherwise)));
    }
    return missing.empty() ? ExitStatus::ok : ExitStatus::partial;
  }

  /// (alias, value), both trimmed. @throws UsageError
  static std::pair<std::string, std::string> alias_in(const std::string& text) {
    const auto equals = text.find('=');
    std::string alias(trim(text.substr(0, equals)));
    if (equals == std::string::npos || alias.empty()) {
      throw UsageError(fmt::format("--alias {}: not ALIAS=VALUE", printable(text)),
                       "like 'Enterprise Service Bus 4.8.1=ESB 4.8.1'");
    }
    return {std::move(alias), std::string(trim(text.substr(equals + 1)))};
  }

  ExitStatus change_aliases(Session& session) const {
    session.need_role("pmt-fields");
    ExitStatus status = ExitStatus::ok;
    for (const std::string& text : m_aliases) {
      const auto [alias, value] = alias_in(text);
      const bool removes = value.empty();
      if (session.common.dry_run) {
        session.io.note(removes ? fmt::format("'{}' would no longer be an alias", alias)
                                : fmt::format("'{}' would be an alias of '{}'", alias, value));
        continue;
      }
      if (patch::set_alias(session.connection(), m_list, alias, value)) continue;
      if (!removes) {
        session.io.detail(fmt::format("'{}' is already an alias of '{}'", alias, value));
        continue;
      }
      session.io.error(fmt::format("{} has no alias '{}'", m_list, printable(alias)));
      status = ExitStatus::partial;
    }
    return status;
  }

  ExitStatus list_aliases(Session& session) const {
    std::vector<Record> records;
    for (auto& [alias, value] : patch::choice_aliases(session.connection(), m_list)) {
      records.push_back({alias, value, m_list});
    }
    session.print_all(columns(), records);
    return ExitStatus::ok;
  }

  /// The message for a list without values, with the name of the nearest list that has some.
  [[nodiscard]] std::string no_list(Session& session) const {
    std::vector<std::string> names = patch::known_choice_lists();
    for (auto& one : patch::all_choices(session.connection(), {})) {
      if (names.back() != one.first) names.push_back(std::move(one.first));
    }
    std::string text = fmt::format("the pick list '{}' has no values", m_list);
    if (std::find(names.begin(), names.end(), m_list) == names.end()) {
      add_clause(text, did_you_mean(m_list, names));
    }
    return text;
  }

  ExitStatus list(Session& session) const {
    std::vector<Record> records;
    for (auto& [name, value] : patch::all_choices(session.connection(), m_list)) {
      records.push_back({value, name});
    }
    if (records.empty() && !m_list.empty()) session.io.note(no_list(session));
    session.print_all(columns(), records);
    return ExitStatus::ok;
  }

  std::vector<std::string> lines(Session& session) const {
    if (m_file != "-") {
      std::vector<std::string> found = split(without_bom(read_file(m_file)), '\n');
      std::erase_if(found, [](const std::string& line) { return trim(line).empty(); });
      return found;
    }
    std::vector<std::string> found;
    RecordReader reader(session.io.in_fd, session.common.null ? '\0' : '\n');
    while (const auto line = reader.next()) {
      if (!trim(*line).empty()) found.push_back(*line);
    }
    return found;
  }

  std::string m_list, m_file;
  std::vector<std::string> m_values;
  std::vector<std::string> m_aliases;
  bool m_add = false, m_remove = false, m_system = false, m_list_aliases = false;
};

}  // namespace

Commands type_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Fields>());
  commands.push_back(std::make_unique<Choices>());
  return commands;
}

}  // namespace upkeep::tools
