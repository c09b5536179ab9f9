// SPDX-License-Identifier: MIT
// fields, choices: the data that says what patches look like.
#include "base/file.hpp"
#include "base/text.hpp"
#include "pmt-patch/commands.hpp"
#include "pmt/choices.hpp"
#include "pmt/encoding.hpp"
#include "pmt/records.hpp"
#include "pmt/type_change.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::tools {

namespace {

class Fields final : public Command {
 public:
  const char* name() const override { return "fields"; }
  std::vector<std::string> columns() const override {
    if (m_file.empty()) return pmt::field_columns();
    return {"key", "change", "patches", "detail"};
  }
  const char* summary() const override { return "List the fields of a patch, or load other ones"; }
  void declare(CLI::App& app) override {
    app.add_option("--load", m_file, "Replace the artifact type by this RXT")
        ->type_name("FILE.rxt");
    app.add_flag("-y,--yes", m_yes, "Also where values of existing patches would be affected");
  }
  std::vector<std::string> files() const override { return {m_file}; }
  ExitStatus run(Session& session) override {
    if (!m_file.empty()) return load(session);
    std::vector<Record> records;
    for (const pmt::Field& field : session.type().fields()) {
      records.push_back(pmt::field_record(field));
    }
    pmt_cli::print_all(session, columns(), records);
    return ExitStatus::ok;
  }

 private:
  ExitStatus load(Session& session) {
    const std::string rxt = read_file(m_file);
    const auto after = pmt::ArtifactType::parse(rxt, m_file);
    for (const std::string& warning : after.warnings()) session.io.warning(warning);
    session.need_role("pmt-fields");
    const auto changes = pmt::compare_types(session.connection(), session.type(), after);
    std::vector<Record> records;
    bool harmful = false;
    for (const pmt::TypeChange& change : changes) {
      harmful = harmful || change.harmful();
      records.push_back({change.key, change.change, change.patches, change.detail});
    }
    pmt_cli::print_all(session, columns(), records);
    session.io.out.flush();  // what it means stands there before it is done
    if (session.common.dry_run) return ExitStatus::ok;
    if (harmful && !m_yes) {
      throw Error(ExitStatus::no, "existing patches would be affected; nothing was changed",
                  "look at the records, then say --yes");
    }
    pmt::replace_type(session.connection(), rxt, session.actor().name);
    return ExitStatus::ok;
  }

  std::string m_file;
  bool m_yes = false;
};

class Choices final : public Command {
 public:
  const char* name() const override { return "choices"; }
  std::vector<std::string> columns() const override { return {"value", "list"}; }
  const char* summary() const override { return "List pick lists, or change one"; }
  void declare(CLI::App& app) override {
    app.add_option("list", m_list, "categories, clients, people, products, versions or your own")
        ->type_name("LIST");
    app.add_option("value", m_values, "Values to add or remove")->type_name("VALUE");
    auto* add = app.add_flag("--add", m_add, "Add the values");
    auto* remove = app.add_flag("--remove", m_remove, "Take the values out");
    auto* file = app.add_option("--import", m_file, "Add every line of a file (- is stdin)")
                     ->type_name("FILE");
    auto* people = app.add_flag("--from-system", m_system, "Add the users that getent(1) knows");
    for (auto* one : {add, remove, file, people}) {
      for (auto* other : {add, remove, file, people}) {
        if (one != other) one->excludes(other);
      }
    }
  }
  void check(cli::CommonOptions& /*common*/) override {
    const bool change = m_add || m_remove || m_system || !m_file.empty();
    if (change && m_list.empty())
      throw UsageError("which list?", "like: choices clients --add Acme");
    if ((m_add || m_remove) && m_values.empty()) throw UsageError("no values are named");
    for (const std::string& value : m_values) {
      if (trim(value).empty())
        throw UsageError("a value is empty", "an unset shell variable, perhaps?");
    }
    if (!m_add && !m_remove && !m_values.empty()) {
      throw UsageError("values without --add or --remove");
    }
    if (!m_list.empty()) pmt::check_choice_list(m_list);
  }
  std::vector<std::string> files() const override { return {m_file}; }
  ExitStatus run(Session& session) override {
    std::vector<std::string> values = m_values;
    if (m_system) {
      const auto people = pmt::system_people();
      values.assign(people.begin(), people.end());
    }
    if (!m_file.empty()) values = lines(session);
    if (values.empty() && !m_system && m_file.empty()) return list(session);
    session.need_role("pmt-fields");
    if (session.common.dry_run) {
      session.io.note(fmt::format("{} values would be {}", values.size(),
                                  m_remove ? "taken out" : "added where they are new"));
      return ExitStatus::ok;
    }
    if (!m_remove) {
      const std::size_t added = pmt::add_choices(session.connection(), m_list, values);
      session.io.detail(fmt::format("{} of {} values are new", added, values.size()));
      return ExitStatus::ok;
    }
    const std::size_t removed = pmt::remove_choices(session.connection(), m_list, values);
    return removed == values.size() ? ExitStatus::ok : ExitStatus::partial;
  }

 private:
  ExitStatus list(Session& session) const {
    std::vector<Record> records;
    for (auto& [name, value] : pmt::all_choices(session.connection(), m_list)) {
      records.push_back({value, name});
    }
    pmt_cli::print_all(session, columns(), records);
    return ExitStatus::ok;
  }

  std::vector<std::string> lines(Session& session) const {
    if (m_file != "-") {
      std::vector<std::string> found = split(pmt::without_bom(read_file(m_file)), '\n');
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
  bool m_add = false, m_remove = false, m_system = false;
};

}  // namespace

Commands type_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Fields>());
  commands.push_back(std::make_unique<Choices>());
  return commands;
}

}  // namespace upkeep::tools
