// SPDX-License-Identifier: MIT
// pmt-web: the patch tool over HTTP: FastCGI from a listening socket, one request of CGI, or one
// request made by hand.
#include "base/file.hpp"
#include "base/io.hpp"
#include "base/text.hpp"
#include "cli/process_start.hpp"
#include "cli/tool.hpp"
#include "patch_web/application.hpp"
#include "web/fastcgi.hpp"
#include "web/transport.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

namespace upkeep::tools {

namespace {

/// A request made by hand.
struct ByHand {
  std::string user, method, address;
  std::vector<std::string> headers;
};

/// @throws UsageError for a header that is not NAME:VALUE
web::Request request_of(const ByHand& given, const std::string& base) {
  web::Request request;
  request.method = given.method;
  if (!given.user.empty()) request.user = given.user;
  for (const std::string& header : given.headers) {
    const auto colon = header.find(':');
    if (colon == std::string::npos || colon == 0) {
      throw UsageError(fmt::format("--header {}: not NAME:VALUE", printable(header)));
    }
    request.headers[lower(header.substr(0, colon))] = trim(header.substr(colon + 1));
  }
  request.read_body = web::body_from(STDIN_FILENO);
  web::set_address(request, given.address, base, web::BaseIs::optional);
  return request;
}

int serve_by_hand(patch_web::Application& application, const ByHand& given, Io& io) {
  web::Response response;
  try {
    const web::Request request = request_of(given, application.base());
    response = application.answer(request);
  } catch (const web::Refusal& refusal) {
    web::Request empty;
    empty.method = given.method;
    response = application.answer(empty, &refusal);
  }
  const web::Sink out = [&](std::string_view text) { io.out.write(text); };
  web::write_cgi(response, given.method == "HEAD", out);
  io.out.flush();
  return code(application.status());
}

web::Variables environment_variables() {
  web::Variables variables;
  for (char** entry = ::environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals != std::string_view::npos) {
      variables.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
  }
  return variables;
}

struct Options {
  std::string config_file;
  ByHand by_hand;
};

/// @returns whether the program is to go on; otherwise `status` is set
bool parse(int argc, char** argv, Options& options, Io& io, int& status) {
  CLI::App app("Serve the patch tool over HTTP", "pmt-web");
  app.set_help_flag("-h,--help", "Show this help and exit");
  app.set_version_flag("-V,--version", fmt::format("pmt-web (upkeep) {}", cli::version()));
  app.add_option("--config", options.config_file, "Read this upkeep.toml")->type_name("FILE");
  app.add_option("--user", options.by_hand.user, "Whose request it is")->type_name("USER");
  app.add_option("--header", options.by_hand.headers, "A header of the request; may be repeated")
      ->type_name("NAME:VALUE")
      ->allow_extra_args(false);
  app.add_option("method", options.by_hand.method, "GET, HEAD, POST or PATCH")->type_name("METHOD");
  app.add_option("path", options.by_hand.address, "The address, with or without the base")
      ->type_name("PATH");
  app.footer(
      "Without METHOD and PATH the web server has started it: standard input is a listening "
      "socket\n"
      "(FastCGI), or GATEWAY_INTERFACE is set (CGI). See pmt-web(7).");
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::CallForHelp&) {
    io.out.write(app.help());
  } catch (const CLI::CallForVersion& version) {
    io.out.write(fmt::format("{}\n", version.what()));
  } catch (const CLI::ParseError& error) {
    io.error(UsageError(error.what(), "'pmt-web --help' lists options and operands"));
    status = code(ExitStatus::usage);
    return false;
  }
  io.out.flush();
  status = 0;
  return false;
}

/// How pmt-verify is started: it lies beside this program, or in the `bin` of the same prefix.
std::vector<std::string> verifier_of(const Options& options) {
  std::vector<std::string> words{"pmt-verify"};
  for (const auto& place : {binary_directory(), binary_directory() / "../../bin"}) {
    const auto program = (place / "pmt-verify").lexically_normal();
    if (::access(program.c_str(), X_OK) != 0) continue;
    words.front() = program.string();
    break;
  }
  if (!options.config_file.empty()) {
    words.push_back("--config=" + std::filesystem::absolute(options.config_file).string());
  }
  return words;
}

/// What pmt-verify learns of our environment.
std::vector<std::string> verifier_environment() {
  std::vector<std::string> variables;
  for (const char* name : {"PATH", "HOME", "UPKEEP_CONFIG"}) {
    if (const auto value = cli::environment(name)) {
      variables.push_back(fmt::format("{}={}", name, *value));
    }
  }
  return variables;
}

/// What identifies the socket that several processes serve.
std::string socket_name(int fd) {
  struct stat info {};
  if (!web::is_listening_socket(fd) || ::fstat(fd, &info) != 0) return {};
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) != 0) {  // NOLINT
    return std::to_string(info.st_ino);
  }
  return {reinterpret_cast<const char*>(&address), length};  // NOLINT: only its bytes count
}

int serve(const Options& options, Io& io) {
  const auto around = cli::surroundings_of(options.config_file);
  const bool by_hand = !options.by_hand.method.empty();
  patch_web::Application application(
      {.load_config = [around] { return config::load(around); },
       .account = around.user,
       .binaries = binary_directory(),
       .log = [&io](const std::string& line) { io.note(line); },
       .verifier = verifier_of(options),
       .verifier_environment = verifier_environment(),
       .socket = by_hand ? std::string() : socket_name(STDIN_FILENO),
       .run_directory = cli::environment("RUNTIME_DIRECTORY").value_or("")});
  if (by_hand) {
    if (options.by_hand.address.empty()) {
      throw UsageError("the PATH is missing", "like: pmt-web --user anna GET /patches");
    }
    return serve_by_hand(application, options.by_hand, io);
  }
  const web::Handler handler = [&](const web::Request& request, const web::Refusal* fault) {
    return application.answer(request, fault);
  };
  constexpr std::size_t k_most_requests = 10'000;
  if (web::is_listening_socket(STDIN_FILENO)) {
    (void)application.base();  // from now on it counts as one of the processes of the socket
    web::serve_fastcgi(
        STDIN_FILENO, [&] { return application.base(); }, k_most_requests, handler);
    return 0;
  }
  if (cli::environment("GATEWAY_INTERFACE")) {
    (void)web::serve_cgi(environment_variables(), STDIN_FILENO, STDOUT_FILENO, application.base(),
                         handler);
    return 0;
  }
  throw UsageError("METHOD and PATH are missing", "like: pmt-web --user anna GET /patches");
}

int run(int argc, char** argv) {
  return cli::run_program("pmt-web", [&](Io& io) {
    int status = 0;
    Options options;
    // As CGI, the words of a query without `=` are the arguments: a client must not choose them.
    const bool is_cgi = cli::environment("GATEWAY_INTERFACE").has_value();
    return is_cgi || parse(argc, argv, options, io, status) ? serve(options, io) : status;
  });
}

}  // namespace

}  // namespace upkeep::tools

int main(int argc, char** argv) {
  return upkeep::tools::run(argc, argv);
}
