// SPDX-License-Identifier: MIT
#include "base/io.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

#include <sys/ioctl.h>
#include <unistd.h>

namespace upkeep {

Io::Io(std::string tool, int in, int out_fd, int err_fd)
    : out(out_fd),
      err(err_fd),
      in_fd(in),
      in_tty(::isatty(in) == 1),
      out_tty(::isatty(out_fd) == 1),
      err_tty(::isatty(err_fd) == 1),
      m_tool(std::move(tool)) {}

int Io::width() const {
  winsize size{};
  if (::ioctl(out.fd(), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return 80;
}

int Io::height() const {
  winsize size{};
  if (::ioctl(out.fd(), TIOCGWINSZ, &size) == 0 && size.ws_row > 0) return size.ws_row;
  return 24;
}

void Io::error(std::string_view text) {
  message("error", text);
}

void Io::error(const Error& error) {
  message("error", error.message());
}

void Io::warning(std::string_view text) {
  if (verbosity != Verbosity::quiet) message("warning", text);
}

void Io::note(std::string_view text) {
  if (verbosity != Verbosity::quiet) message("note", text);
}

void Io::detail(std::string_view text) {
  if (verbosity == Verbosity::verbose) message("note", text);
}

void Io::message(std::string_view kind, std::string_view text) {
  try {
    out.flush();   // a message must not appear before the records before it
  } catch (...) {  // NOLINT(bugprone-empty-catch): the message first; finish() fails again
  }
  try {
    err.write(fmt::format("{}: {}: {}\n", m_tool, kind, printable(text)));
    err.flush();
  } catch (...) {  // NOLINT(bugprone-empty-catch): nothing can be reported
  }
}

}  // namespace upkeep
