// SPDX-License-Identifier: MIT
#include "pmt/archive/verifier.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

namespace upkeep::pmt::archive {

namespace {

Fd open_archive(const std::string& path, std::uint64_t& size) {
  // Not blocking: a FIFO must not hold us up.
  Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) {
    throw Error(ExitStatus::no_input, std::strerror(errno));
  }
  if (!S_ISREG(info.st_mode)) throw Error(ExitStatus::no_input, "not a regular file");
  size = static_cast<std::uint64_t>(info.st_size);
  return file;
}

bool is_readable(const Examination& examined) {
  std::uint64_t total = 0;
  for (const ZipEntry& entry : examined.map.entries) {
    total = entry.size > UINT64_MAX - total ? UINT64_MAX : total + entry.size;
  }
  return !examined.map.overlapping && total <= examined.profile.limits.total;
}

}  // namespace

Verdict verify(const Request& request) {
  std::uint64_t size = 0;
  const Fd file = open_archive(request.file, size);
  const Profile& profile = request.profile;
  Examination examined{profile,
                       NameRule(profile.name),
                       request.expected,
                       request.file,
                       Findings(profile.levels),
                       read_zip_map(file, size, profile.limits.entries),
                       std::nullopt,
                       {}};
  judge_entries(examined);
  find_root(examined);
  if (!examined.map.too_many) {
    judge_layout(examined);
    if (is_readable(examined)) {
      read_contents(examined, file);
      if (!examined.map.entries.empty()) {
        judge_files(examined);
        judge_readme(examined);
        judge_changes(examined, request.product);
      }
      judge_registry(examined);
    }
  }
  judge_signature(examined, request.keyring);

  Verdict verdict;
  verdict.findings = examined.findings.all();
  verdict.has_errors = examined.findings.has_errors();
  verdict.ref = examined.ref;
  verdict.jars = std::move(examined.jars);
  for (const std::string& rule : rules()) {
    if (examined.findings.proved(rule)) verdict.proved.push_back(rule);
  }
  return verdict;
}

}  // namespace upkeep::pmt::archive
