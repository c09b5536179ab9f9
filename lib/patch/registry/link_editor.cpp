// SPDX-License-Identifier: MIT
#include "patch/registry/link_editor.hpp"

#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "patch/registry/voider.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch {

namespace {

bool is_port(const std::string& type) {
  return type == "ported-from";
}

bool has_link(const Patch& patch, const Link& link) {
  return std::find(patch.links.begin(), patch.links.end(), link) != patch.links.end();
}

}  // namespace

void check_link_type(const std::string& type) {
  const auto& types = link_types();
  if (std::find(types.begin(), types.end(), type) != types.end()) return;
  throw UsageError(fmt::format("no link type '{}'", printable(type)),
                   did_you_mean(type, types, "the types are " + join(types, ", ")));
}

/// A patch cannot contain itself, even through others: it may neither require nor supersede itself,
/// nor be ported from a patch that does. The links traversed stay unchanged until the link is
/// written.
void LinkEditor::refuse_cycle(const Patch& patch, const Link& link) {
  if (link.type == "conflicts") return;
  using Id = std::pair<std::string, std::uint32_t>;
  const auto id_of = [](const PatchRef& ref) {
    return Id{platform_key(ref.platform).value_or(""), ref.number};
  };
  std::map<Id, PatchRef> from{{id_of(link.target), *patch.ref}};  // the node before
  std::vector<PatchRef> open{link.target};
  while (!open.empty()) {
    const std::vector<LinksOf> reached = m_links.locked(open);
    open.clear();
    for (const LinksOf& one : reached) {
      for (const Link& next : one.links) {
        if (next.type == "conflicts" || is_port(next.type) != is_port(link.type)) continue;
        if (next.target == *patch.ref) {
          std::string way = m_names.format(*patch.ref);
          const bool restricted = m_connection.reads_views();
          bool all_seen = true;
          for (PatchRef at = one.patch; at != *patch.ref; at = from.at(id_of(at))) {
            way = fmt::format("{} -> {}", m_names.format(at), way);
            all_seen = all_seen && (!restricted || find_patch(m_connection, {at, std::nullopt}));
          }
          if (!all_seen) way = "through patches that you may not see";
          throw Error(
              ExitStatus::no,
              fmt::format("{} {} {}: that would create a cycle of links: {}",
                          m_names.format(*patch.ref), link.type, m_names.format(link.target), way),
              "nothing was changed");
        }
        if (from.emplace(id_of(next.target), one.patch).second) open.push_back(next.target);
      }
    }
  }
}

void LinkEditor::write(Patch& patch, const Change& change, const std::string& why) {
  const std::string at = sql_now(m_connection);
  const bool gone = change.to.is_null();
  (void)m_events.write_next(patch, {.at = at,
                                    .kind = gone ? EventKind::unlink : EventKind::link,
                                    .changes = {change},
                                    .comment = why});
  m_patches.write_relinked(patch);
}

/// @throws Error(partial) if it does not exist, Error(no) if it is void
Patch LinkEditor::locked_source(const Subject& from) {
  if (from.ref) {
    Patch now = required_patch(m_connection, m_names, *from.ref, true);
    refuse_void(now, m_names);
    return now;
  }
  auto request = find_patch(m_connection, from, true);
  if (!request) {
    throw Error(ExitStatus::partial, fmt::format("there is no request {}", queue_id(*from.queue)));
  }
  return std::move(*request);
}

bool LinkEditor::link(const Subject& from, const Link& link, const std::string& why, bool dry_run) {
  bool changed = false;
  const auto work = [&] {
    Patch now = locked_source(from);
    refuse_void(required_patch(m_connection, m_names, link.target), m_names);
    changed = !has_link(now, link);
    if (!changed) return;
    if (now.ref == link.target) {
      throw DataError(fmt::format("{} can't be linked to itself", m_names.format(*now.ref)));
    }
    if (now.ref) refuse_cycle(now, link);  // nothing links to a request
    changed = m_links.add(now.id, link);
    if (changed) write(now, {link.type, {}, to_string(link.target)}, why);
  };
  m_events.act(work, dry_run);
  return changed;
}

bool LinkEditor::unlink(const Subject& from, const Link& link, const std::string& why,
                        bool dry_run) {
  bool changed = false;
  const auto work = [&] {
    Patch now = locked_source(from);
    if (m_connection.reads_views()) {
      const auto seen = find_patch(m_connection, from);
      if (!seen || !has_link(*seen, link)) return;  // to the actor there is no such link
    }
    changed = m_links.remove(now.id, link);
    if (changed) write(now, {link.type, to_string(link.target), {}}, why);
  };
  m_events.act(work, dry_run);
  return changed;
}

}  // namespace upkeep::patch
