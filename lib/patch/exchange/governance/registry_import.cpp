// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/registry_import.hpp"

#include "base/error.hpp"
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/exchange/governance/dump_source.hpp"
#include "patch/exchange/governance/file_source.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace upkeep::patch {

namespace {

/// Reads a file at any position.
DumpBytes::Source bytes_of(std::shared_ptr<Fd> file, const std::string& name) {
  return [file = std::move(file), name](std::uint64_t offset, char* to, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
      const ssize_t count =
          ::pread(file->get(), to + done, size - done, static_cast<off_t>(offset + done));
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) {
        throw Error(ExitStatus::no_input,
                    fmt::format("{}: {}", printable(name), std::strerror(errno)));
      }
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    return done;
  };
}

/// A dump file, and its resources.
class DumpFile final : public ResourceSource {
 public:
  DumpFile(const std::string& file, const RegistryRules& rules, Losses& losses)
      : m_dump(bytes_of(std::make_shared<Fd>(open_regular_file(file)), file)),
        m_source(m_dump, rules, losses) {}

  void for_each(const Take& take) override { m_source.for_each(take); }

 private:
  SqlDump m_dump;
  DumpSource m_source;
};

/// The artifact in a resource's content, or why there is none. Without any content, its fields may
/// be in the properties.
XmlRow artifact_of(const RegistryResource& resource) {
  XmlRow row;
  if (!resource.content || trim(*resource.content).empty()) {
    row.values = resource.properties;
    std::erase_if(row.values,
                  [](const auto& one) { return one.first.find('_') == std::string::npos; });
    std::erase_if(row.values,
                  [](const auto& one) { return one.first.find('.') != std::string::npos; });
    if (row.values.empty()) row.problem = DataError("it has no content");
    return row;
  }
  try {
    std::vector<XmlRow> rows = xml_rows(*resource.content, "its content");
    if (rows.size() == 1) return std::move(rows.front());
    row.problem = DataError("its content is several artifacts");
  } catch (const DataError& error) {
    row.problem = error;
  }
  return row;
}

}  // namespace

std::unique_ptr<ResourceSource> open_registry(const std::string& file, const RegistryRules& rules,
                                              Losses& losses) {
  std::error_code ignored;
  if (std::filesystem::is_directory(file, ignored)) {
    return std::make_unique<FileSource>(file, rules, losses);
  }
  return std::make_unique<DumpFile>(file, rules, losses);
}

void import_registry(ResourceSource& source, ResourceDrafts& drafts, Importer& importer,
                     Losses& losses, const Progress& progress) {
  importer.run([&] {
    source.for_each([&](const RegistryResource& resource, std::size_t done, std::size_t all) {
      const XmlRow row = artifact_of(resource);
      importer.add(done + 1, row.raw, [&] {
        try {
          if (row.problem) throw DataError(*row.problem);
          return drafts.make(resource, row.values, losses);
        } catch (const DataError& error) {
          throw DataError(fmt::format("{}: {}", printable(resource.path), reject_reason(error)));
        }
      });
      progress(done + 1, all);
    });
    importer.finish();
  });
}

}  // namespace upkeep::patch
