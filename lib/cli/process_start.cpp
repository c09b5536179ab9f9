// SPDX-License-Identifier: MIT
#include "cli/process_start.hpp"

#include "base/error.hpp"
#include "base/warning.hpp"
#include "cli/version.hpp"

#include <fmt/format.h>

#include <clocale>
#include <csignal>
#include <cstdlib>

#include <fcntl.h>
#include <unistd.h>

namespace upkeep::cli {

namespace {

/// A closed standard descriptor would be reused for the next file or socket opened, which would
/// then receive our records. Closed ones become a /dev/null opened in the wrong direction, so that
/// using them fails.
void open_standard_descriptors() {
  for (const int fd : {0, 1, 2}) {
    if (::fcntl(fd, F_GETFD) < 0) ::open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);  // NOLINT
  }
}

/// libmariadb would use a password or address from the caller's environment if upkeep.toml has
/// none.
void forget_what_clients_read() {
  for (const char* name : {"MYSQL_PWD", "MYSQL_HOST", "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT",
                           "MARIADB_PLUGIN_DIR", "LIBMYSQL_PLUGIN_DIR"}) {
    ::unsetenv(name);
  }
}

}  // namespace

void prepare_process() {
  open_standard_descriptors();
  forget_what_clients_read();
  (void)::signal(SIGPIPE, SIG_IGN);  // also for sockets; a closed stdout becomes BrokenPipe
  (void)::signal(SIGCHLD, SIG_DFL);  // if the caller ignores it, our children's statuses are lost
  (void)std::setlocale(LC_CTYPE, "C.UTF-8");
}

int run_program(const std::string& name, const std::function<int(Io&)>& work) {
  prepare_process();
  Io io(name, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO);
  set_warning_sink([&io](const std::string& text) { io.warning(text); });
  int status = 0;
  try {
    status = work(io);
  } catch (const Error& error) {
    io.error(error);
    status = code(error.status());
  } catch (const BrokenPipe&) {
    status = code(ExitStatus::write_error);
  } catch (const std::exception& error) {
    io.error(fmt::format("{}; this is a bug: please report it", error.what()));
    status = code(ExitStatus::internal);
  }
  set_warning_sink({});
  return status;
}

std::string version() {
  return k_version;
}

}  // namespace upkeep::cli
