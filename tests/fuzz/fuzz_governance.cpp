// SPDX-License-Identifier: MIT
// What comes from a governance registry. The first byte chooses: an SQL dump, a history, another
// file.
#include "base/encoding.hpp"
#include "base/error.hpp"
#include "patch/exchange/governance/dump_source.hpp"
#include "patch/exchange/governance/history_reader.hpp"
#include "patch/exchange/governance/lifecycle_properties.hpp"
#include "patch/exchange/governance/registry_files.hpp"

#include <algorithm>
#include <cstdlib>

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT

namespace {

DumpBytes::Source bytes_of(const std::string& text) {
  return [&text](std::uint64_t offset, char* to, std::size_t size) {
    if (offset >= text.size()) return std::size_t{0};
    const std::size_t count = std::min(size, text.size() - static_cast<std::size_t>(offset));
    std::copy_n(text.data() + offset, count, to);
    return count;
  };
}

/// A value that is read again at its offset is the same.
void rows(const std::string& text) {
  SqlDump dump(bytes_of(text));
  std::vector<DumpValue> seen;
  dump.for_each_row({"REG_CONTENT"}, [&](const DumpRow& row) {
    const DumpValue* value = row.find("REG_CONTENT_DATA");
    if (value != nullptr) seen.push_back(*value);
  });
  for (const DumpValue& one : seen) {
    if (dump.value_at(one.offset).text != one.text) std::abort();
  }
}

void resources(const std::string& text) {
  SqlDump dump(bytes_of(text));
  Losses losses;
  DumpSource source(dump, {}, losses);
  source.for_each([](const RegistryResource& resource, std::size_t done, std::size_t all) {
    if (done >= all || resource.name().empty()) std::abort();
    (void)read_lifecycles(resource.properties);
  });
}

void history(const std::string& text) {
  Losses losses;
  const auto same = [](const std::string& word) { return word; };
  std::string last;
  for (const Event& event :
       read_history(text, "x", {"L", "L", "+05:30", same, same}, "P", losses)) {
    if (event.at < last || event.action.empty() || !is_utf8(event.actor)) std::abort();
    last = event.at;
  }
}

void file(const std::string& text) {
  for (const FilePart& part : file_parts(text, "stem", {})) {
    for (const auto& [name, value] : part.resource.properties) {
      if (!is_utf8(name) || !is_utf8(value)) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);  // NOLINT
  try {
    switch (data[0]) {
      case 's':
        rows(text);
        break;
      case 'r':
        resources(text);
        break;
      case 'h':
        history(text);
        break;
      case 'f':
        file(text);
        break;
      default:
        break;
    }
  } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): an error that names what is wrong
  }
  return 0;
}
