// SPDX-License-Identifier: MIT
// Drafts into the registry: a batch is one transaction, so that an import which is killed has done
// whole rows, and the next one finds them.
#pragma once

#include "pmt/draft.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace upkeep::pmt {

struct ImportOptions {
  bool update = false;   ///< a different row under the same key changes the patch
  bool dry_run = false;  ///< everything is rolled back
  std::string file;      ///< named in the history
};

struct ImportCounts {
  std::size_t rows = 0, imported = 0, unchanged = 0, rejected = 0;
};

/// Called for every row that is not taken: (where it starts, why, its bytes).
using Reject = std::function<void(std::size_t line, const std::string& why, std::string_view raw)>;

class Importer {
 public:
  Importer(db::Connection& connection, Registry& registry, Actor actor, ImportOptions options,
           Reject reject);

  /// Makes one row of it: `make` may throw DataError, and the row is rejected then.
  void add(std::size_t line, std::string_view raw, const std::function<Draft()>& make);
  /// Writes what is waiting; call it at the end. @throws db::Error
  void finish();

  [[nodiscard]] const ImportCounts& counts() const noexcept { return m_counts; }

 private:
  struct Waiting {
    Draft draft;
    std::size_t line = 0;
    std::string raw;
    std::string problem;  // set while the batch is written
    bool unchanged = false;
    std::uint64_t id = 0;  // of the row it is or became
    bool inserted = false;
    std::vector<std::string> hashes;  // of the draft's events, one after the other
  };
  using Batch = std::vector<Waiting>;
  void flush();
  void write(Batch& batch);
  void keep_numbers(Batch& batch);
  void match_existing(Batch& batch, const std::string& now);
  void match(Waiting& one, Patch existing, const std::string& now);
  void update(Waiting& one, Patch existing, const std::string& now);
  [[nodiscard]] std::string difference(const Draft& draft, const Patch& existing);
  [[nodiscard]] bool jars_differ(const Draft& draft, const Patch& existing);
  void check_queue_ids(Batch& batch);
  void check_links(Batch& batch);
  void draw_missing_numbers(Batch& batch);
  void chain(Batch& batch, const std::string& now);
  void insert(Batch& batch, const std::string& now);
  void insert_events(const Batch& batch);
  void insert_referring(const Waiting& one);
  void insert_jars(const Batch& batch, const std::string& now);
  void find_ids(Batch& batch);
  void restore_states(const Batch& batch);
  void index(const Batch& batch);

  db::Connection& m_connection;
  Registry& m_registry;
  Actor m_actor;
  ImportOptions m_options;
  Reject m_reject;
  ImportCounts m_counts;
  Batch m_batch;
  std::size_t m_batch_bytes = 0;
  bool m_segments = false;                        // some were written
  std::map<std::string, std::string> m_in_batch;  // patch or key -> hash
  std::map<std::string, bool> m_imported;         // what links may point at, in a dry run too
};

}  // namespace upkeep::pmt
