// SPDX-License-Identifier: MIT
#include "cli/pager.hpp"

#include "base/command_words.hpp"
#include "base/pipe.hpp"
#include "base/process.hpp"
#include "cli/tool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include <sys/wait.h>
#include <unistd.h>

namespace upkeep::cli {

namespace {

/// The environment, with less and lv set up as git does unless the user has settings for them: less
/// ends at once if the text fits, keeps colours, and leaves the text on the screen.
std::vector<std::string> pager_environment() {
  std::vector<std::string> all;
  for (char** one = environ; *one != nullptr; ++one) all.emplace_back(*one);
  if (std::getenv("LESS") == nullptr) all.emplace_back("LESS=FRX");
  if (std::getenv("LV") == nullptr) all.emplace_back("LV=-c");
  return all;
}

}  // namespace

std::optional<PagerCommand> pager_command() {
  const char* wanted = std::getenv("UPKEEP_PAGER");
  if (wanted == nullptr) wanted = std::getenv("PAGER");
  PagerCommand command;
  if (wanted == nullptr) {
    if (environment("TERM").value_or("dumb") == "dumb") return std::nullopt;
    command.argv = {"less", "-FRX"};
  } else {
    try {
      command.argv = command_words(wanted);
    } catch (const UsageError&) {
      return std::nullopt;
    }
    if (command.argv.empty() || command.argv.front().empty()) return std::nullopt;
    if (command.argv.size() == 1 && command.argv.front() == "cat") return std::nullopt;
  }
  command.environment = pager_environment();
  return command;
}

void LineCounter::take(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (m_in_escape) {
      m_in_escape = c == '[' || byte < 0x40;
    } else if (c == '\033') {
      m_in_escape = true;
    } else if (c == '\n') {
      ++m_lines;
      m_column = 0;
    } else if ((byte & 0xC0U) != 0x80U) {  // not within a character
      if (m_column == m_width) {
        ++m_lines;
        m_column = 0;
      }
      ++m_column;
    }
  }
}

PagedOutput::PagedOutput(Io& io, PagerCommand command)
    : m_io(io),
      m_command(std::move(command)),
      m_height(static_cast<std::size_t>(std::max(2, io.height()))),
      m_counter(static_cast<std::size_t>(std::max(1, io.width()))) {
  m_io.out.divert([this](std::string_view text) {
    // From here on, a message would appear before the records before it, or amid the pager's text.
    if (m_io.err_tty)
      m_io.err.divert([this](std::string_view message) { take(m_io.err, message); });
    take(m_io.out, text);
  });
}

PagedOutput::~PagedOutput() {
  m_io.out.end_diversion();
  m_io.err.end_diversion();
  wait();
}

void PagedOutput::take(Writer& from, std::string_view text) {
  if (m_started) return pass_on(from, text);
  m_held.emplace_back(&from, text);
  m_counter.take(text);
  if (m_counter.lines() < m_height) return;  // one line is for the prompt that follows
  start();
  if (!m_started) return release();
  for (const auto& [writer, held] : std::exchange(m_held, {})) pass_on(*writer, held);
}

void PagedOutput::pass_on(const Writer& from, std::string_view text) {
  if (&from == &m_io.out) return feed(text);
  m_messages += text;  // the user may quit before the end of the text, but must see them
}

void PagedOutput::start() {
  auto pipe = make_pipe();
  if (!pipe) return;
  try {
    m_pid = spawn({.argv = m_command.argv,
                   .descriptors = {{pipe->read.get(), 0}, {m_io.out.fd(), 1}, {m_io.err.fd(), 2}},
                   .environment = m_command.environment});
  } catch (const Error&) {
    return;
  }
  m_started = true;
  m_pipe = std::move(pipe->write);
  // The keys are the pager's: ended by one of these, the tool would leave it without a terminal.
  m_ignored.emplace();
}

void PagedOutput::feed(std::string_view text) {
  while (!text.empty() && m_pipe) {
    const ssize_t n = ::write(m_pipe.get(), text.data(), text.size());
    if (n >= 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EINTR) {  // EPIPE: the user has seen enough
      m_pipe.reset();
    }
  }
}

void PagedOutput::release() {
  m_io.out.end_diversion();
  m_io.err.end_diversion();
  for (const auto& [writer, text] : std::exchange(m_held, {})) {
    writer->write(text);
    writer->flush();
  }
}

void PagedOutput::wait() {
  m_pipe.reset();
  if (m_pid < 0) return;
  while (::waitpid(m_pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  m_pid = -1;
  m_ignored.reset();
}

void PagedOutput::finish() {
  if (!m_started) return release();
  wait();
  m_io.err.end_diversion();
  m_io.err.write(std::exchange(m_messages, {}));
  m_io.err.flush();
}

}  // namespace upkeep::cli
