// SPDX-License-Identifier: MIT
#include "cli/names.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <set>

namespace upkeep::cli {

NamesTaken take_names(
    Io& io, const NameSource& source,
    const std::function<std::optional<std::string>(const std::string&)>& objection) {
  NamesTaken taken;
  std::set<std::string> seen;
  const auto take = [&](std::string name) {
    if (const auto why = objection(name)) {
      io.error(*why);
      taken.status = ExitStatus::bad_data;
    } else if (seen.insert(name).second) {
      taken.names.push_back(std::move(name));
    }
  };
  const auto reject = [&](const std::string& record, const std::string& why) {
    io.error(DataError(
        fmt::format("no name in the record '{}': {}", ellipsized(printable(record), 80), why),
        "nothing was done: piped input is accepted as a whole or not at all"));
    taken.status = ExitStatus::bad_data;
  };
  taken.named = for_each_name(source, take, reject);
  return taken;
}

}  // namespace upkeep::cli
