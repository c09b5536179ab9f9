// SPDX-License-Identifier: MIT
// Makes drafts from resources of a governance registry.
#pragma once

#include "patch/exchange/draft_maker.hpp"
#include "patch/exchange/governance/lifecycle_properties.hpp"
#include "patch/exchange/governance/losses.hpp"
#include "patch/exchange/governance/resource.hpp"
#include "patch/exchange/import_map.hpp"
#include "patch/lifecycle/library.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace upkeep::patch {

/// How resources become patches.
struct ResourceDraftRules {
  ImportMap map;                      ///< its headers are field keys of the registry
  std::vector<std::string> released;  ///< states of [patch] released
  std::string zone;                   ///< of times without one; empty: UTC
  std::string file;                   ///< named in the history
};

class ResourceDrafts {
 public:
  using Fields = std::vector<std::pair<std::string, std::string>>;

  /// @param maker, registry, library not owned
  ResourceDrafts(DraftMaker& maker, Registry& registry, lifecycle::Library& library,
                 ResourceDraftRules rules)
      : m_maker(maker), m_registry(registry), m_library(library), m_rules(std::move(rules)) {}

  /// @param fields of its content, in order
  /// @param losses counts what the draft does not have. @throws DataError
  [[nodiscard]] Draft make(const RegistryResource& resource, const Fields& fields, Losses& losses);

 private:
  [[nodiscard]] Draft of_fields(const RegistryResource& resource, const Fields& fields,
                                const std::optional<RegistryLifecycle>& lifecycle, Losses& losses);
  void count_blank(const Draft& draft, const Fields& fields, const ImportMap& map,
                   Losses& losses) const;
  [[nodiscard]] std::string person(const std::string& user) const;
  [[nodiscard]] std::string state(const Draft& draft, const std::string& name) const;
  [[nodiscard]] const lifecycle::State* state_of(const Patch& patch) const;
  void add_history(Draft& draft, const RegistryResource& resource,
                   const RegistryLifecycle& lifecycle, Losses& losses) const;
  void add_comments(Draft& draft, const RegistryResource& resource) const;
  void add_import(Draft& draft, Losses& losses) const;
  void add_progress(Draft& draft, const RegistryLifecycle& lifecycle, Losses& losses) const;
  void date_state(Draft& draft, const RegistryLifecycle& lifecycle, Losses& losses) const;
  void add_links(Draft& draft, const RegistryResource& resource, Losses& losses) const;
  static void count_rest(const RegistryResource& resource, const LifecycleProperties& read,
                         const Fields& fields, Losses& losses);

  DraftMaker& m_maker;
  Registry& m_registry;
  lifecycle::Library& m_library;
  ResourceDraftRules m_rules;
};

}  // namespace upkeep::patch
