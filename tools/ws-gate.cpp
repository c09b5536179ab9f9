// SPDX-License-Identifier: MIT
// ws-gate: answers a web server that asks whether a request passes the gate (nginx: auth_request).
// FastCGI on the listening socket that is its standard input; see upkeep-web(7).
#include "base/io.hpp"
#include "base/text.hpp"
#include "cli/process_start.hpp"
#include "cli/tool.hpp"
#include "upgrade/gate/gate_desk.hpp"
#include "upgrade/gate/map_watchdog.hpp"
#include "upgrade/probe/inspector.hpp"
#include "web/fastcgi.hpp"
#include "web/transport.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>

#include <unistd.h>
#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

struct Options {
  std::string config_file;
};

/// @returns whether the program is to go on; otherwise `status` is set
bool parse(int argc, char** argv, Options& options, Io& io, int& status) {
  CLI::App app("Answer a web server that asks whether requests pass the gate", "ws-gate");
  app.set_help_flag("-h,--help", "Show this help and exit");
  app.set_version_flag("-V,--version", fmt::format("ws-gate (upkeep) {}", cli::version()));
  app.add_option("--config", options.config_file, "Read this upkeep.toml")->type_name("FILE");
  app.footer("Standard input is a listening socket (FastCGI). See upkeep-web(7).");
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp&) {
    io.out.write(app.help());
  } catch (const CLI::CallForVersion& version) {
    io.out.write(fmt::format("{}\n", version.what()));
  } catch (const CLI::ParseError& error) {
    io.error(UsageError(error.what(), "'ws-gate --help' lists options"));
    status = code(ExitStatus::usage);
    return false;
  }
  io.out.flush();
  status = 0;
  return false;
}

/// The web server's part of a request. A header of the client has another name.
upgrade::GateRequest gate_request(const web::Request& request) {
  const auto said = [&](std::string_view name) {
    return request.header(fmt::format("upkeep-{}", name)).value_or("");
  };
  return {.method = said("method"),
          .host = said("host"),
          .path = said("path"),
          .query = said("query"),
          .sent = said("sent"),
          .accept = said("accept"),
          .user_agent = said("user-agent"),
          .requested_with = said("requested-with"),
          .fetch_dest = said("fetch-dest"),
          .document_root = said("root")};
}

web::Response response_to(const web::Request& request, upgrade::GateDesk& desk) {
  web::Response response;
  const upgrade::GateVerdict verdict =
      request.path == "/page" ? desk.page(request.header("upkeep-workspace").value_or(""),
                                          request.header("upkeep-address").value_or(""))
                              : desk.judge(gate_request(request));
  // A web server takes 403 as a refusal, whatever it makes of it.
  constexpr int k_passes = 204, k_stops = 403;
  response.status = verdict.passes ? k_passes : k_stops;
  if (!verdict.workspace.empty()) response.set("X-Upkeep-Workspace", verdict.workspace);
  if (!verdict.page.empty()) response.set("X-Upkeep-Page", verdict.page);
  if (!verdict.word.empty()) response.set("X-Upkeep-Answer", verdict.word);
  return response;
}

int serve(const Options& options) {
  if (!web::is_listening_socket(STDIN_FILENO)) {
    throw UsageError("standard input is not a listening socket",
                     "it is started by a socket unit or spawn-fcgi, see upkeep-web(7)");
  }
  const config::Config config = config::load(cli::surroundings_of(options.config_file));
  upgrade::MapAnswerer answerer(config, upgrade::target_of(config, ""),
                                {STDIN_FILENO, STDOUT_FILENO});
  upgrade::GateDesk desk(config.profiles.at(config.upgrade.profile).gate,
                         [&](const std::string& question) { return answerer.ask(question); });
  (void)answerer.ask("");  // starts the answering process before there are connections
  constexpr std::size_t k_most_requests = 1'000'000;
  web::serve_fastcgi(
      STDIN_FILENO, [] { return std::string(); }, k_most_requests,
      [&](const web::Request& request, const web::Refusal* /*fault*/) {
        return response_to(request, desk);
      });
  return 0;
}

int run(int argc, char** argv) {
  return cli::run_program("ws-gate", [&](Io& io) {
    int status = 0;
    Options options;
    return parse(argc, argv, options, io, status) ? serve(options) : status;
  });
}

}  // namespace

}  // namespace upkeep::tools

int main(int argc, char** argv) {
  return upkeep::tools::run(argc, argv);
}
