// SPDX-License-Identifier: MIT
#include "upgrade/gate/map_server.hpp"

#include "base/boot_time.hpp"
#include "base/error.hpp"
#include "base/patience.hpp"
#include "record/reader.hpp"
#include "upgrade/gate/map_desk.hpp"
#include "upgrade/gate/page_door.hpp"
#include "upgrade/gate/pulse.hpp"
#include "upgrade/gate/refreshed.hpp"
#include "upgrade/gate/site_table.hpp"
#include "upgrade/probe/listing.hpp"
#include "upgrade/store/endpoint.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace upkeep::upgrade {

namespace {

using std::chrono::milliseconds;

// The web server is blocked while it waits for us: stay well below the promised second.
constexpr milliseconds k_answer_lookup_within{800};
// If there is no answer when only this much is left, find out whether the server or only the one
// workspace is to blame.
constexpr milliseconds k_left_for_doubt{500};
constexpr milliseconds k_wait_for_first_listing{200};
// A workspace that takes this long or does not answer at all is not looked up again for a while, so
// that it does not delay others.
constexpr milliseconds k_slow{250};
constexpr std::chrono::milliseconds k_leave_slow_alone{3000};
constexpr std::size_t k_most_left_behind = 64;
/// `closed/NAME`: whether a person keeps that workspace closed. Names cannot start like this.
constexpr std::string_view k_closed_prefix = "closed/";

class MapServer {
 public:
  MapServer(const config::Config& config, const std::string& target)
      : m_config(config),
        m_target(target),
        m_names(config),
        m_control(endpoint_of(config.database, "")),
        m_recovery(config),
        m_listing([this] { return Listing::read(m_names); }),
        m_door(config, m_listing),
        m_table(config.profiles.at(config.upgrade.profile).gate.table) {
    for (const config::Server& server : config.servers) {
      m_servers.push_back(same_server(server, config.database)
                              ? nullptr
                              : std::make_unique<Pulse>(endpoint_of(server, "")));
    }
  }

  /// Valid until the next call.
  std::string_view answer(const std::string& name) {
    if (name.starts_with(PageDoor::k_prefix)) return m_door.answer(name);
    if (name.starts_with(SiteTable::k_prefix)) return m_table.answer(name);
    if (name.starts_with(k_closed_prefix))
      return answer_closed(name.substr(k_closed_prefix.size()));
    if (m_names.objection(name)) return word(State::unknown);
    const BootTime now = BootClock::now();
    const auto known = m_upgraded.find(name);
    if (known != m_upgraded.end() && now < known->second) return word(State::upgraded);
    const auto said = ask_in_time({.name = name});
    if (!said) return word(known != m_upgraded.end() ? State::upgraded : State::unknown);
    if (*said == word(State::upgraded)) {
      remember(name, now);
    } else if (known != m_upgraded.end()) {
      m_upgraded.erase(known);
    }
    return *said;
  }

 private:
  std::string_view answer_closed(const std::string& name) {
    if (m_names.objection(name)) return k_open;
    return ask_in_time({.name = name, .about_closing = true}).value_or(k_open);
  }

  /// nullopt: the database is unavailable, or the workspace's own tables are too slow.
  std::optional<std::string_view> ask_in_time(MapQuestion question) {
    const std::string name = question.name;
    if (m_control.is_away() || is_slow(name) || !find_desk()) return std::nullopt;
    Patience patience(k_answer_lookup_within);
    m_recovery.recover();
    patience.passed();
    question.away = servers_away();
    if (m_config.workspaces.discover != config::Discover::schemas)
      question.listing = m_listing.get(k_wait_for_first_listing);
    patience.passed();
    m_desk->ask(std::move(question));
    if (m_desk->wait(patience, k_left_for_doubt)) return take_answer(name, patience);
    m_control.feel();
    for (const auto& server : m_servers) {
      if (server) server->feel();
    }
    if (m_desk->wait(patience, milliseconds(0))) return take_answer(name, patience);
    blame(name);
    return std::nullopt;
  }

  std::optional<std::string_view> take_answer(const std::string& name, const Patience& patience) {
    const MapAnswer answer = m_desk->answer();
    if (answer.is_control_away) m_control.set_away();
    for (const std::size_t i : answer.away) {
      if (m_servers[i] && !m_servers[i]->is_away()) m_servers[i]->set_away();
    }
    const bool was_slow = k_answer_lookup_within - patience.left() > k_slow;
    if (!answer.word && was_slow && !m_control.is_away()) set_slow(name);
    return answer.word;
  }

  /// Finds the reason why no answer came in time: a server that has not answered a simpler query
  /// either is marked as away; if there is none, the workspace is marked as slow.
  void blame(const std::string& name) {
    m_left_behind.push_back(std::move(m_desk));
    bool any_away = false;
    const auto judge = [&any_away](Pulse& pulse) {
      if (pulse.is_away() || pulse.has_answered()) return;
      pulse.set_away();
      any_away = true;
    };
    judge(m_control);
    for (const auto& server : m_servers) {
      if (server) judge(*server);
    }
    if (!any_away) set_slow(name);
  }

  bool find_desk() {
    std::erase_if(m_left_behind, [](const auto& desk) { return !desk->is_busy(); });
    if (!m_desk && m_left_behind.size() < k_most_left_behind)
      m_desk = std::make_unique<MapDesk>(m_config, m_target);
    return m_desk != nullptr;
  }

  [[nodiscard]] std::set<std::size_t> servers_away() const {
    std::set<std::size_t> away;
    for (std::size_t i = 0; i < m_servers.size(); ++i) {
      if (m_servers[i] && m_servers[i]->is_away()) away.insert(i);
    }
    return away;
  }

  bool is_slow(const std::string& name) {
    const BootTime now = BootClock::now();
    std::erase_if(m_slow, [now](const auto& one) { return one.second <= now; });
    return m_slow.contains(name);
  }

  void set_slow(const std::string& name) { m_slow[name] = BootClock::now() + k_leave_slow_alone; }

  void remember(const std::string& name, BootTime now) {
    constexpr std::size_t k_most = 1'000'000;  // about 100 MB
    if (m_upgraded.size() >= k_most) m_upgraded.clear();
    m_upgraded[name] = now + m_config.schedule.map_ttl;
  }

  const config::Config& m_config;
  std::string m_target;
  WorkspaceMap m_names;
  std::unordered_map<std::string, BootTime> m_upgraded;  // name -> until when it is cached
  std::unordered_map<std::string, BootTime> m_slow;      // name -> until when it is not looked up
  Pulse m_control;
  std::vector<std::unique_ptr<Pulse>> m_servers;  // nullptr: the same as the control database's
  MapRecovery m_recovery;
  Refreshed<Listing> m_listing;
  PageDoor m_door;
  SiteTable m_table;
  std::unique_ptr<MapDesk> m_desk;
  std::vector<std::unique_ptr<MapDesk>> m_left_behind;  // stuck in a question, abandoned
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
    } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): an endless line is not a name
    }
    out.write(said);
    out.write("\n");
    out.flush();
  }
}

}  // namespace upkeep::upgrade
