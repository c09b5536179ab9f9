// SPDX-License-Identifier: MIT
// A file as rows: its format, and the position of each row.
#pragma once

#include "patch/exchange/csv_reader.hpp"
#include "patch/exchange/draft_maker.hpp"
#include "patch/exchange/import_map.hpp"
#include "patch/exchange/importer.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch {

/// `registry`: the resources of a governance registry, see governance/.
enum class ImportFormat { csv, json, jsonl, xml, registry };

/// By the file's name. nullopt if that is not conclusive.
std::optional<ImportFormat> format_of_name(const std::string& file);
/// By `csv`, `json`, `jsonl`, `xml`. @throws UsageError
ImportFormat format_called(const std::string& word);

/// Larger files are refused.
inline constexpr std::size_t k_largest_import = std::size_t{1} << 30U;

/// Called with (bytes read, total) from time to time.
using Progress = std::function<void(std::size_t, std::size_t)>;

/// Passes a file's rows to the importer, all within one Importer::run().
/// @returns the header line of a CSV file as it is in the file, otherwise empty
/// @throws DataError if the file as a whole cannot be read
std::string import_rows(const std::string& text, ImportFormat format,
                        const std::optional<ImportMap>& map, DraftMaker& maker, Importer& importer,
                        const ArtifactType& type, const Progress& progress);

/// One function per kind of format; they do not finish the importer.
std::string import_csv(const std::string& bytes, const std::optional<ImportMap>& map,
                       DraftMaker& maker, Importer& importer, const ArtifactType& type,
                       const Progress& progress);
void import_json(const std::string& bytes, DraftMaker& maker, Importer& importer,
                 const Progress& progress);
void import_xml(const std::string& bytes, const std::string& what, DraftMaker& maker,
                Importer& importer, const Progress& progress);

/// A governance artifact of a file: its contents, or why it is refused.
struct XmlRow {
  std::size_t line = 0;
  std::string raw;
  std::vector<std::pair<std::string, std::string>> values;  ///< field key and value, in order
  std::optional<DataError> problem;
};
/// @param what the name of the file in messages
/// @throws DataError if it contains anything other than artifacts
std::vector<XmlRow> xml_rows(const std::string& bytes, const std::string& what);

/// Calls `take` with (position, bytes) of every object of a JSON array or of JSON lines.
/// @throws DataError if the array is truncated, before the first call
void for_each_json_row(const std::string& bytes,
                       const std::function<void(std::size_t, std::string_view)>& take,
                       const Progress& progress);

/// The non-empty records of a CSV file, as UTF-8. @throws DataError if there are none
std::vector<std::vector<std::string>> csv_sample(const std::string& bytes);

}  // namespace upkeep::patch
