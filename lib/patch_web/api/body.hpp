// SPDX-License-Identifier: MIT
// The JSON body of a request.
#pragma once

#include "patch/model/document.hpp"
#include "patch_web/api/api.hpp"

#include <map>
#include <string>
#include <vector>

namespace upkeep::patch_web::api {

/// An object whose members are those of its operation, each of the right type.
class Body {
 public:
  /// @throws Refusal(type) unless it is JSON, Refusal(size) beyond 1 MiB or 1,000 values,
  /// Refusal(request) for what is malformed, nested deeper than 16 levels, or not declared, and for
  /// a member that is missing, Refusal(value) for a NUL
  Body(const web::Request& request, const std::vector<Member>& members);

  /// The same text for bodies that differ only in blanks and in the order of members.
  [[nodiscard]] const std::string& canonical_text() const noexcept { return m_canonical; }
  [[nodiscard]] bool has(const std::string& name) const { return m_members.contains(name); }
  /// The text of a member, without blanks around it; empty if it is not there.
  [[nodiscard]] std::string text(const std::string& name) const;
  /// A text or several; none if it is not there.
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
  /// Whether a flag is set.
  [[nodiscard]] bool flag(const std::string& name) const;
  /// The members of an object, each with its values; null and an empty text are none.
  [[nodiscard]] patch::Document object(const std::string& name) const;

 private:
  struct Given {
    std::vector<std::string> texts;
    patch::Document object;
    bool flag = false;
  };
  std::map<std::string, Given> m_members;
  std::string m_canonical;
};

}  // namespace upkeep::patch_web::api
