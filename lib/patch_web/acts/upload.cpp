// SPDX-License-Identifier: MIT
#include "patch_web/acts/upload.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/unnamed_file.hpp"
#include "patch/model/companion.hpp"
#include "patch/model/sha256.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace upkeep::patch_web::acts {

namespace {

constexpr std::size_t k_most_companions = 16;
constexpr std::uint64_t k_longest_companion = std::uint64_t{64} << 10U;

[[noreturn]] void fail_at(const std::filesystem::path& directory) {
  throw Error(ExitStatus::unavailable, fmt::format("an archive cannot be kept in {}: {}",
                                                   directory.string(), std::strerror(errno)));
}

void write_to(const Fd& file, std::string_view piece) {
  if (write_all(file.get(), piece)) return;
  throw Error(ExitStatus::unavailable,
              fmt::format("an archive cannot be kept: {}", std::strerror(errno)));
}

std::string shown_name(const std::string& name) {
  constexpr std::size_t k_longest = 80;
  return fmt::format("'{}'", ellipsized(printable(name), k_longest));
}

}  // namespace

void fail_to_keep(const Visit& visit) {
  fail_at(visit.web().upload_dir);
}

ArchiveUpload::ArchiveUpload(Visit& visit)
    : m_most(static_cast<std::uint64_t>(visit.web().max_upload_mb) << 20U) {
  if (const auto& slots = visit.site().slots) {
    if (auto busy = slots->busy()) {
      m_busy.emplace(std::move(*busy));
    } else {
      throw web::Refusal("busy", "other archives are being checked", "try again in a minute");
    }
  }
  m_file = unnamed_file(visit.web().upload_dir);
  if (!m_file) fail_to_keep(visit);
}

void ArchiveUpload::write(std::string_view piece) {
  m_size += piece.size();
  if (m_size > m_most) {
    throw web::Refusal("size", fmt::format("the archive is longer than {} MiB", m_most >> 20U));
  }
  write_to(m_file, piece);
}

CompanionUploads::CompanionUploads(Visit& visit) : m_directory(visit.web().upload_dir) {}

void CompanionUploads::begin(const std::string& field, const std::string& name) {
  if (m_files.size() == k_most_companions) {
    throw FieldFaults(field, fmt::format("these are more than {} files", k_most_companions));
  }
  File one{.field = field, .name = name};
  one.file = unnamed_file(m_directory);
  if (!one.file) fail_at(m_directory);
  m_files.push_back(std::move(one));
}

void CompanionUploads::write(std::string_view piece) {
  File& one = m_files.back();
  one.size += piece.size();
  if (one.size > k_longest_companion) {
    throw FieldFaults(one.field, fmt::format("{} is longer than {} KiB", shown_name(one.name),
                                             k_longest_companion >> 10U));
  }
  write_to(one.file, piece);
}

void CompanionUploads::check(const std::string& archive) const {
  for (const File& one : m_files) {
    const bool signs = one.field == "signature";
    const auto wanted = signs ? patch::CompanionKind::signature : patch::CompanionKind::digest;
    if (patch::companion_kind(archive, one.name) != wanted) {
      throw FieldFaults(
          one.field, fmt::format("{} is not called like a {} of {}, such as {}{}",
                                 shown_name(one.name), one.field, shown_name(archive),
                                 ellipsized(printable(archive), 80), signs ? ".asc" : ".sha256"));
    }
    const auto same = [&](const File& other) { return other.name == one.name; };
    if (std::count_if(m_files.begin(), m_files.end(), same) > 1) {
      throw FieldFaults(one.field, fmt::format("{} is there twice", shown_name(one.name)));
    }
  }
}

std::string CompanionUploads::text() const {
  std::string all;
  for (const File& one : m_files) {
    ::lseek(one.file.get(), 0, SEEK_SET);
    all += fmt::format("\n{} {}", one.name, patch::sha256(read_file(one.file, one.name)));
  }
  return all;
}

}  // namespace upkeep::patch_web::acts
