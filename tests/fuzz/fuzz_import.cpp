// SPDX-License-Identifier: MIT
// Files that are imported: whatever they hold, it is rows, rejects or an error. The first byte
// chooses what the others are.
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "patch/exchange/draft_parts.hpp"
#include "patch/exchange/import_map.hpp"
#include "patch/exchange/import_source.hpp"
#include "patch/exchange/sampled_column.hpp"
#include "patch/exchange/spreadsheet.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/model/date.hpp"
#include "record/json_shape.hpp"

#include <nlohmann/json.hpp>

#include <cstdlib>

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

namespace {

const ArtifactType& type() {
  static const ArtifactType k_type = ArtifactType::parse(
      "<artifactType type='x' shortName='x' singularLabel='x' pluralLabel='x'><content>"
      "<table name='Overview'><field type='text' "
      "maxoccurs='unbounded'><name>Products</name></field>"
      "<field type='date'><name>Wanted On</name></field></table></content></artifactType>",
      "type");
  return k_type;
}

void csv(const std::string& bytes) {
  check_is_text(bytes, "x.csv");
  const SampledSheet sheet = sample_sheet(csv_sample(bytes));
  for (const SampledColumn& column : sheet.columns) {
    (void)guess_header(column.header);
    (void)guess_separator(column, "overview_products");
    const DateGuess guess = guess_dates(column.values);
    for (const std::string& format : guess.formats) {
      if (!date_format_problem(format).empty()) std::abort();
    }
    for (const std::string& value : column.values) {
      (void)version_in(value);
      (void)guess_priority(value);
    }
  }
}

void xml(const std::string& bytes) {
  for (const XmlRow& row : xml_rows(bytes, "the file")) {
    for (const auto& [key, value] : row.values) {
      if (!is_utf8(key) || !is_utf8(value)) std::abort();
    }
  }
}

void json_row(std::string_view raw) {
  if (!json_shape_problem(raw).empty()) return;
  const auto json = nlohmann::ordered_json::parse(raw, nullptr, false);
  if (!json.is_object()) return;
  (void)json.dump();
  try {
    if (json.contains("history")) (void)event_from(json["history"], 3);
    if (json.contains("jars")) (void)jars_from(json["jars"]);
    if (json.contains("links")) (void)link_from(json["links"], NameRule("P-{platform}-{number}"));
    (void)maybe_text(json, "patch");
  } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): a reject
  }
}

void json(const std::string& bytes) {
  for_each_json_row(
      bytes, [](std::size_t, std::string_view raw) { json_row(raw); },
      [](std::size_t, std::size_t) {});
}

void map(const std::string& text) {
  const ImportMap map = ImportMap::parse(text, "map.toml", type(), {});
  for (const std::string& format : map.date_formats) (void)read_date("3/4/2014", {format});
}

void dates(const std::string& text) {
  const auto end = text.find('\n');
  const std::string value = text.substr(0, end);
  const auto iso = normalized_date(value);
  if (iso && normalized_date(*iso) != iso) std::abort();
  (void)typed_date(value, WallTime{});
  (void)month_first_reading(value);
  if (end == std::string::npos) return;
  const std::string format = text.substr(end + 1);
  if (date_format_problem(format).empty()) (void)read_date(value, {format});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);  // NOLINT
  try {
    switch (data[0]) {
      case 'c':
        csv(text);
        break;
      case 'x':
        xml(text);
        break;
      case 'j':
        json(text);
        break;
      case 'm':
        map(text);
        break;
      case 'd':
        dates(text);
        break;
      default:
        break;
    }
  } catch (const DataError&) {    // NOLINT(bugprone-empty-catch): an error that names what is wrong
  } catch (const ConfigError&) {  // NOLINT(bugprone-empty-catch): an encoding that iconv lacks
  }
  return 0;
}
