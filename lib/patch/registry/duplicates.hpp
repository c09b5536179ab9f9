// SPDX-License-Identifier: MIT
// Finds requests and patches that a new one may repeat.
#pragma once

#include "db/connection.hpp"
#include "patch/model/patch.hpp"
#include "patch/query/selector.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// An open request, or a patch, with something in common with the new one.
struct Duplicate {
  Patch patch;
  std::string ticket;       ///< a JIRA key of both; empty: none
  std::string client, jar;  ///< a client and a jar of both; empty: none
};

struct Duplicates {
  std::vector<Duplicate> named;  ///< open requests first, released patches last; the newest first
  std::size_t others = 0;        ///< how many there are besides those
};

/// A request or patch that is about to be, or has been, created.
struct Newcomer {
  const Document& fields;
  std::optional<PatchRef> ref{};         ///< its own name
  std::optional<std::uint32_t> queue{};  ///< its own request
  /// The patch that it is ported from: a port has its ticket and jars from there, and is only
  /// compared with patches of its own platform.
  std::optional<PatchRef> source{};
};

/// Those with the same JIRA key, or with the same client and a jar of the same name, listed in a
/// field or recorded, whatever its version; case is ignored. Runs no query for a newcomer without
/// either.
Duplicates duplicates_of(db::Connection& connection, const Newcomer& newcomer,
                         const SelectorContext& context);

/// What they have in common: `Q-12 (open) has the same JIRA key ESBJAVA-17: 'It leaks'`.
std::string to_text(const Duplicate& duplicate, const NameRule& names);

/// A request or patch that must be unique is not.
class NotUnique : public Error {
 public:
  /// @param what `no request was queued`
  NotUnique(Duplicates found, const NameRule& names, const std::string& what);
  [[nodiscard]] const Duplicates& found() const noexcept { return m_found; }

 private:
  Duplicates m_found;
};

}  // namespace upkeep::patch
