// SPDX-License-Identifier: MIT
#include "pmt-patch/rejects.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "record/value.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::tools {

namespace {

/// The mark is the first cell of a separate line, whichever separator is used.
std::string one_cell(const std::string& why) {
  return replace_all(printable(why), "\"", "'");
}

[[noreturn]] void refuse(const std::string& file) {
  throw Error(ExitStatus::cannot_create,
              fmt::format("cannot write {}: {}", printable(file), std::strerror(errno)));
}

/// The mode with which a program started by the same shell would create a file.
mode_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666U & ~mask;
}

/// The target of a symbolic link, so that the link itself is kept.
std::filesystem::path followed(const std::filesystem::path& file) {
  std::error_code error;
  const auto target = std::filesystem::weakly_canonical(file, error);
  return error ? file : target;
}

}  // namespace

void ImportBar::at(std::size_t done, std::size_t all) {
  if (!m_shown || all == 0) return;
  const std::size_t percent = done * 100 / all;
  if (percent == m_percent) return;
  m_percent = percent;
  constexpr std::size_t k_width = 40;
  const std::size_t filled = percent * k_width / 100;
  m_io.err.write(fmt::format("\r[{}{}] {:3}%", std::string(filled, '#'),
                             std::string(k_width - filled, '.'), percent));
  m_io.err.flush();
}

void ImportBar::clear() {
  if (!m_shown || m_percent > 100) return;
  m_io.err.write("\r\033[K");
  m_io.err.flush();
  m_percent = 101;
}

Rejects::Rejects(Io& io, ImportBar& bar, const std::string& file, patch::ImportFormat format)
    : m_io(io), m_bar(bar), m_format(format) {
  if (file.empty()) return;
  m_file = followed(file);
  std::error_code ignored;
  const auto status = std::filesystem::status(m_file, ignored);
  if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status)) {
    m_fd = Fd(::open(m_file.c_str(), O_WRONLY | O_CLOEXEC));  // a terminal or /dev/null
    if (!m_fd) refuse(file);
    return;
  }
  const auto directory = m_file.has_parent_path() ? m_file.parent_path() : ".";
  if (::access(directory.c_str(), W_OK | X_OK) != 0) refuse(file);
}

void Rejects::take(const patch::RowPlace& place, const std::string& why, std::string_view raw) {
  const std::size_t line = place.line;
  const bool is_json =
      m_format == patch::ImportFormat::json || m_format == patch::ImportFormat::jsonl;
  if (m_file.empty()) {
    m_bar.clear();
    if (m_format == patch::ImportFormat::registry) return m_io.warning("rejected: " + why);
    // Rows of JSON may share a line.
    const bool counted = is_json && place.row != line;
    m_io.warning(
        fmt::format("line {}{}: {}", line, counted ? fmt::format(", row {}", place.row) : "", why));
    return;
  }
  if (is_json) {
    m_text += fmt::format("{{\"{} line\": {}, \"why\": {}}}\n", patch::k_reject_mark, line,
                          to_json(Value(why)));
  } else if (m_format == patch::ImportFormat::xml) {
    add_comment(fmt::format("{} line {}: {}", patch::k_reject_mark, line, why));
  } else if (m_format == patch::ImportFormat::registry) {
    add_comment(fmt::format("{} {}", patch::k_reject_mark, why));
  } else {
    m_text += fmt::format("{} line {}: {}\n", patch::k_reject_mark, line, one_cell(why));
  }
  m_text += raw;
  if (!raw.empty() && !raw.ends_with('\n')) m_text += '\n';
}

void Rejects::take_loss(const std::string& what) {
  if (!m_file.empty()) add_comment("not imported: " + what);
}

/// In a file of XML.
void Rejects::add_comment(const std::string& text) {
  // Two hyphens would end the comment, and so would a last one; those of the mark are single.
  const std::string shown = replace_all(printable(text), "--", "\u2010\u2010");
  m_text += fmt::format("<!-- {} -->\n", shown);
}

void Rejects::finish(const std::string& header) {
  if (m_file.empty()) return;
  std::string all = m_text.empty() || header.empty() ? "" : header;
  if (!all.empty() && !all.ends_with('\n')) all += '\n';
  all += m_text;
  if (!m_fd) {
    replace_file(m_file, all, usual_mode());
  } else if (!write_all(m_fd.get(), all)) {
    throw Error(ExitStatus::write_error,
                fmt::format("{}: cannot be written", printable(m_file.string())));
  }
}

}  // namespace upkeep::tools
