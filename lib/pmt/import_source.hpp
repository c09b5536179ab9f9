// SPDX-License-Identifier: MIT
// A file as rows: what it is written in, and where each row stands in it.
#pragma once

#include "pmt/import_map.hpp"
#include "pmt/importer.hpp"

#include <functional>
#include <optional>
#include <string>

namespace upkeep::pmt {

enum class ImportFormat { csv, json, jsonl, xml };

/// By the file's name. nullopt where it tells nothing.
std::optional<ImportFormat> format_of_name(const std::string& file);
/// By `csv`, `json`, `jsonl`, `xml`. @throws UsageError
ImportFormat format_called(const std::string& word);

/// What stands above the rows of a reject file, so that it can be mended and imported again.
inline constexpr const char* k_reject_mark = "#upkeep-reject";

/// A file's rows into the importer.
/// @param progress called with (bytes read, of how many), now and then
/// @returns the header line of a CSV file, as it stands there; else empty
/// @throws DataError where the file as a whole can't be read
std::string import_rows(const std::string& text, ImportFormat format,
                        const std::optional<ImportMap>& map, DraftMaker& maker, Importer& importer,
                        const ArtifactType& type,
                        const std::function<void(std::size_t, std::size_t)>& progress);

/// The headers of a CSV file, as UTF-8. @throws DataError where it has none
std::vector<std::string> csv_headers(const std::string& text_of_file);

}  // namespace upkeep::pmt
