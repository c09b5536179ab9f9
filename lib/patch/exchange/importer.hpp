// SPDX-License-Identifier: MIT
// Writes drafts to the registry. A batch is one transaction, so that a killed import has written
// whole rows, which the next import finds. A dry run is one transaction that is rolled back at the
// end, so that each row sees the effect of the rows before it.
#pragma once

#include "patch/exchange/draft_matcher.hpp"
#include "patch/exchange/link_checker.hpp"
#include "patch/exchange/patch_inserter.hpp"
#include "patch/exchange/patch_updater.hpp"
#include "patch/registry/registry.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/number_sequence.hpp"
#include "patch/store/patch_store.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace upkeep::patch {

struct ImportOptions {
  bool update = false;   ///< a different row under the same key changes the patch
  bool replace = false;  ///< with `update`: also its lifecycle and state
  bool dry_run = false;  ///< everything is rolled back
  std::string file;      ///< named in the history
  std::string why = {};  ///< the reason, for the history
};

struct ImportCounts {
  std::size_t rows = 0, imported = 0, unchanged = 0, rejected = 0;
  std::size_t unticked = 0;         ///< items that attested what an update changed
  std::size_t other_histories = 0;  ///< of existing patches, which an update leaves alone
  std::size_t kept = 0;             ///< values that rows emptied: an import does not
  std::string kept_example;         ///< `KEY of PATCH`
};

/// Called for every rejected row: (where it starts, why, its bytes).
using Reject =
    std::function<void(const RowPlace& place, const std::string& why, std::string_view raw)>;

class Importer {
 public:
  Importer(db::Connection& connection, Registry& registry, Actor actor, ImportOptions options,
           Reject reject);

  /// Runs `work`, which adds rows and then calls finish(). @throws what it throws
  void run(const std::function<void()>& work);
  /// Adds one row; if `make` throws DataError, the row is rejected.
  void add(std::size_t line, std::string_view raw, const std::function<Draft()>& make);
  /// Writes pending rows; call it at the end, within run(). @throws db::Error
  void finish();

  [[nodiscard]] const ImportCounts& counts() const noexcept { return m_counts; }
  /// Links of imported histories whose other end does not exist, like `A requires B`.
  [[nodiscard]] const std::vector<std::string>& loose_links() const noexcept { return m_loose; }
  /// Links of imported histories that close a cycle, like `A requires B`.
  [[nodiscard]] const std::set<std::string>& cycles() const noexcept {
    return m_link_checker.cycles();
  }

 private:
  void flush();
  void count_remarks(const ImportRow& one);
  using Caps = std::map<std::string, std::uint32_t>;
  void write_alone(const std::function<void()>& work);
  void write(ImportBatch& batch, const Caps& caps);
  void keep_numbers(const ImportBatch& batch, const Caps& caps);
  void check_queue_ids(ImportBatch& batch);
  void draw_missing_numbers(ImportBatch& batch);

  db::Connection& m_connection;
  Registry& m_registry;
  ImportOptions m_options;
  EventStore m_events;
  PatchStore m_patches;
  LinkStore m_links;
  NumberSequence m_numbers;
  DraftMatcher m_matcher;
  PatchUpdater m_updater;
  PatchInserter m_inserter;
  LinkChecker m_link_checker;
  Reject m_reject;
  ImportCounts m_counts;
  ImportBatch m_batch;
  std::size_t m_batch_bytes = 0;
  std::set<std::string> m_in_batch;  // patches, keys and requests
  std::vector<std::string> m_loose;
};

}  // namespace upkeep::patch
