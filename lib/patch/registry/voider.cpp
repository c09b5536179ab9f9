// SPDX-License-Identifier: MIT
#include "patch/registry/voider.hpp"

#include "patch/registry/records.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

void refuse_void(const Patch& patch, const NameRule& names) {
  if (!patch.voided_at) return;
  const std::string name = name_of(patch, names);
  throw Error(
      ExitStatus::no,
      fmt::format("{} is void since {}, by {}", name, *patch.voided_at,
                  patch.voided_by.value_or("?")),
      fmt::format("'pmt-patch history {0}' shows why; 'pmt-patch void --restore {0}' takes it"
                  " back",
                  name));
}

Patch Voider::locked(std::uint64_t id) const {
  Patch patch = locked_patch(m_connection, id);
  if (!patch.ref) {
    throw Error(ExitStatus::no,
                fmt::format("{} is a request, which has no number", name_of(patch, m_names)),
                "decline it instead");
  }
  return patch;
}

void Voider::write(Patch& patch, NewEvent event) const {
  (void)m_events.write_next(patch, std::move(event));
  m_patches.write_void(patch);
}

void Voider::annul(std::uint64_t id, const std::string& why, bool dry_run) const {
  const auto work = [&] {
    Patch patch = locked(id);
    refuse_void(patch, m_names);
    m_guard.check_released(patch, "voiding it", m_events.actor().name, why);
    const std::string now = sql_now(m_connection);
    patch.voided_at = iso_time(now);
    patch.voided_by = m_events.actor().name;
    write(patch, {.at = now,
                  .kind = EventKind::annul,
                  .changes = {{"state", patch.state, std::string(k_void_state)}},
                  .comment = why});
  };
  m_events.act(work, dry_run);
}

void Voider::restore(std::uint64_t id, const std::string& why, bool dry_run) const {
  const auto work = [&] {
    Patch patch = locked(id);
    if (!patch.voided_at) {
      throw Error(ExitStatus::no, fmt::format("{} is not void", name_of(patch, m_names)));
    }
    m_guard.check_released(patch, "restoring it", m_events.actor().name, why);
    patch.voided_at.reset();
    patch.voided_by.reset();
    write(patch, {.at = sql_now(m_connection),
                  .kind = EventKind::restore,
                  .changes = {{"state", std::string(k_void_state), patch.state}},
                  .comment = why});
  };
  m_events.act(work, dry_run);
}

}  // namespace upkeep::patch
