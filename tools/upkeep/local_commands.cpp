// SPDX-License-Identifier: MIT
// The private database.
#include "setup/local/local_server.hpp"
#include "upkeep/commands.hpp"

#include <fmt/format.h>

namespace upkeep::tools {

namespace {

class LocalCommand : public Command {
 public:
  ExitStatus run(Session& session) override {
    const config::Surroundings around = session.tool().surroundings();
    setup::LocalSetting setting;
    setting.directory = config::local_directory(around);
    setting.socket = config::local_socket(around);
    setting.user = around.user;
    setting.search_path = search_path();
    setting.comment = [&io = session.io](std::string_view line) { io.detail(line); };
    setup::LocalServer server(std::move(setting));
    return work(session, server);
  }

 private:
  virtual ExitStatus work(const Session& session, setup::LocalServer& server) const = 0;
};

class Start final : public LocalCommand {
 public:
  [[nodiscard]] const char* name() const override { return "local start"; }
  [[nodiscard]] const char* summary() const override {
    return "Start it, and wait until it answers";
  }

 private:
  ExitStatus work(const Session& session, setup::LocalServer& server) const override {
    if (session.common.dry_run) {
      const bool runs = server.status().state == setup::LocalState::running;
      session.io.note(fmt::format(
          "{} in {}",
          runs ? "the private database is already running" : "would start the private database",
          server.setting().directory.string()));
      return ExitStatus::ok;
    }
    server.start();
    return ExitStatus::ok;
  }
};

class Stop final : public LocalCommand {
 public:
  [[nodiscard]] const char* name() const override { return "local stop"; }
  [[nodiscard]] const char* summary() const override {
    return "Shut it down, and wait until it has exited";
  }

 private:
  ExitStatus work(const Session& session, setup::LocalServer& server) const override {
    if (session.common.dry_run) {
      const auto pid = server.status().pid;
      session.io.note(pid ? fmt::format("would stop the private database, process {}", *pid)
                          : "the private database is not running");
      return ExitStatus::ok;
    }
    if (!server.stop()) session.io.detail("it is not running");
    return ExitStatus::ok;
  }
};

class Status final : public LocalCommand {
 public:
  [[nodiscard]] const char* name() const override { return "local status"; }
  [[nodiscard]] const char* summary() const override { return "Show whether it is running"; }
  [[nodiscard]] std::vector<std::string> columns() const override {
    return {"state", "socket", "pid", "version", "datadir", "detail"};
  }

 private:
  ExitStatus work(const Session& session, setup::LocalServer& server) const override {
    const setup::LocalStatus found = server.status();
    session.print_all(columns(), {{setup::to_word(found.state), server.setting().socket.string(),
                                   found.pid, null_if_empty(found.version),
                                   server.data_directory().string(), null_if_empty(found.detail)}});
    return found.state == setup::LocalState::running ? ExitStatus::ok : ExitStatus::no;
  }
};

}  // namespace

Commands local_commands() {
  return cli::make_commands<Session, Start, Stop, Status>();
}

}  // namespace upkeep::tools
