// SPDX-License-Identifier: MIT
// What another user changed between a caller's look at a patch and the act.
#pragma once

#include "base/error.hpp"
#include "patch/model/document.hpp"
#include "patch/model/moved.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch {

/// A field that has another value than the caller saw.
struct FieldConflict {
  std::string key;
  std::optional<Values> was;  ///< what the caller saw; nullopt: only its digest is known
  Values now;                 ///< what is stored
  Values wanted{};
  std::uint64_t event = 0;  ///< the event that changed it; 0: unknown
  std::string by{}, at{};   ///< who and when; empty: unknown
};

/// Nothing was done, because someone else has changed the patch. Exit status 1, as for every
/// refusal.
class Conflict : public Error {
 public:
  /// @param patch its row's id
  Conflict(const std::string& what, std::string advice, std::uint64_t patch)
      : Error(ExitStatus::no, what, std::move(advice)), m_patch(patch) {}
  Conflict(const std::string& what, std::string advice, std::uint64_t patch,
           std::vector<FieldConflict> fields)
      : Error(ExitStatus::no, what, std::move(advice)),
        m_patch(patch),
        m_fields(std::move(fields)) {}
  Conflict(const std::string& what, std::string advice, std::uint64_t patch,
           std::optional<Moved> moved)
      : Error(ExitStatus::no, what, std::move(advice)), m_patch(patch), m_moved(std::move(moved)) {}

  [[nodiscard]] std::uint64_t patch() const noexcept { return m_patch; }
  /// Empty if it is about the patch as a whole.
  [[nodiscard]] const std::vector<FieldConflict>& fields() const noexcept { return m_fields; }
  /// Who moved the patch, if that is the conflict.
  [[nodiscard]] const std::optional<Moved>& moved() const noexcept { return m_moved; }

 private:
  std::uint64_t m_patch;
  std::vector<FieldConflict> m_fields;
  std::optional<Moved> m_moved;
};

/// Names in `conflict` the event of a history that last changed the field.
void name_changer(FieldConflict& conflict, const std::vector<Event>& events);

/// Values as they are compared with what a form sends back: line ends are line feeds, and there are
/// neither blanks around a value nor empty ones.
Values plain_values(const Values& values);

/// A digest of plain_values(), of 32 hexadecimal digits, for a form that does not send back the
/// values themselves.
std::string values_digest(const Values& values);

/// Values as a message shows them: `'a, b'`, or `nothing`.
std::string shown_values(const Values& values);

}  // namespace upkeep::patch
