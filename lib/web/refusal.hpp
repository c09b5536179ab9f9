// SPDX-License-Identifier: MIT
// Why a request is not served: the table of exit statuses, HTTP statuses and words that the tools
// and the web share.
#pragma once

#include "base/error.hpp"
#include "record/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upkeep::web {

/// A row of the table.
struct ProblemKind {
  std::string_view word;  ///< `refused`: the last part of its address
  int http = 500;
  ExitStatus exit = ExitStatus::internal;
  std::string_view title;  ///< what it means, in a few words
  bool retry = false;      ///< the client may send the same request again soon
};

/// All of them, in the order of the documentation.
const std::vector<ProblemKind>& problem_kinds();

/// The kind with this word. @throws Error(internal) if there is none
const ProblemKind& problem_kind(std::string_view word);

/// The kind of an error of the library, by its exit status and type.
const ProblemKind& problem_kind(const Error& error);

/// An error with the word of its kind, for what HTTP adds to the errors of the library.
class Refusal : public Error {
 public:
  /// @param word of a kind
  Refusal(std::string_view word, const std::string& what, std::string advice = {});

  [[nodiscard]] const ProblemKind& kind() const noexcept { return *m_kind; }

  /// `{event, reason, detail, keys, item, roles}`, one each. Empty: none.
  std::vector<Value> reasons{};  // NOLINT
  /// Headers that the answer needs: `Allow`.
  std::vector<std::pair<std::string, std::string>> headers{};  // NOLINT

 private:
  const ProblemKind* m_kind;
};

}  // namespace upkeep::web
