// SPDX-License-Identifier: MIT
// Inserts the rows of an import that become patches, in as few statements as possible.
#pragma once

#include "patch/exchange/import_row.hpp"
#include "patch/query/segment_builder.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/link_store.hpp"
#include "patch/store/patch_store.hpp"

#include <string>

namespace upkeep::patch {

class PatchInserter {
 public:
  enum class Index { write, leave };

  /// @param connection, events, patches, links not owned
  /// @param file named in the history
  /// @param index whether what has been committed is written to the term index
  PatchInserter(db::Connection& connection, EventStore& events, PatchStore& patches,
                LinkStore& links, std::string file, Index index)
      : m_connection(connection),
        m_events(events),
        m_patches(patches),
        m_links(links),
        m_file(std::move(file)),
        m_index(index) {}

  /// Writes the batch's new rows with their histories and jars in the caller's transaction, and
  /// sets their ids. @param now as SQL writes it. @pre they have their numbers.
  /// @throws db::Error
  void insert(ImportBatch& batch, const std::string& now);
  /// Takes the batch into the term index, after its transaction. Never fails: patches that are not
  /// there are compared one by one until a later session indexes them.
  void index(const ImportBatch& batch);
  /// Call it after the last batch. Never fails.
  void finish();

 private:
  void complete_rows(ImportBatch& batch, const std::string& now) const;
  void complete(Event& event, const std::string& now) const;
  void chain(ImportBatch& batch, const std::string& now) const;
  void insert_patches(const ImportBatch& batch);
  void insert_links(const ImportBatch& batch);
  void insert_events(const ImportBatch& batch);
  void insert_referring(const ImportRow& one);
  void insert_jars(const ImportBatch& batch, const std::string& now);
  void find_ids(ImportBatch& batch);
  void restore_states(const ImportBatch& batch);
  void write_segment();

  db::Connection& m_connection;
  EventStore& m_events;
  PatchStore& m_patches;
  LinkStore& m_links;
  std::string m_file;
  Index m_index;
  SegmentBuilder m_segment;  // of committed patches
  bool m_locked = false;     // other sessions leave the indexing to this one
  bool m_segments = false;   // whether some were written
};

}  // namespace upkeep::patch
