// SPDX-License-Identifier: MIT
// The resources of a governance registry in a directory of files of its interfaces.
#pragma once

#include "patch/exchange/governance/losses.hpp"
#include "patch/exchange/governance/registry_files.hpp"
#include "patch/exchange/governance/resource.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace upkeep::patch {

class FileSource final : public ResourceSource {
 public:
  /// @param losses not owned: counts files and resources that are not read
  FileSource(std::filesystem::path directory, RegistryRules rules, Losses& losses)
      : m_directory(std::move(directory)), m_rules(std::move(rules)), m_losses(losses) {}

  /// Every file is read twice. @throws Error(no_input), DataError if there is nothing to import
  void for_each(const Take& take) override;

 private:
  void find_files();
  void find_parts();
  void assign_histories(const std::map<std::string, std::size_t>& histories);
  [[nodiscard]] const std::vector<FilePart>& parts_of(std::size_t file);
  [[nodiscard]] RegistryResource assembled(const std::string& name,
                                           const std::vector<std::size_t>& files);
  static void merge(RegistryResource& to, const RegistryResource& part);

  std::filesystem::path m_directory;
  RegistryRules m_rules;
  Losses& m_losses;
  std::vector<std::filesystem::path> m_files;
  std::map<std::string, std::vector<std::size_t>> m_resources;  // name -> files
  std::map<std::size_t, std::string> m_histories;               // file -> resource
  std::vector<std::string> m_order;
  std::size_t m_read = static_cast<std::size_t>(-1);  // the file of m_parts
  std::vector<FilePart> m_parts;
};

}  // namespace upkeep::patch
