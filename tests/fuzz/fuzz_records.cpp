// SPDX-License-Identifier: MIT
// Records on stdin: lines or NUL-separated, tsv or JSON.
#include "base/error.hpp"
#include "base/fd.hpp"
#include "record/reader.hpp"

#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

using namespace upkeep;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const Fd file(::memfd_create("records", MFD_CLOEXEC));
  if (::write(file.get(), data + 1, size - 1) < 0) return 0;
  ::lseek(file.get(), 0, SEEK_SET);
  NameSource source;
  source.in_fd = file.get();
  source.null_separated = data[0] % 2 == 1;
  try {
    for_each_name(
        source,
        [&](const std::string& name) {
          const bool broken = !source.null_separated && name.find('\n') != std::string::npos;
          // Only JSON can bring a line end into a name of lines.
          if (name.empty() || (broken && data[1] != '{' && size < 4)) std::abort();
        },
        [](const std::string&, const std::string& why) {
          if (why.empty()) std::abort();
        });
  } catch (const Error&) {
    return 0;
  }
  return 0;
}
