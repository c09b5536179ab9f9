// SPDX-License-Identifier: MIT
// Doctor: whether the bounds of [upgrade] and of [[server]] fit together.
#include "base/text.hpp"
#include "setup/doctor/checks.hpp"
#include "upgrade/model/server_bound.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

namespace {

std::string at_a_time(int slots) {
  return slots == 1 ? "one upgrade at a time" : fmt::format("{} upgrades at a time", slots);
}

/// Two [[server]] that are the same server, with different bounds.
std::vector<std::string> contradictions(const config::Config& config,
                                        const upgrade::ServerBounds& bounds) {
  std::vector<std::string> names;
  for (const config::Server& server : config.servers) {
    const auto slots = bounds.of(upgrade::endpoint_name(server));
    if (slots && server.slots != *slots) names.push_back(server.name);
  }
  return names;
}

}  // namespace

Findings check_slots(Examination& examination) {
  const config::Config& config = examination.config();
  const int all = config.upgrade.slots;
  const upgrade::ServerBounds bounds(config);
  if (bounds.empty()) return {ok(at_a_time(all))};
  const auto names = contradictions(config, bounds);
  if (!names.empty()) {
    return {warning(fmt::format("the smaller slots of another [[server]] with the same address are "
                                "those of {} too",
                                join(names, ", ")),
                    "give both the same slots")};
  }
  int sum = 0;
  for (const auto& [endpoint, slots] : bounds.all()) {
    if (slots > all) {
      return {warning(fmt::format("server {} has {} slots, but [upgrade] slots is {}: {}",
                                  bounds.name_of(endpoint), slots, all, at_a_time(all)),
                      fmt::format("set [upgrade] slots to {} or more if the application allows "
                                  "that, or lower those of the server",
                                  slots))};
    }
    sum += slots;
  }
  if (sum > all) {
    return {warning(
        fmt::format("the servers have {} slots together, but [upgrade] slots is {}: {}", sum, all,
                    at_a_time(all)),
        fmt::format("set [upgrade] slots to {} if the application allows that many at once", sum))};
  }
  return {ok(fmt::format("{}; {} on {} servers with slots of their own", at_a_time(all),
                         at_a_time(sum), bounds.all().size()))};
}

}  // namespace upkeep::setup
