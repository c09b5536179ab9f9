// SPDX-License-Identifier: MIT
#include "patch/archive/verifier.hpp"

#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/archive/digest.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>

namespace upkeep::patch::archive {

namespace {

struct stat look_at(const Fd& file) {
  struct stat info {};
  if (!file || ::fstat(file.get(), &info) != 0) {
    throw Error(ExitStatus::no_input, std::strerror(errno));
  }
  return info;
}

Fd open_archive(const std::string& path) {
  // Non-blocking, so that a FIFO does not block.
  return Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
}

bool was_written(const struct stat& before, const struct stat& after) {
  return before.st_size != after.st_size || before.st_mtim.tv_sec != after.st_mtim.tv_sec ||
         before.st_mtim.tv_nsec != after.st_mtim.tv_nsec;
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
  const Fd file = open_archive(request.file);
  const struct stat opened = look_at(file);
  if (!S_ISREG(opened.st_mode)) throw Error(ExitStatus::no_input, "not a regular file");
  const auto size = static_cast<std::uint64_t>(opened.st_size);
  const Profile& profile = request.profile;
  Examination examined{profile,
                       NameRule(profile.name),
                       request.expected,
                       request.name.empty() ? request.file : request.name,
                       file,
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
  if (!request.name.empty()) examined.beside = &request.beside;
  judge_signature(examined, request.keyring);

  Verdict verdict;
  if (request.digest) verdict.sha256 = digest_of(file, "SHA256");
  if (was_written(opened, look_at(file))) {
    throw DataError("it was modified while being read", "check it when it is complete");
  }
  verdict.findings = examined.findings.all();
  verdict.has_errors = examined.findings.has_errors();
  verdict.ref = examined.ref;
  verdict.jars = std::move(examined.jars);
  for (const std::string& rule : rules()) {
    if (examined.findings.proved(rule)) verdict.proved.push_back(rule);
  }
  return verdict;
}

}  // namespace upkeep::patch::archive
