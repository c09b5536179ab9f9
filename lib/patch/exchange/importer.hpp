// SPDX-License-Identifier: MIT
// Drafts into the registry: a batch is one transaction, so that an import which is killed has done
// whole rows, and the next one finds them. A dry run is one transaction that is rolled back, so
// that each row meets what the rows before it would have done.
#pragma once

#include "patch/exchange/draft.hpp"
#include "patch/store/event_store.hpp"
#include "patch/store/number_sequence.hpp"
#include "patch/store/patch_store.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

struct ImportOptions {
  bool update = false;   ///< a different row under the same key changes the patch
  bool replace = false;  ///< with `update`: also its lifecycle and state
  bool dry_run = false;  ///< everything is rolled back
  std::string file;      ///< named in the history
};

struct ImportCounts {
  std::size_t rows = 0, imported = 0, unchanged = 0, rejected = 0;
};

/// Called for every row that is not taken: (where it starts, why, its bytes).
using Reject = std::function<void(std::size_t line, const std::string& why, std::string_view raw)>;

/// Why a row is refused, on one line.
std::string reject_reason(const Error& error);

class Importer {
 public:
  Importer(db::Connection& connection, Registry& registry, Actor actor, ImportOptions options,
           Reject reject);

  /// Runs `work`, which adds rows and finishes. @throws what it throws
  void run(const std::function<void()>& work);
  /// Makes one row of it: `make` may throw DataError, and the row is rejected then.
  void add(std::size_t line, std::string_view raw, const std::function<Draft()>& make);
  /// Writes what is waiting; call it at the end, within run(). @throws db::Error
  void finish();

  [[nodiscard]] const ImportCounts& counts() const noexcept { return m_counts; }
  /// Links of imported histories whose other end does not exist, like `A requires B`.
  [[nodiscard]] const std::vector<std::string>& loose_links() const noexcept { return m_loose; }

 private:
  struct Waiting {
    Draft draft;
    std::size_t line = 0;
    std::string raw;
    std::string problem;  // set while the batch is written
    bool unchanged = false;
    bool update = false;
    std::uint64_t id = 0;  // of the row it is or became
    bool inserted = false;
    std::vector<std::string> hashes;  // of the draft's events, one after the other
  };
  using Batch = std::vector<Waiting>;
  void flush();
  void write(Batch& batch);
  void keep_numbers(const Batch& batch);
  [[nodiscard]] std::string name_of_row(const Draft& draft) const;
  void match_existing(Batch& batch);
  void match(Waiting& one, const Patch& existing);
  void compare(Waiting& one, const Patch& existing);
  static void complete(Waiting& one);
  void resolve(Waiting& one, const Patch& existing);
  static void resolve_category(Draft& draft, const Patch& existing);
  void resolve_state(Draft& draft, const Patch& existing);
  void update(const Waiting& one, const std::string& now);
  void update_state(const Waiting& one, Patch& before, const std::string& now);
  [[nodiscard]] std::string difference(const Draft& draft, const Patch& existing);
  [[nodiscard]] static std::string difference_of_fields(const Draft& draft, const Patch& existing);
  [[nodiscard]] std::string difference_for_good(const Draft& draft, const Patch& existing);
  [[nodiscard]] static std::string difference_of_state(const Draft& draft, const Patch& existing);
  [[nodiscard]] bool history_differs(const Draft& draft, const Patch& existing);
  [[nodiscard]] bool jars_differ(const Draft& draft, const Patch& existing);
  void check_queue_ids(Batch& batch);
  void check_links(Batch& batch);
  void find_loose_links();
  void draw_missing_numbers(Batch& batch);
  void complete_rows(Batch& batch, const std::string& now) const;
  void chain(Batch& batch, const std::string& now) const;
  void insert(const Batch& batch);
  void insert_events(const Batch& batch);
  void insert_referring(const Waiting& one);
  void insert_jars(const Batch& batch, const std::string& now);
  void find_ids(Batch& batch);
  void restore_states(const Batch& batch);
  void index(const Batch& batch);

  db::Connection& m_connection;
  Registry& m_registry;
  EventStore m_events;
  PatchStore m_patches;
  ImportOptions m_options;
  NumberSequence m_numbers;
  lifecycle::LoadedStates m_states;
  Reject m_reject;
  ImportCounts m_counts;
  Batch m_batch;
  std::size_t m_batch_bytes = 0;
  bool m_segments = false;                        // some were written
  std::map<std::string, std::string> m_in_batch;  // patch or key -> hash
  std::map<std::string, std::string> m_promised;  // what links point at -> who does
  std::vector<std::string> m_loose;
};

}  // namespace upkeep::patch
