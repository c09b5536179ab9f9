// SPDX-License-Identifier: MIT
#include "patch/exchange/importer.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/model/keys.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/sight.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_batch_rows = 1000;
constexpr std::size_t k_batch_bytes = 4U << 20U;  // below any server's packet limit

}  // namespace

Importer::Importer(db::Connection& connection, Registry& registry, Actor actor,
                   ImportOptions options, Reject reject)
    : m_connection(connection),
      m_registry(registry),
      m_options(std::move(options)),
      m_events(connection, std::move(actor)),
      m_patches(connection),
      m_links(connection),
      m_numbers(connection,
                m_options.dry_run ? NumberSequence::Mode::preview : NumberSequence::Mode::draw),
      m_matcher(connection, registry.type(), registry.names(),
                {.update = m_options.update, .replace = m_options.replace}),
      m_updater(connection, registry, m_events, m_patches, m_links, m_options.file, m_options.why),
      m_inserter(connection, m_events, m_patches, m_links, m_options.file,
                 m_options.dry_run ? PatchInserter::Index::leave : PatchInserter::Index::write),
      m_link_checker(connection, registry.names()),
      m_reject(std::move(reject)) {
  need_to_see_all(connection, "an import");  // it compares its rows with every patch
}

void Importer::add(std::size_t line, std::string_view raw, const std::function<Draft()>& make) {
  ++m_counts.rows;
  ImportRow one;
  try {
    one.draft = make();
  } catch (const DataError& error) {
    ++m_counts.rejected;
    m_reject({line, m_counts.rows}, reject_reason(error), raw);
    return;
  }
  one.place = {line, m_counts.rows};
  one.raw = raw;
  const auto& ref = one.draft.patch.ref;
  const std::string& key = one.draft.patch.import_key;
  std::set<std::string> names;
  if (ref && ref->number != 0) names.insert(to_string(*ref));
  if (!key.empty()) names.insert("key " + key);
  if (one.draft.patch.queue) names.insert(queue_id(*one.draft.patch.queue));
  // Two rows for one patch: the second must see the effect of the first.
  if (std::any_of(names.begin(), names.end(), [&](auto& n) { return m_in_batch.contains(n); })) {
    flush();
  }
  m_in_batch.insert(names.begin(), names.end());
  constexpr std::size_t k_event_bytes = 200;
  m_batch_bytes += raw.size() + one.draft.events.size() * k_event_bytes;
  m_batch.push_back(std::move(one));
  if (m_batch.size() >= k_batch_rows || m_batch_bytes >= k_batch_bytes) flush();
}

void Importer::run(const std::function<void()>& work) {
  if (!m_options.dry_run) return work();
  // Only once: what was counted and rejected is not undone.
  db::transact(m_connection, work, db::Ending::roll_back, 1);
}

void Importer::finish() {
  flush();
  m_loose = m_link_checker.loose_links();
  m_inserter.finish();
}

/// In a transaction of its own. A key that another import, of another platform, has written since
/// the batch was matched is found by the next attempt.
void Importer::write_alone(const std::function<void()>& work) {
  constexpr int k_attempts = 4;
  for (int attempt = 1;; ++attempt) {
    try {
      return db::transact(m_connection, work);
    } catch (const db::Error& error) {
      if (!error.duplicate() || attempt == k_attempts) throw;
    }
  }
}

void Importer::flush() {
  if (m_batch.empty()) return;
  ImportBatch done;
  // Read here: within the transaction, this would fix its snapshot before the numbers are locked,
  // and patches that others have just created would not be seen.
  const auto caps = m_numbers.caps();
  const auto work = [&] {
    done = m_batch;  // a retried transaction starts from the rows again
    write(done, caps);
  };
  m_options.dry_run ? work() : write_alone(work);
  m_inserter.index(done);
  for (const ImportRow& one : done) {
    if (!one.problem.empty()) {
      ++m_counts.rejected;
      m_reject(one.place, one.problem, one.raw);
    } else {
      ++(one.plan == ImportRow::Plan::keep ? m_counts.unchanged : m_counts.imported);
      count_remarks(one);
      m_link_checker.add_imported(one.draft);
    }
  }
  m_batch.clear();
  m_in_batch.clear();
  m_batch_bytes = 0;
}

void Importer::count_remarks(const ImportRow& one) {
  m_counts.unticked += one.unticked;
  if (one.other_history) ++m_counts.other_histories;
  if (m_counts.kept == 0 && !one.kept.empty()) {
    m_counts.kept_example =
        fmt::format("{} of {}", one.kept.front(), name_of(one.draft.patch, m_registry.names()));
  }
  m_counts.kept += one.kept.size();
}

void Importer::write(ImportBatch& batch, const Caps& caps) {
  keep_numbers(batch, caps);
  const std::string now = sql_now(m_connection);
  m_matcher.match(batch);
  check_queue_ids(batch);
  m_link_checker.check(batch);
  for (ImportRow& one : batch) {
    if (!one.problem.empty() || one.plan != ImportRow::Plan::update) continue;
    m_updater.update(one, now);
  }
  draw_missing_numbers(batch);
  m_inserter.insert(batch, now);
}

/// `new` continues after the highest number. The rows of the sequences are locked first and in
/// order, as everywhere; a dry run does not lock them.
void Importer::keep_numbers(const ImportBatch& batch, const Caps& caps) {
  std::map<std::string, std::uint32_t> highest;
  for (const ImportRow& one : batch) {
    const Patch& patch = one.draft.patch;
    if (patch.ref) {
      const PatchRef& ref = *patch.ref;
      const auto cap = caps.find(ref.platform);
      const bool counts = cap == caps.end() || ref.number <= cap->second;
      highest[ref.platform] = std::max(highest[ref.platform], counts ? ref.number : 0);
    }
    if (patch.queue) highest[""] = std::max(highest[""], *patch.queue);
  }
  m_numbers.raise(highest);
}

void Importer::draw_missing_numbers(ImportBatch& batch) {
  for (ImportRow& one : batch) {
    if (!one.is_new() || !one.draft.patch.ref) continue;
    PatchRef& ref = *one.draft.patch.ref;
    if (ref.number != 0) continue;
    ref.number = m_numbers.draw(ref.platform).number;
    Document& fields = one.draft.patch.fields;
    if (m_registry.type().find(k_name_key) != nullptr && !fields.contains(k_name_key)) {
      fields[k_name_key] = {m_registry.names().format(ref)};
    }
  }
}

/// A new patch keeps the id of its request, which may already be taken here.
void Importer::check_queue_ids(ImportBatch& batch) {
  std::map<std::uint32_t, ImportRow*> wanted;
  for (ImportRow& one : batch) {
    const auto& queue = one.draft.patch.queue;
    if (one.is_new() && queue) wanted[*queue] = &one;
  }
  if (wanted.empty()) return;
  std::string list;
  for (const auto& [queue, one] : wanted)
    list += fmt::format("{}{}", list.empty() ? "" : ",", queue);
  for (const db::Row& row : m_connection.query(
           "SELECT queue, platform, number FROM patch WHERE queue IN (" + list + ")")) {
    const std::uint32_t queue = maybe_number(row, "queue").value_or(0);
    const auto ref = ref_of(row);
    const std::string what =
        ref ? "already belongs to " + m_registry.names().format(*ref) : "is already a request here";
    wanted.at(queue)->problem = fmt::format("{} {}", queue_id(queue), what);
  }
}

}  // namespace upkeep::patch
