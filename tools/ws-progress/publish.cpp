// SPDX-License-Identifier: MIT
#include "ws-progress/publish.hpp"

#include "base/time.hpp"
#include "upgrade/queue/lost_jobs.hpp"
#include "upgrade/store/endpoint.hpp"
#include "upgrade/view/publisher.hpp"

#include <cstdint>

namespace upkeep::tools {

Records publish(const config::Config& config, const std::string& target,
                const std::vector<std::string>& names, const std::function<void(Record)>& take,
                const upgrade::MakeBackend& make_backend) {
  upgrade::StatusDirectory directory(config);
  const Fd turn = directory.wait_for_turn();
  db::Connection control = upgrade::connect_control(config);
  upgrade::replace_lost_job(config, control, upgrade::EventLog(config, "ws-progress"),
                            make_backend);
  upgrade::ProgressView view(config, control, target);
  Records records = upgrade::PublicSteps(config).of(view.of(names));
  const std::int64_t active = view.active();
  for (const upgrade::ProgressRecord& record : records) {
    directory.write(record, active);
    if (record.state == upgrade::State::unknown) directory.remember_unknown(record, active);
    take(upgrade::published_record(record, active, wall_now()));
  }
  return records;
}

}  // namespace upkeep::tools
