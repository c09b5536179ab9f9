// SPDX-License-Identifier: MIT
// The resources of a governance registry in a dump of its database.
#pragma once

#include "patch/exchange/governance/losses.hpp"
#include "patch/exchange/governance/resource.hpp"
#include "patch/exchange/governance/sql_dump.hpp"

#include <map>
#include <unordered_map>

namespace upkeep::patch {

/// Reads the tables REG_*. The memory that it needs grows with the patches, not with the dump.
class DumpSource final : public ResourceSource {
 public:
  /// @param dump, losses not owned
  DumpSource(SqlDump& dump, RegistryRules rules, Losses& losses)
      : m_dump(dump), m_rules(std::move(rules)), m_losses(losses) {}

  void for_each(const Take& take) override;

 private:
  /// An id of a tenant.
  using Key = std::uint64_t;
  struct Found {
    RegistryResource resource;
    std::optional<Key> content, history;  // ids
    std::optional<std::uint64_t> content_at, history_at;
  };
  struct Property {
    std::size_t resource;
    std::size_t place;  // in its properties or comments
  };

  static Key key(const DumpRow& row, std::string_view column);
  [[nodiscard]] std::string time(const DumpRow& row, std::string_view column) const;
  void read_paths();
  void read_resources();
  void take_resource(const DumpRow& row);
  void find_histories();
  void read_links();
  void take_link(const DumpRow& row);
  void take_association(const DumpRow& row);
  void read_values();
  void take_value(const DumpRow& row);
  [[nodiscard]] std::size_t resource_of(const DumpRow& row) const;
  [[nodiscard]] std::optional<std::string> bytes_at(const std::optional<std::uint64_t>& offset);
  [[noreturn]] void none_found() const;

  SqlDump& m_dump;
  RegistryRules m_rules;
  Losses& m_losses;
  std::unordered_map<Key, std::string> m_paths;
  std::vector<Found> m_found;
  std::map<std::pair<Key, std::string>, std::size_t> m_by_name;  // (collection, name)
  std::unordered_map<Key, std::size_t> m_by_version;
  std::map<std::string, std::size_t> m_by_path;
  std::map<std::pair<Key, std::string>, Key> m_histories;  // (tenant, name) -> content
  std::unordered_multimap<Key, Property> m_properties, m_comments;
  std::unordered_multimap<Key, std::pair<std::size_t, bool>> m_contents;  // (resource, history)
  std::map<std::string, std::size_t> m_elsewhere;  // collections with other XML resources
};

}  // namespace upkeep::patch
