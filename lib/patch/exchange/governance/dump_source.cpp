// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/dump_source.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace upkeep::patch {

namespace {

constexpr std::size_t k_none = static_cast<std::size_t>(-1);

std::string with_slash(std::string path) {
  if (!path.ends_with('/')) path += '/';
  return path;
}

}  // namespace

/// Ids are counted per tenant.
DumpSource::Key DumpSource::key(const DumpRow& row, std::string_view column) {
  const auto tenant = static_cast<std::uint32_t>(row.number("REG_TENANT_ID"));
  return (Key{tenant} << 32U) | static_cast<std::uint32_t>(row.number(column));
}

std::string DumpSource::time(const DumpRow& row, std::string_view column) const {
  return registry_time(row.text(column), m_dump.is_utc() ? "" : m_rules.zone);
}

void DumpSource::for_each(const Take& take) {
  read_paths();
  read_resources();
  find_histories();
  read_links();
  read_values();
  std::vector<std::size_t> order(m_found.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
    return m_found[a].resource.path < m_found[b].resource.path;
  });
  for (std::size_t i = 0; i < order.size(); ++i) {
    Found& found = m_found[order[i]];
    found.resource.content = bytes_at(found.content_at);
    found.resource.history = bytes_at(found.history_at);
    take(found.resource, i, order.size());
    found = {};
  }
}

void DumpSource::read_paths() {
  m_dump.for_each_row({"REG_PATH"}, [this](const DumpRow& row) {
    m_paths[key(row, "REG_PATH_ID")] = with_slash(row.text("REG_PATH_VALUE"));
  });
  for (const char* table : {"REG_PATH", "REG_RESOURCE", "REG_CONTENT"}) {
    if (m_dump.has_table(table)) continue;
    throw DataError(fmt::format("it has no table {}", table),
                    "is it a dump of the registry's database?");
  }
}

void DumpSource::read_resources() {
  m_dump.for_each_row({"REG_RESOURCE"}, [this](const DumpRow& row) { take_resource(row); });
  if (m_found.empty()) none_found();
}

/// Only current versions: REG_RESOURCE_HISTORY has the others.
void DumpSource::take_resource(const DumpRow& row) {
  const std::string name = row.text("REG_NAME");
  if (name.empty()) return;  // a collection
  const Key collection = key(row, "REG_PATH_ID");
  const auto path = m_paths.find(collection);
  if (path == m_paths.end()) return;
  const std::string media_type = row.text("REG_MEDIA_TYPE");
  if (path->second == k_history_path) {
    const Key tenant = collection >> 32U;
    m_histories[{tenant, name}] = key(row, "REG_CONTENT_ID");
    return;
  }
  if (!path->second.starts_with(m_rules.path)) {
    if (media_type.find("+xml") != std::string::npos) ++m_elsewhere[path->second];
    return;
  }
  if (!media_type.empty() && media_type.find("xml") == std::string::npos) {
    m_losses.add(fmt::format("resources of the media type {}, which are not patches", media_type),
                 path->second + name);
    return;
  }
  Found found;
  RegistryResource& resource = found.resource;
  resource.path = path->second + name;
  resource.media_type = media_type;
  resource.description = row.text("REG_DESCRIPTION");
  resource.creator = row.text("REG_CREATOR");
  resource.created = time(row, "REG_CREATED_TIME");
  if (!row.text("REG_CONTENT_ID").empty()) found.content = key(row, "REG_CONTENT_ID");
  m_by_name[{collection, name}] = m_found.size();
  m_by_version[key(row, "REG_VERSION")] = m_found.size();
  m_by_path[resource.path] = m_found.size();
  m_found.push_back(std::move(found));
}

void DumpSource::none_found() const {
  std::string advice = "--path names the collection";
  const auto most =
      std::max_element(m_elsewhere.begin(), m_elsewhere.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most != m_elsewhere.end()) {
    advice += fmt::format(": most artifacts ({}) are in {}", most->second, printable(most->first));
  }
  throw DataError(fmt::format("it has no resource below {}", printable(m_rules.path)), advice);
}

void DumpSource::find_histories() {
  for (const auto& [place, index] : m_by_name) {
    Found& found = m_found[index];
    const std::string name = history_name(found.resource.path);
    const auto history = m_histories.find({place.first >> 32U, name});
    if (history != m_histories.end()) found.history = history->second;
    if (found.content) m_contents.emplace(*found.content, std::pair(index, false));
    if (found.history) m_contents.emplace(*found.history, std::pair(index, true));
  }
  m_histories.clear();
}

/// By its collection and its name or, where the registry versions what it has, by its version.
std::size_t DumpSource::resource_of(const DumpRow& row) const {
  const std::string name = row.text("REG_RESOURCE_NAME");
  if (!name.empty()) {
    const auto found = m_by_name.find({key(row, "REG_PATH_ID"), name});
    return found == m_by_name.end() ? k_none : found->second;
  }
  if (row.number("REG_VERSION") == 0) return k_none;
  const auto found = m_by_version.find(key(row, "REG_VERSION"));
  return found == m_by_version.end() ? k_none : found->second;
}

void DumpSource::read_links() {
  m_dump.for_each_row(
      {"REG_RESOURCE_PROPERTY", "REG_RESOURCE_COMMENT", "REG_RESOURCE_TAG", "REG_RESOURCE_RATING",
       "REG_RESOURCE_HISTORY", "REG_ASSOCIATION", "REG_LOG", "REG_CONTENT"},
      [this](const DumpRow& row) { take_link(row); });
}

void DumpSource::take_link(const DumpRow& row) {
  const std::string& table = row.table();
  if (table == "REG_CONTENT") {
    const auto [first, last] = m_contents.equal_range(key(row, "REG_CONTENT_ID"));
    for (auto one = first; one != last; ++one) {
      const DumpValue* data = row.find("REG_CONTENT_DATA");
      if (data == nullptr || !data->text) continue;
      Found& found = m_found[one->second.first];
      (one->second.second ? found.history_at : found.content_at) = data->offset;
    }
    return;
  }
  if (table == "REG_ASSOCIATION") return take_association(row);
  if (table == "REG_LOG") {
    const auto found = m_by_path.find(row.text("REG_PATH"));
    if (found != m_by_path.end()) ++m_found[found->second].resource.log_entries;
    return;
  }
  if (table == "REG_RESOURCE_HISTORY") {
    const auto found = m_by_name.find({key(row, "REG_PATH_ID"), row.text("REG_NAME")});
    if (found != m_by_name.end()) ++m_found[found->second].resource.versions;
    return;
  }
  const std::size_t index = resource_of(row);
  if (index == k_none) return;
  RegistryResource& resource = m_found[index].resource;
  if (table == "REG_RESOURCE_TAG") {
    ++resource.tags;
  } else if (table == "REG_RESOURCE_RATING") {
    ++resource.ratings;
  } else if (table == "REG_RESOURCE_COMMENT") {
    m_comments.emplace(key(row, "REG_COMMENT_ID"), Property{index, resource.comments.size()});
    resource.comments.emplace_back();
  } else {
    m_properties.emplace(key(row, "REG_PROPERTY_ID"), Property{index, resource.properties.size()});
    resource.properties.emplace_back();
  }
}

void DumpSource::take_association(const DumpRow& row) {
  const auto found = m_by_path.find(row.text("REG_SOURCEPATH"));
  if (found == m_by_path.end()) return;
  m_found[found->second].resource.associations.push_back(
      {row.text("REG_ASSOCIATION_TYPE"), row.text("REG_TARGETPATH")});
}

void DumpSource::read_values() {
  m_dump.for_each_row({"REG_PROPERTY", "REG_COMMENT"},
                      [this](const DumpRow& row) { take_value(row); });
  const auto nameless = [](const auto& one) { return one.first.empty(); };
  const auto silent = [](const RegistryComment& one) { return one.text.empty(); };
  for (Found& found : m_found) {
    std::erase_if(found.resource.properties, nameless);
    std::erase_if(found.resource.comments, silent);
  }
}

void DumpSource::take_value(const DumpRow& row) {
  if (row.table() == "REG_COMMENT") {
    const auto [first, last] = m_comments.equal_range(key(row, "REG_ID"));
    for (auto one = first; one != last; ++one) {
      m_found[one->second.resource].resource.comments[one->second.place] = {
          row.text("REG_USER_ID"), time(row, "REG_COMMENTED_TIME"), row.text("REG_COMMENT_TEXT")};
    }
    return;
  }
  const auto [first, last] = m_properties.equal_range(key(row, "REG_ID"));
  for (auto one = first; one != last; ++one) {
    m_found[one->second.resource].resource.properties[one->second.place] = {row.text("REG_NAME"),
                                                                            row.text("REG_VALUE")};
  }
}

std::optional<std::string> DumpSource::bytes_at(const std::optional<std::uint64_t>& offset) {
  if (!offset) return std::nullopt;
  return m_dump.value_at(*offset).text;
}

}  // namespace upkeep::patch
