// SPDX-License-Identifier: MIT
// Which lifecycle a patch has, and in which version.
#pragma once

#include "patch/lifecycle/library.hpp"
#include "patch/lifecycle/writer.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// What a migration did to one patch.
struct Migrated {
  std::int64_t from = 0, to = 0;  ///< versions
  std::string state;
  std::vector<std::string> kept, dropped;  ///< ticks
};

class Attacher {
 public:
  /// @param writer, library, names stay the caller's
  Attacher(LifecycleWriter& writer, Library& library, const NameRule& names)
      : m_writer(writer), m_library(library), m_names(names) {}

  /// An imported state stays, and so does its date of release.
  /// @param replace also where the patch has a lifecycle, or a state that this one lacks: it begins
  /// again. @throws Error(no) where it is not set then, Error(partial)
  void attach(const Patch& seen, const std::string& lifecycle, bool replace,
              const std::string& why);
  /// To `version` of its lifecycle, or the newest; nullopt: it has it. @throws Error(no)
  std::optional<Migrated> migrate(const Patch& seen, std::optional<std::int64_t> version,
                                  const std::string& why);

 private:
  [[nodiscard]] std::string first_state(const Patch& patch, const Definition& definition,
                                        bool replace) const;

  LifecycleWriter& m_writer;
  Library& m_library;
  const NameRule& m_names;
};

}  // namespace upkeep::patch::lifecycle
