// SPDX-License-Identifier: MIT
#include "patch/lifecycle/records.hpp"
#include "patch/registry/records.hpp"
#include "pmt-lifecycle/commands.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::tools {

using patch::lifecycle::Blocker;
using patch::lifecycle::LifecycleService;

std::unique_ptr<LifecycleService> service(Session& session) {
  patch::Registry& registry = session.registry();
  return std::make_unique<LifecycleService>(session.connection(), session.config(), registry,
                                            session.actor(), session.common.dry_run);
}

ExitStatus for_each_act(
    Session& session, const std::vector<std::string>& operands,
    const std::function<std::vector<Blocker>(LifecycleService&, patch::Patch)>& act) {
  const auto acts = service(session);
  const auto out = session.printer(patch::lifecycle::reason_columns());
  ExitStatus refused = ExitStatus::ok;
  const ExitStatus status = session.for_each_named(operands, true, [&](patch::Patch patch) {
    const std::string name = patch::name_of(patch, session.names());
    const auto reasons = act(*acts, std::move(patch));
    for (const Blocker& one : reasons) out->print(patch::lifecycle::reason_record(name, one));
    if (reasons.empty()) return;
    const bool roles_alone = std::all_of(reasons.begin(), reasons.end(), [](const Blocker& one) {
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
                          const std::function<void(patch::Patch)>& take) {
  if (!operands.empty() && !is_selector(operands)) {
    return session.for_each_named(operands, true, take);
  }
  ExitStatus status = ExitStatus::ok;
  patch::for_each_patch(session.connection(), session.select(operands), [&](patch::Patch patch) {
    const std::string name = patch::name_of(patch, session.names());
    status = worse(status, unless_faulty(session, name, [&] { take(std::move(patch)); }));
  });
  return status;
}

}  // namespace upkeep::tools
