// SPDX-License-Identifier: MIT
#include "ws/map_server.hpp"

#include "base/error.hpp"
#include "base/reader.hpp"
#include "base/time.hpp"
#include "base/worker.hpp"
#include "ws/endpoint.hpp"
#include "ws/inspector.hpp"
#include "ws/settler.hpp"

#include <chrono>
#include <optional>
#include <string_view>
#include <unordered_map>

namespace upkeep::ws {

namespace {

using std::chrono::milliseconds;

// The web server serves nobody while it waits for us: stay well below the promised second.
constexpr milliseconds k_answer_lookup_within{800};
// After a failure the database is left alone for this long, so that a dead one costs one wait, not
// each.
constexpr std::int64_t k_retry_after_ms = 1000;
constexpr std::int64_t k_settle_every_ms = 1000;

/// The database side; lives in the worker thread.
class Asker {
 public:
  Asker(const config::Config& config, const std::string& target)
      : m_config(config), m_target(target) {}

  /// A gate_word(); nullopt: the database is away.
  std::optional<std::string_view> ask(const std::string& name) {
    if (boot_clock_ms() < m_retry_at) return std::nullopt;
    try {
      if (!m_control) {
        m_control.emplace(connect_control(m_config));
        m_inspector.emplace(m_config, *m_control);
      }
      settle();
      const WorkspaceStatus status = m_inspector->inspect(name, m_target);
      if (status.state == State::unknown && status.detail != "no such workspace")
        return std::nullopt;
      return gate_word(status);
    } catch (const std::exception&) {
      m_inspector.reset();
      m_control.reset();
      m_retry_at = boot_clock_ms() + k_retry_after_ms;
      return std::nullopt;
    }
  }

 private:
  /// As every tool that looks does, but not for every login of a busy hour.
  void settle() {
    if (boot_clock_ms() < m_settle_at) return;
    settle_before_looking(m_config, *m_control, *m_inspector, "ws-check");
    m_settle_at = boot_clock_ms() + k_settle_every_ms;
  }

  const config::Config& m_config;
  std::string m_target;
  std::optional<db::Connection> m_control;
  std::optional<Inspector> m_inspector;
  std::int64_t m_retry_at = 0, m_settle_at = 0;
};

class MapServer {
 public:
  MapServer(const config::Config& config, const std::string& target)
      : m_config(config), m_names(config), m_asker(config, target) {}

  std::string_view answer(const std::string& name) {
    if (m_names.objection(name)) return word(State::unknown);
    const std::int64_t now = boot_clock_ms();
    const auto known = m_upgraded.find(name);
    if (known != m_upgraded.end() && now < known->second) return word(State::upgraded);
    const auto said = ask_in_time(name);
    if (!said) return word(known != m_upgraded.end() ? State::upgraded : State::unknown);
    if (*said == word(State::upgraded)) {
      remember(name, now);
    } else if (known != m_upgraded.end()) {
      m_upgraded.erase(known);
    }
    return *said;
  }

 private:
  /// The worker may still be busy with a question that nobody waits for any more.
  std::optional<std::string_view> ask_in_time(const std::string& name) {
    const auto until = std::chrono::steady_clock::now() + k_answer_lookup_within;
    if (m_running.valid() && m_running.wait_until(until) != std::future_status::ready)
      return std::nullopt;
    m_running = m_worker.post([this, name] { return m_asker.ask(name); });
    if (m_running.wait_until(until) != std::future_status::ready) return std::nullopt;
    m_worker.drain();
    return m_running.get();
  }

  void remember(const std::string& name, std::int64_t now) {
    constexpr std::size_t k_most = 1'000'000;  // about 100 MB
    if (m_upgraded.size() >= k_most) m_upgraded.clear();
    m_upgraded[name] = now + 1000LL * m_config.schedule.map_ttl_s;
  }

  const config::Config& m_config;
  WorkspaceMap m_names;
  std::unordered_map<std::string, std::int64_t> m_upgraded;  // name -> until when without asking
  Asker m_asker;
  Worker m_worker;
  std::future<std::optional<std::string_view>> m_running;
};

}  // namespace

ExitStatus serve_map(const config::Config& config, const std::string& target, int in_fd,
                     Writer& out) {
  MapServer server(config, target);
  RecordReader reader(in_fd, '\n');
  for (;;) {
    std::string_view said = word(State::unknown);
    try {
      auto name = reader.next();
      if (!name) return ExitStatus::ok;
      if (!name->empty() && name->back() == '\r') name->pop_back();
      said = server.answer(*name);
    } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): an endless line is no name
    }
    out.write(said);
    out.write("\n");
    out.flush();
  }
}

}  // namespace upkeep::ws
