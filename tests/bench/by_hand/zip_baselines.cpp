// SPDX-License-Identifier: MIT
// The map of a zip against libarchive's own reader.
// Usage: zip_baselines ARCHIVE [ROUNDS]    prints one line for each way: name, milliseconds, what
// it says
#include "base/error.hpp"
#include "base/fd.hpp"
#include "patch/archive/zip_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <memory>
#include <string>

#include <archive.h>
#include <archive_entry.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

void measure(std::string_view name, int rounds, const std::function<std::string()>& read) {
  double best = 1e9;
  std::string said;
  for (int i = 0; i < rounds; ++i) {
    const std::clock_t begin = std::clock();  // of this process alone: other work does not count
    said = read();
    best = std::min(best, 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  fmt::print("{}\t{:.3f}\t{}\n", name, best, said);
}

std::string map_says(const char* path) {
  using namespace upkeep::patch::archive;
  const upkeep::Fd file(::open(path, O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) return "cannot be read";
  try {
    const ZipMap map = read_zip_map(file, static_cast<std::uint64_t>(info.st_size), 100'000);
    std::string found;
    const auto add = [&](bool is_so, std::string_view what) {
      if (is_so) found += fmt::format("{}{}", found.empty() ? "" : ", ", what);
    };
    const auto has = [&](const auto& is_so) {
      return std::any_of(map.entries.begin(), map.entries.end(), is_so);
    };
    add(has([](const ZipEntry& one) { return !one.local_name.empty(); }), "two names");
    add(!map.unlisted.empty(), "unlisted entries");
    add(map.unowned > 0, "bytes of no entry");
    add(map.overlapping, "overlapping");
    return fmt::format("{} entries{}{}", map.entries.size(), found.empty() ? "" : ": ", found);
  } catch (const upkeep::Error& error) {
    return error.message();
  }
}

std::string archive_says(const char* path, bool with_data, bool seekable) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> reader(archive_read_new(),
                                                                      archive_read_free);
  if (seekable) {
    archive_read_support_format_zip_seekable(reader.get());
  } else {
    archive_read_support_format_zip_streamable(reader.get());
  }
  if (archive_read_open_filename(reader.get(), path, 256U << 10U) != ARCHIVE_OK)
    return "not a zip archive";
  int entries = 0;
  for (archive_entry* entry = nullptr;; ++entries) {
    const int result = archive_read_next_header(reader.get(), &entry);
    if (result == ARCHIVE_EOF) break;
    if (result != ARCHIVE_OK)
      return fmt::format("{} entries, then {}", entries, archive_error_string(reader.get()));
    if (with_data && archive_read_data_skip(reader.get()) != ARCHIVE_OK) {
      return fmt::format("{} entries, then {}", entries, archive_error_string(reader.get()));
    }
  }
  return fmt::format("{} entries", entries);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const int rounds = argc > 2 ? std::stoi(argv[2]) : 1;
  const char* path = argv[1];
  measure("zip map", rounds, [&] { return map_says(path); });
  measure("libarchive by the directory", rounds, [&] { return archive_says(path, false, true); });
  measure("libarchive as a stream", rounds, [&] { return archive_says(path, true, false); });
  return 0;
}
