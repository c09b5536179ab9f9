// SPDX-License-Identifier: MIT
#include "ws-progress/publish.hpp"

#include "base/time.hpp"
#include "ws/endpoint.hpp"
#include "ws/lost_jobs.hpp"
#include "ws/publisher.hpp"

#include <cstdint>

namespace upkeep::tools {

Records publish(const config::Config& config, const std::string& target,
                const std::vector<std::string>& names, const std::function<void(Record)>& take,
                const ws::MakeBackend& make_backend) {
  ws::StatusDirectory directory(config);
  const Fd turn = directory.wait_for_turn();
  db::Connection control = ws::connect_control(config);
  ws::replace_lost_job(config, control, ws::EventLog(config.upgrade.log_dir, "ws-progress"),
                       make_backend);
  ws::ProgressView view(config, control, target);
  Records records = ws::PublicSteps(config).of(view.of(names));
  const std::int64_t active = view.active();
  for (const ws::ProgressRecord& record : records) {
    directory.write(record, active);
    if (record.state == ws::State::unknown) directory.remember_unknown(record, active);
    take(ws::published_record(record, active, wall_now()));
  }
  return records;
}

}  // namespace upkeep::tools
