// SPDX-License-Identifier: MIT
#include "upgrade/model/run.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace upkeep::upgrade {

namespace {
constexpr std::array<std::pair<RunState, std::string_view>, 8> k_words{{
    {RunState::queued, "queued"},
    {RunState::running, "running"},
    {RunState::succeeded, "succeeded"},
    {RunState::failed, "failed"},
    {RunState::lost, "lost"},
    {RunState::interrupted, "interrupted"},
    {RunState::skipped, "skipped"},
    {RunState::cancelled, "cancelled"},
}};
}  // namespace

std::string_view word(RunState state) {
  return k_words.at(static_cast<std::size_t>(state)).second;
}

RunState run_state_of(std::string_view text) {
  for (const auto& [state, name] : k_words) {
    if (name == text) return state;
  }
  throw Error(ExitStatus::internal, "a run in state '" + std::string(text) + "'");
}

std::optional<std::chrono::seconds> Run::elapsed(WallTime now) const {
  if (!started_at) return std::nullopt;
  const auto span = ended_at.value_or(now) - *started_at;
  return std::max(std::chrono::seconds(0), std::chrono::duration_cast<std::chrono::seconds>(span));
}

}  // namespace upkeep::upgrade
