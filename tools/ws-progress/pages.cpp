// SPDX-License-Identifier: MIT
#include "ws-progress/pages.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "upgrade/probe/spelling.hpp"
#include "upgrade/store/endpoint.hpp"
#include "upgrade/store/run_store.hpp"
#include "upgrade/view/fleet_page.hpp"
#include "upgrade/view/log_end.hpp"
#include "upgrade/view/visitor_page.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <vector>

#include <unistd.h>

namespace upkeep::tools {

namespace {

/// Reads a record, which is one line; longer input is not a record.
std::string read_record(int fd) {
  constexpr std::size_t k_most = 65536;
  std::string text;
  std::array<char, 4096> buffer{};
  while (text.size() <= k_most) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return text;
}

}  // namespace

ExitStatus print_visitor_page(Io& io, const PageOptions& options) {
  std::vector<std::string> tags = upgrade::language_tags(options.accept_language);
  if (!options.lang.empty()) tags.insert(tags.begin(), options.lang);
  const upgrade::PageTexts texts(read_file(options.texts), tags);
  upgrade::PageAddress address;
  if (!options.lang.empty()) address.lang = options.lang;
  if (!options.skin.empty()) address.skin = options.skin;
  if (!options.login.empty()) address.login = options.login;
  io.out.write(upgrade::visitor_page(read_record(io.in_fd), texts, address));
  return ExitStatus::ok;
}

ExitStatus print_log(Io& io, const config::Config& config, const std::string& asked, bool html) {
  db::Connection control = upgrade::connect_control(config);
  upgrade::RunStore runs(control, config.database.schema);
  upgrade::Inspector inspector(config, control);
  const std::string workspace =
      upgrade::as_recorded(inspector, config, {asked}, [&](const std::string& name) {
        return !runs.history().newest({name}).empty();
      }).front();
  const auto newest = runs.history().newest({workspace});
  const auto run = newest.find(workspace);
  if (run == newest.end() || !run->second.log)
    throw Error(ExitStatus::no_input, fmt::format("{} has no log of a run", workspace));
  const std::string log = upgrade::read_log_end(config, *run->second.log);
  if (html) {
    io.out.write(upgrade::log_page(workspace, log));
    return ExitStatus::ok;
  }
  io.page();
  for (const std::string& line : split(log, '\n')) io.out.write(printable(line) + '\n');
  return ExitStatus::ok;
}

}  // namespace upkeep::tools
