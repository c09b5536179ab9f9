// SPDX-License-Identifier: MIT
#include "patch/lifecycle/engine.hpp"
#include "record/value.hpp"

#include <algorithm>

namespace upkeep::patch::lifecycle {

namespace {

const Change* change_of(const Event& event, std::string_view key) {
  for (const Change& one : event.changes) {
    if (one.key == key) return &one;
  }
  return nullptr;
}

/// Ticks by pmt-verify name their archive: `..., SHA-256 0123...: nothing against layout, ...`.
std::string proving_archive(const Event& event) {
  constexpr std::string_view k_digest = ", SHA-256 ", k_rules = ": nothing against ";
  constexpr std::size_t k_length = 64;
  if (!event.via.starts_with("pmt-verify")) return {};
  const std::string& comment = event.comment;
  const auto end = comment.rfind(k_rules);
  if (end == std::string::npos || end < k_length + k_digest.size()) return {};
  const auto start = end - k_length;
  if (comment.compare(start - k_digest.size(), k_digest.size(), k_digest) != 0) return {};
  return comment.substr(start, k_length);
}

}  // namespace

void Replay::enter(const Event& event) {
  m_progress = {};
  m_state_event = event.id;
  m_entered_at = event.at;
}

void Replay::take_back() {
  if (m_moves.empty()) return;
  Move& last = m_moves.back();
  if (!last.stays()) {
    m_progress = std::move(last.progress);
    m_state_event = last.state_event;
    m_entered_at = last.entered_at;
  }
  m_moves.pop_back();
}

void Replay::take(const Event& event) {
  if (event.kind == EventKind::tick) {
    for (const Change& one : event.changes) {
      m_progress.ticks[one.key] = {event.actor, event.at, proving_archive(event), event.id};
    }
  } else if (event.kind == EventKind::untick) {
    for (const Change& one : event.changes) m_progress.ticks.erase(one.key);
  } else if (event.kind == EventKind::vote || event.kind == EventKind::unvote) {
    for (const Change& one : event.changes) {
      auto& voters = m_progress.votes[one.key];
      std::erase(voters, event.actor);
      if (event.kind == EventKind::vote) voters.push_back(event.actor);
    }
  } else if (event.kind == EventKind::move) {
    if (event.changes.empty()) return;
    const Change& moved = event.changes.front();
    Move move{event.id, moved.key,    to_text(moved.from), to_text(moved.to),
              event.at, m_entered_at, m_state_event,       {}};
    const bool stays = move.stays();
    move.progress = stays ? m_progress : std::move(m_progress);
    m_moves.push_back(std::move(move));
    if (!stays) enter(event);
  } else if (event.kind == EventKind::undo) {
    take_back();
  } else if (event.kind == EventKind::create || event.kind == EventKind::attach) {
    if (change_of(event, "state") == nullptr) return;
    m_moves.clear();
    enter(event);
    if (event.kind == EventKind::create) m_state_event.reset();
  }
}

bool Replay::is_built_on() const {
  if (m_moves.empty() || m_moves.back().stays()) return false;
  const auto& votes = m_progress.votes;
  return !m_progress.ticks.empty() || std::any_of(votes.begin(), votes.end(), [](const auto& one) {
    return !one.second.empty();
  });
}

Replay replay(const std::vector<Event>& events) {
  Replay walk;
  for (const Event& event : events) walk.take(event);
  return walk;
}

}  // namespace upkeep::patch::lifecycle
