// SPDX-License-Identifier: MIT
// A resource of a governance registry, whatever it was read from.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch {

struct RegistryComment {
  std::string user;
  std::string at;  ///< ISO 8601 in UTC; empty: unknown
  std::string text;
};

struct RegistryAssociation {
  std::string type;
  std::string target;  ///< a path, or an address outside of the registry
};

struct RegistryResource {
  std::string path, media_type, description;
  std::string creator;
  std::string created;                                          ///< ISO 8601 in UTC; empty: unknown
  std::vector<std::pair<std::string, std::string>> properties;  ///< a name may repeat
  std::optional<std::string> content;                           ///< its bytes
  std::optional<std::string> history;                           ///< of its lifecycles, as XML
  std::vector<RegistryComment> comments;
  std::vector<RegistryAssociation> associations;  ///< from it
  std::size_t tags = 0, ratings = 0, versions = 0, log_entries = 0;

  /// The last component of its path.
  [[nodiscard]] std::string name() const { return path.substr(path.rfind('/') + 1); }
};

/// Where resources come from. The one that is passed to `take` is the only one in memory with its
/// content and its history.
class ResourceSource {
 public:
  /// @param done, all how many precede it, and how many there are
  using Take =
      std::function<void(const RegistryResource& resource, std::size_t done, std::size_t all)>;

  ResourceSource() = default;
  ResourceSource(const ResourceSource&) = delete;
  ResourceSource& operator=(const ResourceSource&) = delete;
  virtual ~ResourceSource() = default;

  /// Calls `take` for each resource that may be a patch, by path. @throws DataError
  virtual void for_each(const Take& take) = 0;
};

/// Which resources may be patches, and how their times are read.
struct RegistryRules {
  std::string path = "/_system/governance/patchs/";  ///< ends with a slash
  std::string zone;  ///< offset of the registry's local time, `+05:30`; empty: UTC
};

/// Where the registry keeps the histories of lifecycles.
inline constexpr const char* k_history_path =
    "/_system/governance/repository/components/org.wso2.carbon.governance/lifecycles/history/";

/// The name of a resource's history below k_history_path.
std::string history_name(std::string path);

/// A time as the registry writes it (`2013-01-02 03:04:05.678`, or milliseconds since 1970) as ISO
/// 8601 in UTC; empty if it is not one. @param zone of a time without one; empty: UTC
std::string registry_time(const std::string& text, const std::string& zone);

}  // namespace upkeep::patch
