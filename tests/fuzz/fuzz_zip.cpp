// SPDX-License-Identifier: MIT
// Archives, the jars in them, and what lies beside them. The first byte chooses what the others
// are.
#include "base/error.hpp"
#include "patch/archive/descriptor.hpp"
#include "patch/archive/digest_file.hpp"
#include "patch/archive/entry_reader.hpp"
#include "patch/archive/nested.hpp"
#include "patch/archive/public_keys.hpp"
#include "patch/archive/readme.hpp"
#include "patch/archive/spool.hpp"
#include "patch/archive/zip_map.hpp"
#include "patch/model/bundle_name.hpp"

#include <cstdlib>

using namespace upkeep;                  // NOLINT
using namespace upkeep::patch::archive;  // NOLINT

namespace {

constexpr std::uint64_t k_most_unpacked = 8U << 20U;

void archive(const std::string& bytes) {
  Spool file(bytes.size());
  file.write(bytes);
  const ZipMap map = read_zip_map(file.file(), bytes.size(), 200);
  if (map.too_many && !map.entries.empty()) std::abort();
  std::uint64_t total = 0;
  for (const ZipEntry& entry : map.entries) {
    if (entry.size > k_most_unpacked) return;
    total += entry.size;
  }
  if (map.overlapping || total > k_most_unpacked) return;
  std::uint64_t seen = 0;
  read_entries(file.file(), map, [&](const ZipEntry&) {
    return [&](std::string_view data) { seen += data.size(); };
  });
  if (seen > total) std::abort();
}

void jar(const std::string& bytes) {
  Spool file(bytes.size());
  file.write(bytes);
  Limits limits;
  limits.total = k_most_unpacked;
  limits.entries = 200;
  const Nested found = NestedReader(limits).read("a.jar", file.file(), bytes.size());
  if (found.manifest.size() > (64U << 10U)) std::abort();
  if (bytes.size() < 22 && found.faults.empty()) std::abort();
}

void digests(const std::string& text) {
  for (const FileDigest& one : parse_digest_file(text)) {
    if (one.algorithm.empty() ||
        one.hex.find_first_not_of("0123456789abcdef") != std::string::npos) {
      std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);  // NOLINT
  try {
    switch (data[0] % 7) {  // NOLINT
      case 0:
        archive(bytes);
        break;
      case 1:
        jar(bytes);
        break;
      case 2:
        digests(bytes);
        break;
      case 3:
        (void)parse_descriptor(bytes, "carbon.home");
        break;
      case 4:
        if (public_keys(public_keys(bytes)) != public_keys(bytes)) std::abort();
        break;
      case 5:
        (void)parse_readme(bytes);
        break;
      default:
        if (patch::bundle_key(bytes).size() > 2 * bytes.size() + 16) std::abort();
    }
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
