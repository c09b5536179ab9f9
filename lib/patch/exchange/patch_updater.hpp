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
  /// @param file named in the history
  PatchUpdater(db::Connection& connection, Registry& registry, EventStore& events,
               PatchStore& patches, LinkStore& links, std::string file)
      : m_connection(connection),
        m_registry(registry),
        m_events(events),
        m_patches(patches),
        m_links(links),
        m_file(std::move(file)) {}

  /// Applies the row to the patch and records the events, in the caller's transaction.
  /// @param now as SQL writes it. @pre the row's plan is update. @throws db::Error
  void update(const ImportRow& one, const std::string& now);

 private:
  [[nodiscard]] std::vector<Change> take_fields_and_links(const Patch& row, Patch& existing);
  void update_state(const ImportRow& one, Patch& before, const std::string& now);

  db::Connection& m_connection;
  Registry& m_registry;
  EventStore& m_events;
  PatchStore& m_patches;
  LinkStore& m_links;
  std::string m_file;
};

}  // namespace upkeep::patch
