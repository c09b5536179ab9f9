// SPDX-License-Identifier: MIT
#include "patch/exchange/draft_values.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "patch/exchange/import_map.hpp"
#include "patch/model/date.hpp"
#include "patch/model/keys.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

std::string iso_moment(const std::string& target, const std::string& value) {
  const auto date = normalized_date(value);
  if (!date) throw DataError(fmt::format("{}: {}", target, date_problem(value)));
  return *iso_time(sql_time(date));
}

/// `0012`, `12`, `patch0012`.
std::uint32_t number_of(const std::string& value) {
  static const Regex form("(?i)(?:patch)?[-_ #]*0*([0-9]{1,9})");
  if (form.matches(value)) {
    const auto number = to_integer(form.groups(value)->at(1));
    if (number && *number > 0) return static_cast<std::uint32_t>(*number);
  }
  throw DataError(fmt::format("number: '{}' is not a patch number", printable(value)));
}

/// A patch has only one of these, and a row must not contain two.
void set_once(std::optional<std::string>& member, const std::string& target,
              const std::string& value) {
  if (member && *member != value) {
    throw DataError(
        fmt::format("{}: '{}' and '{}' in one row", target, printable(*member), printable(value)));
  }
  member = value;
}

}  // namespace

/// Takes one value; a field that holds several collects them.
void DraftValues::set(Draft& draft, const std::string& target, const std::string& value) {
  Patch& patch = draft.patch;
  if (!patch.ref) patch.ref = PatchRef{};
  if (value.empty()) return set_empty(draft, target);
  if (!is_utf8(value)) throw DataError(fmt::format("{}: not valid UTF-8", target));
  if (value.find('\0') != std::string::npos) {
    throw DataError(fmt::format("{}: contains a NUL character", target));
  }
  if (is_date(target)) note_if_ambiguous(target, value);
  if (target == "platform") {
    check_platform(value);
    if (!patch.ref->platform.empty() && patch.ref->platform != value) {
      throw DataError(
          fmt::format("platform: '{}', but the name says {}", value, patch.ref->platform));
    }
    patch.ref->platform = value;
  } else if (target == "number") {
    const std::uint32_t number = number_of(value);
    if (patch.ref->number != 0 && patch.ref->number != number) {
      throw DataError(fmt::format("number: {}, but the name says {}", number, patch.ref->number));
    }
    patch.ref->number = number;
  } else if (target == "patch") {
    set_name(draft, value);
  } else if (!set_member(patch, target, value)) {
    set_field(draft, target, value);
  }
}

void DraftValues::set_empty(Draft& draft, const std::string& target) const {
  const auto keys = fields_of_key(m_registry.type(), m_config, target);
  if (keys.size() == 1) draft.emptied.push_back(keys.front());
}

/// A patch's name, or only its number.
void DraftValues::set_name(Draft& draft, const std::string& value) {
  if (const auto ref = m_registry.names().parse(value)) {
    set(draft, "platform", ref->platform);
    set(draft, "number", std::to_string(ref->number));
  } else {
    try {
      set(draft, "number", value);
    } catch (const DataError&) {
      (void)m_registry.names().parse_or_throw(value);
    }
  }
}

/// @returns whether `target` is one of the patch's own members
bool DraftValues::set_member(Patch& patch, const std::string& target, const std::string& value) {
  if (target == "state") {
    set_once(patch.state, target, value);
  } else if (target == "lifecycle") {
    set_once(patch.lifecycle, target, value);
  } else if (target == "created_at") {
    set_once(patch.created_at, target, iso_moment(target, value));
  } else if (target == "released_at") {
    set_once(patch.released_at, target, iso_moment(target, value));
  } else if (target == "requested_at") {
    set_once(patch.requested_at, target, iso_moment(target, value));
  } else if (target == "created_by") {
    set_once(patch.created_by, target, value);
  } else if (target == "requested_by") {
    set_once(patch.requested_by, target, value);
  } else if (target == "queue") {
    const auto queue = parse_queue_id(value);
    if (!queue) throw DataError(fmt::format("queue: '{}' is not a queue id", printable(value)));
    if (patch.queue && *patch.queue != *queue) {
      throw DataError(
          fmt::format("queue: {} and {} in one row", queue_id(*patch.queue), queue_id(*queue)));
    }
    patch.queue = queue;
  } else {
    return false;
  }
  return true;
}

void DraftValues::set_field(Draft& draft, const std::string& target, const std::string& value) {
  Patch& patch = draft.patch;
  const Field& field = field_called(m_registry.type(), m_config, target);
  if (field.key == k_platform_key && patch.ref->platform.empty() && platform_key(value)) {
    patch.ref->platform = value;
  }
  // An export restores what is stored, including blanks.
  const std::string_view typed = draft.has_history ? std::string_view(value) : trim_blanks(value);
  std::string stored = m_registry.checked(field, std::string(typed));
  if (stored.empty()) return;
  Values& values = patch.fields[field.key];
  if (std::find(values.begin(), values.end(), stored) != values.end()) return;
  if (!values.empty() && !field.unbounded) {
    throw DataError(fmt::format("{}: the field holds one value, but the row has two", field.key));
  }
  values.push_back(std::move(stored));
}

bool DraftValues::is_date(const std::string& target) {
  return is_date_target(m_registry.type(), target);
}

void DraftValues::note_if_ambiguous(const std::string& column, const std::string& value) {
  const auto month_first = month_first_reading(value);
  if (!month_first) return;
  AmbiguousDates& noted = m_ambiguous[column];
  if (++noted.count > 1) return;
  noted.sample = value;
  noted.day_first = normalized_date(value).value_or("");
  noted.month_first = *month_first;
}

}  // namespace upkeep::patch
