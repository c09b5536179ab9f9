// SPDX-License-Identifier: MIT
#include "patch/archive/entry_reader.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <memory>

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

namespace upkeep::patch::archive {

namespace {

using Reader = std::unique_ptr<::archive, decltype(&archive_read_free)>;

Reader new_reader() {
  Reader reader(archive_read_new(), archive_read_free);
  if (!reader) throw Error(ExitStatus::internal, "out of memory");
  return reader;
}

[[noreturn]] void corrupt(::archive* reader, const ZipEntry& entry) {
  const char* why = archive_error_string(reader);
  constexpr std::size_t k_width = 100;
  throw DataError(fmt::format("corrupt: {}: {}", ellipsized(printable(entry.name), k_width),
                              why != nullptr ? lower(why) : "it cannot be read"));
}

void read_data(::archive* reader, const ZipEntry& entry, const Sink& sink) {
  std::uint64_t total = 0;
  for (;;) {
    const void* block = nullptr;
    std::size_t size = 0;
    la_int64_t offset = 0;
    const int result = archive_read_data_block(reader, &block, &size, &offset);
    if (result == ARCHIVE_EOF) break;
    if (result != ARCHIVE_OK) corrupt(reader, entry);
    total += size;
    if (total > entry.size) throw DataError("corrupt: an entry is longer than declared");
    if (size > 0) sink({static_cast<const char*>(block), size});
  }
  if (total != entry.size) throw DataError("corrupt: an entry is shorter than declared");
}

}  // namespace

void read_entries(const Fd& file, const ZipMap& map,
                  const std::function<Sink(const ZipEntry&)>& open) {
  if (map.entries.empty()) return;  // libarchive does not recognize an empty zip
  const Reader reader = new_reader();
  archive_read_support_format_zip_seekable(reader.get());
  constexpr std::size_t k_block = 256U << 10U;
  ::lseek(file.get(), 0, SEEK_SET);
  if (archive_read_open_fd(reader.get(), file.get(), k_block) != ARCHIVE_OK) {
    throw DataError("not a zip archive");
  }
  // libarchive reads the entries by position, and so does the map.
  for (const ZipEntry& entry : map.entries) {
    archive_entry* met = nullptr;
    const int result = archive_read_next_header(reader.get(), &met);
    // A warning concerns the characters of a name; names are taken from the map.
    if (result != ARCHIVE_OK && result != ARCHIVE_WARN) corrupt(reader.get(), entry);
    if (const Sink sink = open(entry)) read_data(reader.get(), entry, sink);
  }
}

}  // namespace upkeep::patch::archive
