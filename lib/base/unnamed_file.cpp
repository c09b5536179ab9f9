// SPDX-License-Identifier: MIT
#include "base/unnamed_file.hpp"

#include <cstdlib>
#include <string>

#include <fcntl.h>
#include <unistd.h>

namespace upkeep {

Fd unnamed_file(const std::filesystem::path& directory) {
  Fd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600));
  if (file) return file;
  // Not every file system supports files without a name.
  std::string path = (directory / "upkeep-XXXXXX").string();
  Fd named(::mkostemp(path.data(), O_CLOEXEC));
  if (named && ::unlink(path.c_str()) != 0) named.reset();
  return named;
}

}  // namespace upkeep
