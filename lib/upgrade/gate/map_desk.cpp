// SPDX-License-Identifier: MIT
#include "upgrade/gate/map_desk.hpp"

#include "base/error.hpp"
#include "base/time.hpp"
#include "upgrade/runner/host_state.hpp"
#include "upgrade/runner/recovery.hpp"
#include "upgrade/store/endpoint.hpp"

#include <algorithm>
#include <utility>

namespace upkeep::upgrade {

namespace {

using std::chrono::milliseconds;

// For the queries of one workspace: well within the time limit of an answer.
constexpr milliseconds k_query_limit{400};
constexpr milliseconds k_wait_for_recovery{100};
constexpr std::chrono::milliseconds k_recover_every{1000};

bool is_away(const Error& error) {
  const auto* from_server = dynamic_cast<const db::Error*>(&error);
  return from_server != nullptr ? from_server->connection_lost()
                                : error.status() == ExitStatus::unavailable;
}

}  // namespace

MapDesk::MapDesk(const config::Config& config, std::string target)
    : m_config(config), m_target(std::move(target)) {}

void MapDesk::ask(MapQuestion question) {
  m_answer = m_worker.post([this, question = std::move(question)] { return look(question); });
}

bool MapDesk::is_busy() const {
  return m_answer.valid() && !is_ready(m_answer);
}

bool MapDesk::wait(Patience& patience, milliseconds rest) const {
  for (;;) {
    const bool is_there = m_answer.wait_for(patience.slice()) == std::future_status::ready;
    patience.passed();
    if (is_there || patience.left() <= rest) return is_there;
  }
}

MapAnswer MapDesk::look(const MapQuestion& question) {
  MapAnswer answer;
  for (bool again = true; again;) {
    again = m_control.has_value();  // the idle connection may have been closed
    try {
      return look_once(question);
    } catch (const Error& error) {
      answer.is_control_away = is_away(error);
      again = again && answer.is_control_away;
    } catch (const std::exception&) {
      again = false;
    }
    m_inspector.reset();
    m_control.reset();
  }
  return answer;
}

MapAnswer MapDesk::look_once(const MapQuestion& question) {
  if (!m_control) {
    m_control.emplace(connect_control(m_config));
    m_inspector.emplace(m_config, *m_control);
    m_inspector->limit_queries(k_query_limit);
  }
  m_inspector->avoid(question.away);
  m_inspector->use_listing(question.listing ? question.listing : std::make_shared<const Listing>());
  MapAnswer answer;
  try {
    const WorkspaceStatus status = m_inspector->inspect(question.name, m_target);
    if (question.about_closing) {
      answer.word = is_closed(status) ? k_closed : k_open;
    } else if (status.state != State::unknown || does_not_exist(status)) {
      answer.word = gate_word(status);
    }
  } catch (const Error& error) {
    // If none of the workspace servers answers, the control database may still do so.
    answer.away = m_inspector->away();
    if (answer.away.size() < m_config.servers.size() || !is_away(error)) throw;
  }
  answer.away = m_inspector->away();
  return answer;
}

void MapRecovery::recover() {
  if (m_running.valid() && !is_ready(m_running)) return;
  if (BootClock::now() < m_next) return;
  m_next = BootClock::now() + k_recover_every;
  m_running = m_worker.post([this] { work(); });
  m_running.wait_for(k_wait_for_recovery);
}

void MapRecovery::work() {
  const auto host = HostState::open_existing(m_config.upgrade.state_dir);
  if (!host || host->known_runs().empty()) return;
  try {
    if (m_control) m_control->query("SELECT 1");
  } catch (const Error&) {
    m_inspector.reset();
    m_control.reset();
  }
  try {
    if (!m_control) {
      m_control.emplace(connect_control(m_config));
      m_inspector.emplace(m_config, *m_control);
    }
    recover_before_reading(m_config, *m_control, *m_inspector, "ws-check");
  } catch (const std::exception&) {  // the next call tries again
    m_inspector.reset();
    m_control.reset();
  }
}

}  // namespace upkeep::upgrade
