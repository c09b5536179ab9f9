// SPDX-License-Identifier: MIT
// Links from patches and requests to patches.
#pragma once

#include "patch/store/event_store.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/patch_store.hpp"
#include "patch/store/store.hpp"

#include <string>

namespace upkeep::patch {

class LinkEditor {
 public:
  /// @param connection, names, events, patches, links not owned
  LinkEditor(db::Connection& connection, const NameRule& names, EventStore& events,
             PatchStore& patches, LinkStore& links)
      : m_connection(connection),
        m_names(names),
        m_events(events),
        m_patches(patches),
        m_links(links) {}

  /// A request keeps its links when it becomes a patch.
  /// @returns false if the link already exists. @throws Error(partial), DataError
  bool link(const Subject& from, const Link& link, const std::string& why, bool dry_run = false);
  /// @returns false if there is no such link. @throws Error(partial)
  bool unlink(const Subject& from, const Link& link, const std::string& why, bool dry_run = false);

 private:
  [[nodiscard]] Patch locked_source(const Subject& from);
  void refuse_cycle(const Patch& patch, const Link& link);
  void write(Patch& patch, const Change& change, const std::string& why);

  db::Connection& m_connection;
  const NameRule& m_names;
  EventStore& m_events;
  PatchStore& m_patches;
  LinkStore& m_links;
};

/// @throws UsageError for an unknown link type, suggesting the nearest
void check_link_type(const std::string& type);

}  // namespace upkeep::patch
