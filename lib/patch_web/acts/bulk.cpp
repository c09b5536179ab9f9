// SPDX-License-Identifier: MIT
#include "patch_web/acts/bulk.hpp"

#include "base/text.hpp"
#include "patch/lifecycle/move_preview.hpp"
#include "patch/query/term_index.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/outcome.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <chrono>
#include <functional>
#include <set>

namespace upkeep::patch_web::acts {

namespace {

constexpr std::size_t k_most_patches = 200;
/// A request has 30 s, and the last move must end within them.
constexpr std::chrono::seconds k_time_for_moves{20};

Value reason(const std::string& event, std::string_view word, const std::string& detail) {
  return ValueObject{{"event", null_if_empty(event)},
                     {"reason", std::string(word)},
                     {"detail", detail},
                     {"keys", Value()},
                     {"item", Value()},
                     {"roles", Value()}};
}

/// Does something with one of several patches; what refuses it becomes a line of its own.
BulkLine line_of(Visit& visit, const Target& target, const std::string& event,
                 const std::function<void(BulkLine&)>& act) {
  BulkLine line{.patch = patch::name_of(target.patch, visit.names())};
  const auto refused = [&](std::string_view word, const Error& error) {
    if (line.reasons.empty()) line.reasons.push_back(reason(event, word, error.what()));
  };
  try {
    act(line);
  } catch (const web::Refusal& refusal) {
    line.reasons = refusal.reasons;
    refused(refusal.kind().word, refusal);
  } catch (const patch::Conflict& conflict) {
    line.reasons = conflict_refusal(visit, conflict).reasons;
    refused("conflict", conflict);
  } catch (const db::Error& error) {
    if (error.status() != ExitStatus::try_later) throw;
    refused("busy", error);
  } catch (const ConfigError&) {
    throw;
  } catch (const patch::AlreadyDone&) {
    throw;
  } catch (const Error& error) {
    refused(web::problem_kind(error).word, error);
  }
  return line;
}

std::vector<patch::EditTarget> edit_targets(const std::vector<Target>& targets) {
  std::vector<patch::EditTarget> all;
  all.reserve(targets.size());
  for (const Target& one : targets) {
    all.push_back({.patch = one.patch.id, .stay = one.stay.value_or("")});
  }
  return all;
}

/// `overview_client: 'Acme' becomes 'Globex'`, one change after the other.
std::string spelled_changes(const patch::EditedPatch& edited) {
  std::vector<std::string> parts;
  parts.reserve(edited.changes.size());
  for (const patch::Change& one : edited.changes) {
    parts.push_back(fmt::format("{}: {} becomes {}", one.key,
                                patch::shown_values(patch::change_values(one.from)),
                                patch::shown_values(patch::change_values(one.to))));
  }
  return join(parts, "; ");
}

void tell_cleared(BulkLine& line, const std::vector<patch::Cleared>& cleared) {
  for (const patch::Cleared& one : cleared) {
    if (one.patch != line.patch) continue;
    add_clause(line.effect, fmt::format("'{}' is no longer ticked: it attested {}", one.item,
                                        join(one.keys, ", ")));
  }
}

/// The lines of an edit that was done: by this request, or by an earlier try.
std::vector<BulkLine> edited_lines(Visit& visit, const std::vector<Target>& targets,
                                   const patch::Edited& edited) {
  std::vector<BulkLine> lines;
  lines.reserve(targets.size());
  for (const Target& target : targets) {
    BulkLine line{.patch = patch::name_of(target.patch, visit.names()), .done = true};
    for (const patch::EditedPatch& one : edited.patches) {
      if (one.patch != target.patch.id) continue;
      line.event = one.event;
      line.effect = spelled_changes(one);
    }
    tell_cleared(line, edited.cleared);
    lines.push_back(std::move(line));
  }
  return lines;
}

patch::Edited edited_before(const std::vector<patch::KeyedEvent>& before) {
  patch::Edited edited;
  for (const patch::KeyedEvent& one : before) {
    edited.patches.push_back({.patch = one.patch, .event = one.event});
  }
  return edited;
}

}  // namespace

std::vector<Target> bulk_targets(Visit& visit, const std::vector<std::string>& names,
                                 const std::vector<std::string>& stays) {
  if (names.empty()) throw web::Refusal("request", "no patch is chosen");
  if (names.size() > k_most_patches) {
    throw web::Refusal("request", fmt::format("{} patches are chosen, more than {}", names.size(),
                                              k_most_patches));
  }
  if (!stays.empty() && stays.size() != names.size()) {
    throw web::Refusal(
        "request", fmt::format("there are {} patches and {} stays", names.size(), stays.size()));
  }
  std::vector<Target> targets;
  targets.reserve(names.size());
  std::set<std::uint64_t> seen;
  for (std::size_t i = 0; i < names.size(); ++i) {
    Target target{visit.patch_called(names[i])};
    if (!seen.insert(target.patch.id).second) {
      throw web::Refusal("request", fmt::format("{} is given twice", printable(names[i])));
    }
    if (!stays.empty()) {
      const auto number = to_integer(stays[i]);
      if (!number || *number < 0) {
        throw web::Refusal("request", fmt::format("'{}' is not a stay", printable(stays[i])));
      }
      target.stay = stays[i];
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

std::vector<BulkLine> try_edits(Visit& visit, const std::vector<Target>& targets,
                                const patch::FieldsRequest& wanted, const std::string& why) {
  visit.need_role("pmt-edit");
  std::vector<BulkLine> lines;
  lines.reserve(targets.size());
  for (const Target& target : targets) {
    lines.push_back(line_of(visit, target, {}, [&](BulkLine& line) {
      const auto edited = visit.registry().fields().save(edit_targets({target}), wanted, why, true);
      if (!edited.patches.empty()) line.effect = spelled_changes(edited.patches.front());
      tell_cleared(line, edited.cleared);
    }));
  }
  return lines;
}

std::vector<BulkLine> edit_all(Visit& visit, const std::vector<Target>& targets,
                               const patch::FieldsRequest& wanted, const std::string& why) {
  visit.need_role("pmt-edit");
  if (const auto before = visit.done_before(); !before.empty()) {
    return edited_lines(visit, targets, edited_before(before));
  }
  try {
    const auto edited = visit.registry().fields().save(edit_targets(targets), wanted, why, false);
    constexpr std::size_t k_enough = 1000;
    if (edited.changed > 0) patch::index_stale(visit.connection(), k_enough);
    return edited_lines(visit, targets, edited);
  } catch (const patch::AlreadyDone& before) {
    if (!before.same()) throw;
    return edited_lines(visit, targets, edited_before(visit.done_before()));
  }
}

std::vector<BulkLine> try_moves(Visit& visit, const std::vector<Target>& targets,
                                const patch::lifecycle::MoveRequest& request) {
  auto& service = visit.rehearsal();
  const std::string now = iso8601(visit.now());
  std::vector<BulkLine> lines;
  lines.reserve(targets.size());
  for (const Target& target : targets) {
    lines.push_back(line_of(visit, target, request.event, [&](BulkLine& line) {
      patch::lifecycle::MoveRequest wanted = request;
      wanted.stay = target.stay.value_or("");
      line.reasons = reason_values(visit, service.mover().move(target.patch, wanted));
      if (!line.reasons.empty()) return;
      line.effect =
          patch::lifecycle::spelled_move(service.positions().position(target.patch), request.event,
                                         visit.config().patch, visit.type(), now);
    }));
  }
  return lines;
}

std::vector<BulkLine> move_each(Visit& visit, const std::vector<Target>& targets,
                                const patch::lifecycle::MoveRequest& request) {
  (void)visit.done_before();
  const auto until = std::chrono::steady_clock::now() + k_time_for_moves;
  std::vector<BulkLine> lines;
  lines.reserve(targets.size());
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const bool late = std::chrono::steady_clock::now() > until;
    lines.push_back(line_of(visit, targets[i], request.event, [&](BulkLine& line) {
      if (late) {
        line.untried = true;
        line.reasons.push_back(
            reason(request.event, "busy", "the time of a request was over; send it again"));
        return;
      }
      visit.act_part(i + 1);
      try {
        line.event = move(visit, targets[i], request);
      } catch (const patch::AlreadyDone& before) {
        if (!before.same()) throw;
        line.event = before.event();
      }
      line.done = true;
    }));
  }
  visit.act_part(1);
  return lines;
}

Value bulk_value(const BulkLine& line) {
  return ValueObject{{"patch", line.patch},
                     {"done", line.done},
                     {"event", line.event},
                     {"reasons", ValueList(line.reasons.begin(), line.reasons.end())},
                     {"effect", null_if_empty(line.effect)}};
}

}  // namespace upkeep::patch_web::acts
