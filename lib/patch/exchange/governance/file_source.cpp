// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/file_source.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

constexpr const char* k_other_files = "files that are not of a registry's interface";

/// A file's name without what a program that stored it may have appended; names of patches contain
/// dots.
std::string stem_of(const std::filesystem::path& file) {
  const std::string extension = lower(file.extension().string());
  const bool known = extension == ".xml" || extension == ".json" || extension == ".atom";
  return known ? file.stem().string() : file.filename().string();
}

}  // namespace

void FileSource::for_each(const Take& take) {
  find_files();
  find_parts();
  if (m_order.empty()) {
    throw DataError("it has no file of a governance registry below " + m_rules.path,
                    "Atom entries, resources, properties and histories are read");
  }
  for (std::size_t i = 0; i < m_order.size(); ++i) {
    take(assembled(m_order[i], m_resources.at(m_order[i])), i, m_order.size());
  }
}

/// Hidden files and directories are skipped, and symbolic links are not followed.
void FileSource::find_files() {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::recursive_directory_iterator walk(m_directory, error);
  for (; !error && walk != fs::recursive_directory_iterator(); walk.increment(error)) {
    if (walk->path().filename().string().starts_with('.')) {
      if (walk->is_directory()) walk.disable_recursion_pending();
      continue;
    }
    if (walk->symlink_status().type() == fs::file_type::regular) m_files.push_back(walk->path());
  }
  if (error) {
    throw Error(ExitStatus::no_input,
                fmt::format("{}: {}", printable(m_directory.string()), error.message()));
  }
  std::sort(m_files.begin(), m_files.end());
}

/// The parts of a file, of which the last one read is kept.
const std::vector<FilePart>& FileSource::parts_of(std::size_t file) {
  if (m_read != file) {
    const std::filesystem::path& path = m_files[file];
    m_parts = file_parts(read_regular_file(path), stem_of(path), m_rules);
    m_read = file;
  }
  return m_parts;
}

void FileSource::find_parts() {
  std::map<std::string, std::size_t> histories;
  for (std::size_t file = 0; file < m_files.size(); ++file) {
    const auto& parts = parts_of(file);
    if (parts.empty()) m_losses.add(k_other_files, m_files[file].filename().string());
    for (const FilePart& part : parts) {
      const std::string& path = part.resource.path;
      if (part.is_history) {
        histories[part.name] = file;
      } else if (!path.empty() && !path.starts_with(m_rules.path)) {
        m_losses.add("resources outside of " + m_rules.path, path);
      } else {
        auto& files = m_resources[part.name];
        if (files.empty()) m_order.push_back(part.name);
        if (files.empty() || files.back() != file) files.push_back(file);
      }
    }
  }
  assign_histories(histories);
}

/// A history whose items do not name its resource is named like it: `_system_..._NAME`.
void FileSource::assign_histories(const std::map<std::string, std::size_t>& histories) {
  for (const auto& [name, file] : histories) {
    std::string rest = name;
    while (!m_resources.contains(rest) && rest.find('_') != std::string::npos) {
      rest.erase(0, rest.find('_') + 1);
    }
    const auto found = m_resources.find(rest);
    if (found == m_resources.end()) {
      m_losses.add("histories of resources that are not there", name);
      continue;
    }
    found->second.push_back(file);
    m_histories[file] = rest;
  }
}

RegistryResource FileSource::assembled(const std::string& name,
                                       const std::vector<std::size_t>& files) {
  RegistryResource whole;
  for (const std::size_t file : files) {
    const auto history = m_histories.find(file);
    for (const FilePart& part : parts_of(file)) {
      const bool own = part.is_history ? history != m_histories.end() && history->second == name
                                       : part.name == name;
      if (own) merge(whole, part.resource);
    }
  }
  if (whole.path.empty()) whole.path = m_rules.path + name;
  return whole;
}

void FileSource::merge(RegistryResource& to, const RegistryResource& part) {
  const auto take = [](std::string& text, const std::string& other) {
    if (text.empty()) text = other;
  };
  take(to.path, part.path);
  take(to.media_type, part.media_type);
  take(to.description, part.description);
  take(to.creator, part.creator);
  take(to.created, part.created);
  if (to.properties.empty()) {
    to.properties = part.properties;
  } else {
    // Two interfaces repeat each other: only what is new counts.
    for (const auto& one : part.properties) {
      if (std::find(to.properties.begin(), to.properties.end(), one) == to.properties.end()) {
        to.properties.push_back(one);
      }
    }
  }
  if (!to.content) to.content = part.content;
  if (!to.history) to.history = part.history;
  to.comments.insert(to.comments.end(), part.comments.begin(), part.comments.end());
  to.associations.insert(to.associations.end(), part.associations.begin(), part.associations.end());
  to.tags += part.tags;
  to.ratings += part.ratings;
}

}  // namespace upkeep::patch
