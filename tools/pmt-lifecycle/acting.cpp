// SPDX-License-Identifier: MIT
#include "pmt-lifecycle/commands.hpp"
#include "pmt/lifecycle/records.hpp"
#include "pmt/records.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::tools {

using pmt::lifecycle::Keeper;
using pmt::lifecycle::Reason;

std::unique_ptr<Keeper> keeper(Session& session) {
  pmt::Registry& registry = session.registry();
  return std::make_unique<Keeper>(session.connection(), session.config(), registry, session.actor(),
                                  session.common.dry_run);
}

std::string history_comment(const Session& session, const std::string& comment) {
  if (comment.empty() || session.why.empty()) return comment + session.why;
  return fmt::format("{}; why: {}", comment, session.why);
}

std::int64_t now_s(const Session& session) {
  return std::chrono::floor<std::chrono::seconds>(session.io.now()).time_since_epoch().count();
}

ExitStatus for_each_act(Session& session, const std::vector<std::string>& operands,
                        const std::function<std::vector<Reason>(Keeper&, pmt::Patch)>& act) {
  const auto acts = keeper(session);
  const auto out = session.printer(pmt::lifecycle::reason_columns());
  ExitStatus refused = ExitStatus::ok;
  const ExitStatus status = session.for_each_named(operands, true, [&](pmt::Patch patch) {
    const std::string name = pmt::name_of(patch, session.names());
    const auto reasons = act(*acts, std::move(patch));
    for (const Reason& one : reasons) out->print(pmt::lifecycle::reason_record(name, one));
    if (reasons.empty()) return;
    const bool roles_alone = std::all_of(reasons.begin(), reasons.end(), [](const Reason& one) {
      return one.reason == "permission";
    });
    refused = worse(refused, roles_alone ? ExitStatus::not_permitted : ExitStatus::no);
  });
  out->finish();
  return worse(status, refused);
}

bool is_selector(const std::vector<std::string>& operands) {
  return std::any_of(operands.begin(), operands.end(), [](const std::string& word) {
    return word.find_first_of("=~<>") != std::string::npos || word.starts_with("sort:") ||
           word.starts_with("limit:");
  });
}

ExitStatus unless_faulty(Session& session, const std::string& name,
                         const std::function<void()>& work) {
  try {
    work();
    return ExitStatus::ok;
  } catch (const db::Error&) {
    throw;
  } catch (const ConfigError&) {
    throw;
  } catch (const Error& error) {
    const bool named = std::string_view(error.what()).find(name) != std::string_view::npos;
    session.io.error(named ? error.message() : name + ": " + error.message());
    return error.status() < ExitStatus::partial ? ExitStatus::partial : error.status();
  }
}

ExitStatus for_each_meant(Session& session, const std::vector<std::string>& operands,
                          const std::function<void(pmt::Patch)>& take) {
  if (!operands.empty() && !is_selector(operands)) {
    return session.for_each_named(operands, true, take);
  }
  ExitStatus status = ExitStatus::ok;
  pmt::for_each_patch(session.connection(), session.select(operands), [&](pmt::Patch patch) {
    const std::string name = pmt::name_of(patch, session.names());
    status = worse(status, unless_faulty(session, name, [&] { take(std::move(patch)); }));
  });
  return status;
}

}  // namespace upkeep::tools
