// SPDX-License-Identifier: MIT
// show, list, history.
#include "base/text.hpp"
#include "base/typed_date.hpp"
#include "patch/lifecycle/sent_back.hpp"
#include "patch/registry/records.hpp"
#include "patch_cli/history_command.hpp"
#include "pmt-patch/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

/// `--at`: a day means its end.
std::string moment(const std::string& text) {
  const auto date = parse_typed_date(text, wall_now());
  if (!date) {
    throw UsageError(fmt::format("--at {}: not a date", printable(text)), k_date_advice);
  }
  return iso8601(date->last());
}

class Show final : public Command {
 public:
  const char* name() const override { return "show"; }
  std::vector<std::string> columns() const override { return patch::show_columns(); }
  const char* summary() const override { return "Show patches with all fields"; }
  void declare(CLI::App& app) override {
    app.add_option("patch", m_patches, "Names, 4.4.0-1 for short; - reads them from stdin")
        ->type_name("PATCH");
    app.add_option("--at", m_at, "The data at that time (a day: at its end)")->type_name("TIME");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (!m_at.empty()) (void)moment(m_at);
  }
  ExitStatus run(Session& session) override {
    const bool as_text = session.wants_page();
    const auto out = as_text ? nullptr : session.printer(patch::show_columns());
    const TextStyle style = session.page_style();
    bool first = true;
    const ExitStatus status = session.for_each_named(m_patches, true, [&](patch::Patch patch) {
      patch = as_of(session, std::move(patch));
      if (!as_text) {
        out->print(patch::show_record(patch, session.type(), session.names()));
        return;
      }
      if (!first) session.io.out.write("\n");
      first = false;
      session.io.out.write(patch::show_text(patch, session.type(), session.names(),
                                            remark(session, patch, style), style));
    });
    if (out) out->finish();
    return status;
  }

 private:
  /// Who sent the patch back to its state, and why.
  [[nodiscard]] std::string remark(Session& session, const patch::Patch& patch,
                                   const TextStyle& style) const {
    if (!m_at.empty() || !patch.state || patch.voided_at) return {};
    const auto back = patch::lifecycle::sent_back(patch::events_of(session.connection(), patch.id));
    return back ? patch::lifecycle::sent_back_text(*back, style) : "";
  }

  patch::Patch as_of(Session& session, patch::Patch patch) const {
    if (m_at.empty()) return patch;
    const std::string name = patch::name_of(patch, session.names());
    auto then =
        patch::patch_at(patch, patch::events_of(session.connection(), patch.id), moment(m_at));
    if (then) return std::move(*then);
    throw Error(ExitStatus::partial, fmt::format("{} did not exist at {}", name, printable(m_at)));
  }

  std::vector<std::string> m_patches;
  std::string m_at;
};

class List final : public Command {
 public:
  const char* name() const override { return "list"; }
  const char* summary() const override { return "List patches that match a selector"; }
  void declare(CLI::App& app) override {
    app.add_option("selector", m_selector, "Terms, all of which must match: see upkeep-select(7)")
        ->type_name("TERM");
    m_query.declare(app);
    app.add_flag("--listed", m_listed, "With the columns of the artifact type's list view");
  }
  void check(cli::CommonOptions& common) override {
    if (m_listed && !common.fields.empty()) {
      throw UsageError("--listed and --fields exclude each other", "keep one of them");
    }
    m_query.add_to(m_selector);
  }
  ExitStatus run(Session& session) override {
    const auto selected = session.select(m_selector);
    std::vector<std::string> wanted, columns;
    if (m_listed) {
      wanted = session.type().list_columns();
      wanted.insert(wanted.begin(), "patch");
      columns = wanted;
    } else if (session.common.fields.empty()) {
      columns = patch::list_columns();
      if (session.wants_page()) std::erase(columns, "stay");  // means nothing to people
    } else {
      wanted = split(session.common.fields, ',');
      columns = patch::all_list_columns(session.type());
    }
    const auto out = session.printer(columns);
    bool any = false;
    patch::for_each_patch(session.connection(), selected, [&](const patch::Patch& patch) {
      out->print(patch::list_record(patch, columns, session.type(), session.names(), wanted));
      any = true;
    });
    out->finish();
    if (!any) session.hint_at_names(m_selector);
    return ExitStatus::ok;
  }

 private:
  std::vector<std::string> m_selector;
  QueryOption m_query;
  bool m_listed = false;
};

}  // namespace

Commands reading_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Show>());
  commands.push_back(std::make_unique<List>());
  commands.push_back(patch_cli::history_command());
  return commands;
}

}  // namespace upkeep::tools
