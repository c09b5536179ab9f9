// SPDX-License-Identifier: MIT
// Acts that happen once, although their requests may arrive several times.
#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace upkeep::patch {

/// The key under which one act of one actor happens once. An Actor carries it; everything that
/// writes events for that actor shares it. A further part of the same request has a key of its own,
/// with the suffix `/2`, `/3` and so on.
class Once {
 public:
  /// @param key 1 to 64 letters, digits, `_` and `-`, and perhaps such a suffix. Empty: the act may
  /// happen again, and only its events are noted
  /// @param digest of the act and its contents, at most 64 characters of ASCII
  /// @throws DataError if one of them is not
  Once(std::string key, std::string digest);

  /// The key of the act, which its first event carries.
  [[nodiscard]] std::string key() const { return key_of(m_act); }
  [[nodiscard]] const std::string& digest() const noexcept { return m_digest; }

  /// The events that the act has written, in order; empty if it changed nothing.
  [[nodiscard]] const std::vector<std::uint64_t>& events() const noexcept { return m_events; }

  /// What follows is part `part` of the request, from 1: an act, with a key, of its own.
  void start(std::size_t part) {
    m_act = part;
    begin();
  }
  /// A transaction begins, which may be a repetition of one that was rolled back.
  void begin() {
    m_events.clear();
    m_part = m_act;
    m_is_open = !m_key.empty();
  }
  /// Within a transaction of several parts, each of which can be found by its key: if this one has
  /// written anything, the next one begins.
  void next_part() {
    if (m_key.empty() || m_is_open) return;
    ++m_part;
    m_is_open = true;
  }
  /// The key that the next event must carry; empty: none.
  [[nodiscard]] std::string open_key() const { return m_is_open ? key_of(m_part) : std::string(); }
  void note(std::uint64_t event) {
    m_events.push_back(event);
    m_is_open = false;
  }

 private:
  [[nodiscard]] std::string key_of(std::size_t part) const;
  std::string m_key, m_digest;
  std::size_t m_act = 1, m_part = 1;
  bool m_is_open = false;
  std::vector<std::uint64_t> m_events;
};

/// An act was done before under its key: nothing was done now.
class AlreadyDone : public Error {
 public:
  /// @param event, patch the first event of that act, and its patch
  /// @param same whether it had the same contents
  AlreadyDone(std::uint64_t event, std::uint64_t patch, bool same);

  [[nodiscard]] std::uint64_t event() const noexcept { return m_event; }
  [[nodiscard]] std::uint64_t patch() const noexcept { return m_patch; }
  [[nodiscard]] bool same() const noexcept { return m_same; }

 private:
  std::uint64_t m_event, m_patch;
  bool m_same;
};

}  // namespace upkeep::patch
