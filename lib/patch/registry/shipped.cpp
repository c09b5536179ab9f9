// SPDX-License-Identifier: MIT
#include "patch/registry/shipped.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/model/artifact_type.hpp"
#include "patch/store/choice_store.hpp"
#include "patch/store/type_store.hpp"

#include <map>
#include <vector>

namespace upkeep::patch {

namespace {

std::filesystem::path rxt_path(const config::Config& config, const std::filesystem::path& shipped) {
  std::filesystem::path configured = config.patch.fields;
  if (configured.empty()) return shipped / "patch.rxt";
  if (configured.is_absolute()) return configured;
  // Next to the configuration, otherwise the supplied one.
  auto beside = config.file.parent_path() / configured;
  std::error_code error;
  if (std::filesystem::exists(beside, error)) return beside;
  return configured == "patch.rxt" ? shipped / configured : beside;
}

}  // namespace

std::size_t load_shipped(db::Connection& connection, const config::Config& config,
                         const std::filesystem::path& share, const std::string& user) {
  const std::filesystem::path shipped = share / "patch";
  std::size_t loaded = 0;
  TypeStore types(connection);
  if (!types.has_any()) {
    const auto path = rxt_path(config, shipped);
    const std::string rxt = read_regular_file(path);
    (void)ArtifactType::parse(rxt, path.filename().string());
    if (types.add_first(rxt, user)) ++loaded;
  }
  std::map<std::string, std::vector<std::string>> lists;
  for (const std::string& line : split(read_file(shipped / "choices.tsv"), '\n')) {
    const auto tab = line.find('\t');
    if (line.starts_with('#') || tab == std::string::npos) continue;
    lists[line.substr(0, tab)].push_back(line.substr(tab + 1));
  }
  for (const auto& [list, values] : lists) {
    // A list in use stays as it is: removed values do not come back.
    if (choices(connection, list).empty()) loaded += add_choices(connection, list, values);
  }
  return loaded;
}

}  // namespace upkeep::patch
