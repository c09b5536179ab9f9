// SPDX-License-Identifier: MIT
#include "patch/model/once.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <utility>

namespace upkeep::patch {

Once::Once(std::string key, std::string digest)
    : m_key(std::move(key)), m_digest(std::move(digest)) {
  static const Regex k_key("[A-Za-z0-9_-]{1,64}(/[1-9][0-9]{0,5})?");
  static const Regex k_digest("[!-~]{0,64}");
  if (!m_key.empty() && !k_key.matches(m_key)) {
    throw DataError(fmt::format("'{}' is not a key of an act", ellipsized(printable(m_key), 80)),
                    "1 to 64 letters, digits, _ and -");
  }
  if (!k_digest.matches(m_digest))
    throw DataError("the digest of an act is not ASCII, or too long");
  begin();
}

std::string Once::key_of(std::size_t part) const {
  return part < 2 || m_key.empty() ? m_key : fmt::format("{}/{}", m_key, part);
}

AlreadyDone::AlreadyDone(std::uint64_t event, std::uint64_t patch, bool same)
    : Error(ExitStatus::no,
            same ? fmt::format("this was already done, by event {}", event)
                 : fmt::format("event {} was another act under the same key", event),
            "nothing was changed"),
      m_event(event),
      m_patch(patch),
      m_same(same) {}

}  // namespace upkeep::patch
