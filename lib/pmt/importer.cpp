// SPDX-License-Identifier: MIT
#include "pmt/importer.hpp"

#include "base/text.hpp"
#include "db/transaction.hpp"
#include "pmt/event_log.hpp"
#include "pmt/export.hpp"
#include "pmt/keys.hpp"
#include "pmt/number_sequence.hpp"
#include "pmt/sql.hpp"
#include "pmt/store.hpp"
#include "pmt/term_index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::pmt {

namespace {

constexpr std::size_t k_batch_rows = 1000;
constexpr std::size_t k_batch_bytes = 4U << 20U;  // below any server's packet limit

std::string shown(const Values& values) {
  return values.empty() ? "nothing" : "'" + ellipsized(printable(join(values, ", ")), 40) + "'";
}

}  // namespace

Importer::Importer(db::Connection& connection, Registry& registry, Actor actor,
                   ImportOptions options, Reject reject)
    : m_connection(connection),
      m_registry(registry),
      m_actor(std::move(actor)),
      m_options(std::move(options)),
      m_reject(std::move(reject)) {}

void Importer::add(std::size_t line, std::string_view raw, const std::function<Draft()>& make) {
  ++m_counts.rows;
  Waiting one;
  try {
    one.draft = make();
  } catch (const DataError& error) {
    ++m_counts.rejected;
    m_reject(line, error.what(), raw);
    return;
  }
  one.line = line;
  one.raw = raw;
  const PatchRef& ref = *one.draft.patch.ref;
  const std::string& key = one.draft.patch.import_key;
  std::set<std::string> names;
  if (ref.number != 0) names.insert(to_string(ref));
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

void Importer::finish() {
  flush();
  if (m_segments) learn_segments(m_connection);
}

void Importer::flush() {
  if (m_batch.empty()) return;
  struct RollBack {};
  Batch done;
  try {
    db::transact(m_connection, [&] {
      done = m_batch;  // a retried transaction starts from the rows again
      write(done);
      if (m_options.dry_run) throw RollBack{};
    });
  } catch (const RollBack&) {  // NOLINT(bugprone-empty-catch): a dry run
  }
  for (const Waiting& one : done) {
    if (!one.problem.empty()) {
      ++m_counts.rejected;
      m_reject(one.line, one.problem, one.raw);
    } else {
      ++(one.unchanged ? m_counts.unchanged : m_counts.imported);
      if (m_options.dry_run) m_imported[to_string(*one.draft.patch.ref)] = true;
    }
  }
  m_batch.clear();
  m_in_batch.clear();
  m_batch_bytes = 0;
}

void Importer::write(Batch& batch) {
  keep_numbers(batch);
  const std::string now = m_connection.query("SELECT UTC_TIMESTAMP()").at(0).text(0);
  match_existing(batch, now);
  check_queue_ids(batch);
  check_links(batch);
  draw_missing_numbers(batch);
  chain(batch, now);
  insert(batch, now);
  find_ids(batch);
  insert_events(batch);
  insert_jars(batch, now);
  restore_states(batch);
  index(batch);
}

/// `new` continues behind the highest number; the sequences' rows are locked first and in order, as
/// everybody locks them.
void Importer::keep_numbers(Batch& batch) {
  std::map<std::string, std::uint32_t> highest;
  const auto caps = number_caps(m_connection);
  for (const Waiting& one : batch) {
    const PatchRef& ref = *one.draft.patch.ref;
    const auto cap = caps.find(ref.platform);
    const bool counts = cap == caps.end() || ref.number <= cap->second;
    highest[ref.platform] = std::max(highest[ref.platform], counts ? ref.number : 0);
    if (one.draft.patch.queue) highest[""] = std::max(highest[""], *one.draft.patch.queue);
  }
  std::string rows;
  for (const auto& [name, number] : highest) {
    rows += fmt::format("{}('{}', {})", rows.empty() ? "" : ", ", name, number);
  }
  m_connection.execute("INSERT INTO number_sequence (name, last) VALUES " + rows +
                       " ON DUPLICATE KEY UPDATE last = GREATEST(last, VALUES(last))");
}

void Importer::draw_missing_numbers(Batch& batch) {
  for (Waiting& one : batch) {
    PatchRef& ref = *one.draft.patch.ref;
    if (!one.problem.empty() || one.id != 0 || ref.number != 0) continue;
    m_connection.execute(
        "UPDATE number_sequence SET last = LAST_INSERT_ID(last + 1) WHERE name = ?",
        {ref.platform});
    const db::Row row = m_connection
                            .query(
                                "SELECT LAST_INSERT_ID(), (SELECT cap FROM number_sequence WHERE"
                                " name = ?)",
                                {ref.platform})
                            .at(0);
    ref.number = static_cast<std::uint32_t>(row.integer(0));
    check_cap(ref, row.maybe_integer(1));
    warn_of_order(m_connection, ref);
    Document& fields = one.draft.patch.fields;
    if (m_registry.type().find(k_name_key) != nullptr && !fields.contains(k_name_key)) {
      fields[k_name_key] = {m_registry.names().format(ref)};
    }
  }
}

void Importer::match_existing(Batch& batch, const std::string& now) {
  std::vector<PatchRef> refs;
  std::string keys;
  std::map<std::string, Patch> by_ref, by_key;
  for (const Waiting& one : batch) {
    const Patch& patch = one.draft.patch;
    if (patch.ref->number != 0) refs.push_back(*patch.ref);
    if (!patch.import_key.empty()) keys += (keys.empty() ? "" : ",") + sql_text(patch.import_key);
  }
  for (Patch& patch : find_patches(m_connection, refs)) by_ref[to_string(*patch.ref)] = patch;
  if (!keys.empty()) {
    for (const db::Row& row : m_connection.query(fmt::format(
             "SELECT {} FROM patch p WHERE p.import_key IN ({})", patch_columns(), keys))) {
      Patch patch = patch_of(row);
      by_key[patch.import_key] = std::move(patch);
    }
  }
  for (Waiting& one : batch) {
    const auto key = by_key.find(one.draft.patch.import_key);
    const auto ref = by_ref.find(to_string(*one.draft.patch.ref));
    if (key != by_key.end()) {
      match(one, key->second, now);
    } else if (ref != by_ref.end()) {
      match(one, ref->second, now);
    }
  }
}

void Importer::match(Waiting& one, Patch existing, const std::string& now) {
  one.id = existing.id;
  const PatchRef& ref = *one.draft.patch.ref;
  const std::string name = m_registry.names().format(*existing.ref);
  if (ref.platform != existing.ref->platform ||
      (ref.number != 0 && ref.number != existing.ref->number)) {
    one.problem = fmt::format("the key '{}' is that of {}", one.draft.patch.import_key, name);
    return;
  }
  if (existing.import_hash == one.draft.hash) {
    one.unchanged = true;
    return;
  }
  const std::string differs = difference(one.draft, existing);
  if (differs.empty()) {
    one.unchanged = true;
  } else if (m_options.update) {
    // Not the row that was compared: what somebody has changed since stays.
    update(one, locked_patch(m_connection, existing.id), now);
  } else {
    one.problem = fmt::format("{} is there already, and {}", name, differs);
  }
}

/// In what the row contradicts the patch; empty where it does not.
std::string Importer::difference(const Draft& draft, const Patch& existing) {
  for (const auto& [key, values] : draft.patch.fields) {
    const auto found = existing.fields.find(key);
    const Values now = found == existing.fields.end() ? Values{} : found->second;
    if (now != values) {
      return fmt::format("{} is {}, the row says {}", key, shown(now), shown(values));
    }
  }
  for (const Link& link : draft.patch.links) {
    if (std::find(existing.links.begin(), existing.links.end(), link) == existing.links.end()) {
      return fmt::format("has no link {} {}", link.type, m_registry.names().format(link.target));
    }
  }
  const auto differs = [](const std::optional<std::string>& row,
                          const std::optional<std::string>& now) { return row && row != now; };
  if (differs(draft.patch.state, existing.state)) {
    return fmt::format("its state is '{}', the row says '{}'", existing.state.value_or(""),
                       *draft.patch.state);
  }
  if (differs(draft.patch.created_at, existing.created_at)) {
    return fmt::format("it was created at {}, the row says {}", existing.created_at.value_or("?"),
                       *draft.patch.created_at);
  }
  if (jars_differ(draft, existing)) return "its recorded jars are others than the row's";
  return {};
}

bool Importer::jars_differ(const Draft& draft, const Patch& existing) {
  return !draft.jars.empty() && !same_jars(draft.jars, recorded_jars(m_connection, existing.id));
}

void Importer::update(Waiting& one, Patch existing, const std::string& now) {
  std::vector<Change> changes;
  for (const auto& [key, values] : one.draft.patch.fields) {
    const Field* field = m_registry.type().find(key);
    const bool unbounded = field != nullptr && field->unbounded;
    Values& before = existing.fields[key];
    if (before == values) continue;
    changes.push_back({key, field_value(before, unbounded), field_value(values, unbounded)});
    before = values;
  }
  const std::string released = first_value(existing.fields, k_released_key);
  for (const Link& link : one.draft.patch.links) {
    if (std::find(existing.links.begin(), existing.links.end(), link) == existing.links.end()) {
      existing.links.push_back(link);
      changes.push_back({link.type, {}, to_string(link.target)});
    }
  }
  m_connection.execute(
      "UPDATE patch SET fields = ?, links = ?, category = NULLIF(?, ''), import_hash = ?,"
      " released_at = COALESCE(?, released_at), stale = 1, version = version + 1 WHERE id = ?",
      {encode(existing.fields), encode_links(existing.links),
       first_value(existing.fields, k_category_key), one.draft.hash, sql_time(released),
       existing.id});
  if (jars_differ(one.draft, existing)) {
    m_connection.execute("DELETE FROM patch_jar WHERE patch = ?", {existing.id});
    std::vector<std::pair<std::uint64_t, const Jar*>> rows;
    for (const Jar& jar : one.draft.jars) rows.emplace_back(existing.id, &jar);
    pmt::insert_jars(m_connection, rows, m_actor.name, now);
    changes.push_back({"jars", {}, static_cast<std::int64_t>(rows.size())});
  }
  (void)append_event(m_connection, {}, m_actor, existing,
                     {{}, now, "import", changes, m_options.file, {}, {}});
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
    const auto queue = static_cast<std::uint32_t>(row.integer(0));
    const std::string what =
        row.is_null(2)
            ? "a request here"
            : "that of " + m_registry.names().format(
                               {row.text(1), static_cast<std::uint32_t>(row.integer(2))});
    wanted.at(queue)->problem = fmt::format("{} is {} already", queue_id(queue), what);
  }
}

/// A link may point at a patch that is there, or that comes in the same batch or came before.
void Importer::check_links(Batch& batch) {
  std::set<std::string> known;
  std::vector<PatchRef> wanted;
  for (const Waiting& one : batch) {
    known.insert(to_string(*one.draft.patch.ref));
    for (const Link& link : one.draft.patch.links) wanted.push_back(link.target);
  }
  std::erase_if(wanted, [&](const PatchRef& ref) {
    return known.contains(to_string(ref)) || m_imported.contains(to_string(ref));
  });
  if (wanted.empty()) return;
  for (const Patch& patch : find_patches(m_connection, wanted)) known.insert(to_string(*patch.ref));
  for (Waiting& one : batch) {
    if (one.id != 0) continue;
    for (const Link& link : one.draft.patch.links) {
      const std::string target = to_string(link.target);
      // Links to what comes later in the file are taken on trust: a whole export brings both ends.
      if (known.contains(target) || m_imported.contains(target) || one.draft.has_history) continue;
      one.problem = fmt::format("it {} {}, which does not exist", link.type,
                                m_registry.names().format(link.target));
    }
  }
}

}  // namespace upkeep::pmt
