// SPDX-License-Identifier: MIT
#include "upgrade/gate/gate_desk.hpp"

#include "base/regex.hpp"

#include <fmt/format.h>

#include <optional>
#include <utility>

#include <sys/stat.h>

namespace upkeep::upgrade {

namespace {

bool is_regular_file(const std::string& path) {
  struct stat info {};
  return path.find('\0') == std::string::npos && ::stat(path.c_str(), &info) == 0 &&
         S_ISREG(info.st_mode);
}

/// The segments that can be in a table: a long address must not become a question that is too long
/// to be asked, nor one of several lines.
std::string site_path(const std::string& path) {
  static const Regex k_segments(fmt::format("^((?:/{}(?![^/])){{0,4}})", config::k_gate_segment));
  const auto groups = k_segments.groups(path);
  return groups ? groups->at(1) : "";
}

}  // namespace

GateDesk::GateDesk(const config::Gate& gate, std::function<std::string(const std::string&)> ask)
    : m_ask(std::move(ask)),
      m_rules(
          gate, is_regular_file,
          [this](const std::string& host, const std::string& path) -> std::optional<std::string> {
            const std::string said = m_ask("site/" + host + site_path(path));
            if (!said.starts_with('=')) return std::nullopt;
            return said.substr(1);
          }) {}

GateVerdict GateDesk::judge(const GateRequest& request) const {
  const auto aim = m_rules.aim(request);
  if (!aim) return {};
  const std::string state = m_ask(aim->workspace);
  const bool is_new = state == "pending" || state == "failed";
  if (!is_new && state != "queued" && state != "running") return {};
  GateVerdict verdict{.passes = false, .workspace = aim->workspace};
  if (aim->by_person) {
    verdict.page = aim->page;
  } else if (is_new) {
    verdict.word = "ask";
  } else {
    const bool is_closed = state == "queued" && m_ask("closed/" + aim->workspace) == "closed";
    verdict.word = is_closed ? "closed" : "wait";
  }
  return verdict;
}

GateVerdict GateDesk::page(const std::string& workspace, const std::string& address) const {
  const std::string said = m_ask("page/" + workspace + "/" + address);
  if (said != "none" && said != "busy") return {};
  return {.passes = false, .workspace = workspace, .word = said};
}

}  // namespace upkeep::upgrade
