// SPDX-License-Identifier: MIT
// The main job: shows the progress of workspaces, once or until they are done.
#include "base/interrupts.hpp"
#include "cli/live_frame.hpp"
#include "upgrade/model/public_steps.hpp"
#include "upgrade/view/fleet_page.hpp"
#include "ws-progress/commands.hpp"
#include "ws-progress/drawing.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>

#include <poll.h>

namespace upkeep::tools {

namespace {

class Show final : public Command {
 public:
  explicit Show(SharedOptions& shared) : m_shared(shared) {}
  [[nodiscard]] const char* name() const override { return ""; }
  [[nodiscard]] const char* summary() const override { return ""; }

  void declare(CLI::App& app) override {
    m_shared.declare(app);
    app.add_flag("--all", m_all, "All workspaces")->excludes("WORKSPACE");
    app.add_flag("--active", m_active, "Workspaces that are queued or running")
        ->excludes("--all")
        ->excludes("WORKSPACE");
    app.add_flag("--follow", m_follow, "Continue until nothing is active");
    app.add_flag("--public", m_public, "Only what an anonymous visitor may see");
  }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return columns_for(audience());
  }
  void check(cli::CommonOptions& common) override {
    if (!m_all || m_public || m_follow) refuse_html(common);
  }

  ExitStatus run(Session& session) override {
    const config::Config& config = session.config();
    // Active runs have their own targets; the configured one, if any, selects the history.
    const std::string target = m_active && m_shared.target.empty()
                                   ? config.upgrade.target
                                   : upgrade::target_of(config, m_shared.target);
    cli::NamesTaken taken;
    if (!m_all && !m_active) {
      taken = session.take_names(m_shared.operands, k_name_some);
      if (taken.names.empty()) {
        session.print_all(columns(), {});
        return taken.status;
      }
    }
    upgrade::ProgressView view(config, session.control(), target);
    if (m_public) m_steps.emplace(config);
    std::vector<std::string> down;
    Records records = m_all      ? view.of_all(down)
                      : m_active ? view.of_active()
                                 : view.of(taken.names);
    if (m_steps) records = m_steps->of(std::move(records));
    for (const std::string& server : down) {
      session.io.error(
          fmt::format("server {} does not answer: its workspaces are not in this list", server));
      taken.status = worse(taken.status, ExitStatus::partial);
    }
    records = print(session, view, std::move(records), down);
    return worse(taken.status, status_of(records));
  }

 private:
  [[nodiscard]] Audience audience() const {
    return m_public ? Audience::visitors : Audience::operators;
  }
  [[nodiscard]] Record row(const upgrade::ProgressRecord& record) const {
    return row_for(audience(), record);
  }

  /// @returns the final records
  Records print(const Session& session, upgrade::ProgressView& view, Records records,
                const std::vector<std::string>& down) const {
    Io& io = session.io;
    const cli::CommonOptions& common = session.common;
    if (m_follow && io.out_tty && io.progress && common.format.empty() && !common.json) {
      return follow_on_terminal(io, view, std::move(records));
    }
    if (m_follow) return follow_in_pipe(session, view, std::move(records));
    if (common.format == "html") {
      io.out.write(upgrade::fleet_page(records, view.forecast(), down));
      return records;
    }
    const auto out = session.printer(columns());
    for (const upgrade::ProgressRecord& record : records) out->print(row(record));
    out->finish();
    return records;
  }

  /// Waits for the next look. @returns false if a signal requests the end
  static bool pause(Interrupts& interrupts, int ms) {
    pollfd signals{interrupts.fd(), POLLIN, 0};
    ::poll(&signals, 1, ms);
    return !interrupts.take();
  }

  [[noreturn]] static void end_by(Io& io, const Interrupts& interrupts) {
    io.out.flush();
    throw Error(killed_by(*interrupts.first()), "interrupted; the upgrades continue");
  }

  Records again(upgrade::ProgressView& view, const Records& before) const {
    Records now = view.again(before);
    return m_steps ? m_steps->of(std::move(now)) : now;
  }

  Records follow_in_pipe(const Session& session, upgrade::ProgressView& view,
                         Records records) const {
    Interrupts interrupts;
    const auto out = session.printer(columns(), true);
    for (const upgrade::ProgressRecord& record : records) out->print(row(record));
    while (std::any_of(records.begin(), records.end(), is_active)) {
      if (!pause(interrupts, 500)) end_by(session.io, interrupts);
      const Records now = again(view, records);
      for (std::size_t i = 0; i < now.size(); ++i) {
        if (!now[i].shows_the_same_as(records[i])) out->print(row(now[i]));
      }
      records = now;
    }
    out->finish();
    return records;
  }

  Records follow_on_terminal(Io& io, upgrade::ProgressView& view, Records records) const {
    Interrupts interrupts;
    cli::LiveFrame frame(io);
    for (int tick = 0;; ++tick) {
      frame.draw(
          drawing_of(records, audience(),
                     {.width = io.width(), .height = frame.height() - 2, .color = io.color}));
      if (std::none_of(records.begin(), records.end(), is_active)) return records;
      // Drawn more often than the database is read, to follow a resized terminal at once.
      if (!pause(interrupts, 250)) end_by(io, interrupts);
      if (tick % 2 == 1) records = again(view, records);
    }
  }

  SharedOptions& m_shared;
  std::optional<upgrade::PublicSteps> m_steps;  ///< with --public
  bool m_all = false, m_active = false, m_follow = false, m_public = false;
};

}  // namespace

void SharedOptions::declare(CLI::App& app) {
  app.add_option("WORKSPACE", operands, "Workspaces to show; - reads names from stdin");
  app.add_option("--target", target, "Check for this version instead of the configured one")
      ->type_name("V");
}

void refuse_html(const cli::CommonOptions& common) {
  if (common.format != "html") return;
  throw UsageError("--format html requires --all, --log or --report",
                   "use text, tsv, json or jsonl");
}

Commands show_command(SharedOptions& shared) {
  return cli::make_commands<Session, Show>(shared);
}

}  // namespace upkeep::tools
