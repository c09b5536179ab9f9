// SPDX-License-Identifier: MIT
#include "patch/exchange/importer.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "patch/exchange/export.hpp"
#include "patch/model/keys.hpp"
#include "patch/query/term_index.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/rows.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_batch_rows = 1000;
constexpr std::size_t k_batch_bytes = 4U << 20U;  // below any server's packet limit

}  // namespace

std::string reject_reason(const Error& error) {
  const std::string& advice = error.advice();
  return advice.empty() ? error.what() : fmt::format("{} ({})", error.what(), advice);
}

Importer::Importer(db::Connection& connection, Registry& registry, Actor actor,
                   ImportOptions options, Reject reject)
    : m_connection(connection),
      m_registry(registry),
      m_events(connection, std::move(actor)),
      m_patches(connection),
      m_options(std::move(options)),
      m_numbers(connection,
                m_options.dry_run ? NumberSequence::Mode::preview : NumberSequence::Mode::draw),
      m_states(connection, {}),
      m_reject(std::move(reject)) {}

void Importer::add(std::size_t line, std::string_view raw, const std::function<Draft()>& make) {
  ++m_counts.rows;
  Waiting one;
  try {
    one.draft = make();
  } catch (const DataError& error) {
    ++m_counts.rejected;
    m_reject(line, reject_reason(error), raw);
    return;
  }
  one.line = line;
  one.raw = raw;
  const auto& ref = one.draft.patch.ref;
  const std::string& key = one.draft.patch.import_key;
  std::set<std::string> names;
  if (ref && ref->number != 0) names.insert(to_string(*ref));
  if (!key.empty()) names.insert("key " + key);
  if (one.draft.patch.queue) names.insert(queue_id(*one.draft.patch.queue));
  // Two rows of one patch: the second has to see what became of the first.
  if (std::any_of(names.begin(), names.end(), [&](auto& n) { return m_in_batch.contains(n); })) {
    flush();
  }
  for (const std::string& name : names) m_in_batch.emplace(name, one.draft.hash);
  m_batch_bytes += raw.size();
  m_batch.push_back(std::move(one));
  if (m_batch.size() >= k_batch_rows || m_batch_bytes >= k_batch_bytes) flush();
}

void Importer::run(const std::function<void()>& work) {
  if (!m_options.dry_run) return work();
  struct RollBack {};
  try {
    // Once: what was counted and rejected is not taken back.
    db::transact(
        m_connection,
        [&] {
          work();
          throw RollBack{};
        },
        1);
  } catch (const RollBack&) {  // NOLINT(bugprone-empty-catch): a dry run
  }
}

void Importer::finish() {
  flush();
  find_loose_links();
  if (m_segments) learn_segments(m_connection);
}

void Importer::flush() {
  if (m_batch.empty()) return;
  Batch done;
  const auto work = [&] {
    done = m_batch;  // a retried transaction starts from the rows again
    write(done);
  };
  m_options.dry_run ? work() : db::transact(m_connection, work);
  for (const Waiting& one : done) {
    if (!one.problem.empty()) {
      ++m_counts.rejected;
      m_reject(one.line, one.problem, one.raw);
    } else {
      ++(one.unchanged ? m_counts.unchanged : m_counts.imported);
      for (const Link& link : one.draft.patch.links) {
        m_promised.emplace(to_string(link.target), name_of_row(one.draft) + " " + link.type);
      }
    }
  }
  m_batch.clear();
  m_in_batch.clear();
  m_batch_bytes = 0;
}

void Importer::write(Batch& batch) {
  keep_numbers(batch);
  const std::string now = sql_now(m_connection);
  match_existing(batch);
  check_queue_ids(batch);
  check_links(batch);
  for (const Waiting& one : batch) {
    if (one.update && one.problem.empty()) update(one, now);
  }
  draw_missing_numbers(batch);
  complete_rows(batch, now);
  chain(batch, now);
  insert(batch);
  find_ids(batch);
  insert_events(batch);
  insert_jars(batch, now);
  restore_states(batch);
  index(batch);
}

std::string Importer::name_of_row(const Draft& draft) const {
  return name_of(draft.patch, m_registry.names());
}

/// `new` continues behind the highest number; the sequences' rows are locked first and in order, as
/// everybody locks them. A dry run does not lock them.
void Importer::keep_numbers(const Batch& batch) {
  std::map<std::string, std::uint32_t> highest;
  const auto caps = m_numbers.caps();
  for (const Waiting& one : batch) {
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

void Importer::draw_missing_numbers(Batch& batch) {
  for (Waiting& one : batch) {
    if (!one.problem.empty() || one.id != 0 || !one.draft.patch.ref) continue;
    PatchRef& ref = *one.draft.patch.ref;
    if (ref.number != 0) continue;
    ref.number = m_numbers.draw(ref.platform).number;
    Document& fields = one.draft.patch.fields;
    if (m_registry.type().find(k_name_key) != nullptr && !fields.contains(k_name_key)) {
      fields[k_name_key] = {m_registry.names().format(ref)};
    }
  }
}

/// A new patch brings the request it came from, and here that may be another one's.
void Importer::check_queue_ids(Batch& batch) {
  std::map<std::uint32_t, Waiting*> wanted;
  for (Waiting& one : batch) {
    const auto& queue = one.draft.patch.queue;
    if (one.problem.empty() && one.id == 0 && queue) wanted[*queue] = &one;
  }
  if (wanted.empty()) return;
  std::string list;
  for (const auto& [queue, one] : wanted)
    list += fmt::format("{}{}", list.empty() ? "" : ",", queue);
  for (const db::Row& row : m_connection.query(
           "SELECT queue, platform, number FROM patch WHERE queue IN (" + list + ")")) {
    const std::uint32_t queue = maybe_number(row, "queue").value_or(0);
    const auto ref = ref_of(row);
    const std::string what = ref ? "that of " + m_registry.names().format(*ref) : "a request here";
    wanted.at(queue)->problem = fmt::format("{} is {} already", queue_id(queue), what);
  }
}

/// A link may point at a patch that is there, or that comes in the same batch. Of a history it may
/// come later in the file: a whole export brings both ends.
void Importer::check_links(Batch& batch) {
  std::vector<PatchRef> wanted;
  for (const Waiting& one : batch) {
    for (const Link& link : one.draft.patch.links) wanted.push_back(link.target);
  }
  if (wanted.empty()) return;
  std::set<std::string> there;
  for (const Patch& patch : find_patches(m_connection, wanted)) there.insert(to_string(*patch.ref));
  // A row refused here does not exist for the others.
  for (bool again = true; again;) {
    again = false;
    std::set<std::string> known = there;
    for (const Waiting& one : batch) {
      if (one.problem.empty() && one.draft.patch.ref) known.insert(to_string(*one.draft.patch.ref));
    }
    for (Waiting& one : batch) {
      if (!one.problem.empty() || one.draft.has_history) continue;
      for (const Link& link : one.draft.patch.links) {
        if (known.contains(to_string(link.target)) || !one.problem.empty()) continue;
        one.problem = fmt::format("it {} {}, which does not exist", link.type,
                                  m_registry.names().format(link.target));
        again = true;
      }
    }
  }
}

void Importer::find_loose_links() {
  std::vector<PatchRef> wanted;
  for (const auto& [target, who] : m_promised) {
    if (const auto ref = parse_ref(target)) wanted.push_back(*ref);
  }
  constexpr std::size_t k_step = 1000;
  for (std::size_t from = 0; from < wanted.size(); from += k_step) {
    const auto end = std::min(from + k_step, wanted.size());
    const std::vector<PatchRef> some(wanted.begin() + static_cast<std::ptrdiff_t>(from),
                                     wanted.begin() + static_cast<std::ptrdiff_t>(end));
    std::set<std::string> there;
    for (const Patch& patch : find_patches(m_connection, some)) {
      there.insert(to_string(*patch.ref));
    }
    for (const PatchRef& ref : some) {
      if (there.contains(to_string(ref))) continue;
      m_loose.push_back(m_promised.at(to_string(ref)) + " " + m_registry.names().format(ref));
    }
  }
}

}  // namespace upkeep::patch
