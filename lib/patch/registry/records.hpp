// SPDX-License-Identifier: MIT
// Patches, events and requests as the records that tools print.
#pragma once

#include "patch/model/artifact_type.hpp"
#include "patch/model/patch.hpp"
#include "record/text_style.hpp"
#include "record/value.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace upkeep::patch {

/// `patch state category platform number products developer qa created_at released_at stay`
const std::vector<std::string>& list_columns();
/// Those, the other columns of a patch, and every field key: the names accepted by `list --fields`.
std::vector<std::string> all_list_columns(const ArtifactType& type);
/// @param wanted the columns that are printed; others may be omitted; empty: all
Record list_record(const Patch& patch, const std::vector<std::string>& columns,
                   const ArtifactType& type, const NameRule& names,
                   const std::vector<std::string>& wanted);

/// `patch platform number category state lifecycle created_at created_by released_at queue fields
/// links`
const std::vector<std::string>& show_columns();
Record show_record(const Patch& patch, const ArtifactType& type, const NameRule& names);

/// A value of the change as people write it: a link's target, stored as platform and number, is its
/// name.
Value shown_value(const Change& change, const Value& value, const NameRule& names);

/// `patch at actor action key from to comment event via time_s inputs worked_on revokes`
const std::vector<std::string>& history_columns();
/// One record per change; one for an event without changes.
std::vector<Record> history_records(const Event& event, const std::string& name,
                                    const NameRule& names);

/// `queue state priority product client summary age_s patch`
const std::vector<std::string>& queue_columns();
/// @param age since it was requested
Record queue_record(const Patch& request, std::chrono::seconds age, const NameRule& names);

/// `key table name type required readonly unbounded values validate default`
const std::vector<std::string>& field_columns();
Record field_record(const Field& field);

/// The fields of a patch in the type's order; those unknown to the type come last.
ValueObject fields_object(const Patch& patch, const ArtifactType& type);
/// `[{type, patch}]`
ValueList links_list(const Patch& patch, const NameRule& names);

/// The patch as a page for people: its tables, one after the other.
/// @param remark on its state; may be empty
std::string show_text(const Patch& patch, const ArtifactType& type, const NameRule& names,
                      const std::string& remark, const TextStyle& style);

/// The first line of its description; empty if it has none.
std::string summary_of(const Patch& patch);

/// The name of a patch or request.
std::string name_of(const Patch& patch, const NameRule& names);

}  // namespace upkeep::patch
