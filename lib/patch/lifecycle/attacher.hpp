// SPDX-License-Identifier: MIT
// Attaches lifecycles to patches, and migrates them between versions.
#pragma once

#include "patch/lifecycle/library.hpp"
#include "patch/lifecycle/writer.hpp"
#include "patch/registry/registry.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch::lifecycle {

/// The effect of a migration on one patch.
struct Migrated {
  std::int64_t from = 0, to = 0;  ///< versions
  std::string state;
  std::string was;                         ///< the name of the state before
  std::vector<std::string> kept, dropped;  ///< ticks
};

class Attacher {
 public:
  /// @param writer, library, registry, config not owned
  Attacher(LifecycleWriter& writer, Library& library, Registry& registry,
           const config::Patch& config)
      : m_writer(writer),
        m_library(library),
        m_registry(registry),
        m_names(registry.names()),
        m_config(config) {}

  /// An imported state is kept, and so is its release date.
  /// @param replace also if the patch has a lifecycle, or a state that this one lacks: it starts
  /// again. @throws Error(no) if it is not set then, Error(partial)
  void attach(const Patch& seen, const std::string& lifecycle, bool replace,
              const std::string& why);
  /// Checks what migrate() would be given for these patches, before the first of them: where a
  /// version that they leave has an old name, the version that they enter must have the new one.
  /// @throws Error(partial) naming the lifecycle and suggesting the nearest state
  void check_names(const std::vector<Patch>& patches, std::optional<std::int64_t> version,
                   const std::map<std::string, std::string>& names);
  /// Migrates to `version` of its lifecycle, or the newest; nullopt: no change.
  /// @param names states that have another name there, old to new
  /// @throws Error(no) if that version lacks the state, Error(partial) if it lacks the new name
  std::optional<Migrated> migrate(const Patch& seen, std::optional<std::int64_t> version,
                                  const std::map<std::string, std::string>& names,
                                  const std::string& why);

 private:
  /// nullptr if that version is not loaded, or is faulty: migrate() says so.
  [[nodiscard]] const Definition* definition_of(const std::string& lifecycle,
                                                std::optional<std::int64_t> version);
  /// The patch's state in `definition`. @throws as migrate()
  [[nodiscard]] const State& state_there(const Position& position, const Definition& definition,
                                         const std::map<std::string, std::string>& names,
                                         std::int64_t version) const;
  void enter_version(LockedPatch& locked, const Definition& definition, const Migrated& report,
                     const std::string& why);
  [[nodiscard]] std::string first_state(const Patch& patch, const Definition& definition,
                                        bool replace) const;

  LifecycleWriter& m_writer;
  Library& m_library;
  Registry& m_registry;
  const NameRule& m_names;
  const config::Patch& m_config;
};

}  // namespace upkeep::patch::lifecycle
