// SPDX-License-Identifier: MIT
// Applies a row of an import to an existing patch.
#pragma once

#include "patch/exchange/import_row.hpp"
#include "patch/registry/registry.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/patch_store.hpp"

#include <string>

namespace upkeep::patch {

class PatchUpdater {
 public:
  /// @param connection, registry, events, patches, links not owned
  /// @param file named in the history. @param why the reason for the import, may be empty
  PatchUpdater(db::Connection& connection, Registry& registry, EventStore& events,
               PatchStore& patches, LinkStore& links, std::string file, std::string why)
      : m_connection(connection),
        m_registry(registry),
        m_events(events),
        m_patches(patches),
        m_links(links),
        m_file(std::move(file)),
        m_why(std::move(why)) {}

  /// Applies the row to the patch and records the events, in the caller's transaction.
  /// @param now as SQL writes it. @pre the row's plan is update
  /// Sets the row's problem if it is rejected, and then nothing is written. @throws db::Error
  void update(ImportRow& one, const std::string& now);

 private:
  [[nodiscard]] static std::string take_members(const Draft& draft, Patch& existing);
  [[nodiscard]] std::vector<Change> take_fields(const Patch& row, Patch& existing);
  void take_links(const Patch& row, Patch& existing, std::vector<Change>& changes);
  void update_state(const ImportRow& one, Patch& before, const std::string& now);

  db::Connection& m_connection;
  Registry& m_registry;
  EventStore& m_events;
  PatchStore& m_patches;
  LinkStore& m_links;
  std::string m_file, m_why;
};

}  // namespace upkeep::patch
