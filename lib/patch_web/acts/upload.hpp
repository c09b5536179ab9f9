// SPDX-License-Identifier: MIT
// Files that are uploaded to be checked: each is kept in a file without a name.
#pragma once

#include "base/fd.hpp"
#include "patch_web/visit.hpp"
#include "web/process_slots.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch_web::acts {

/// An archive on its way.
class ArchiveUpload {
 public:
  /// @throws Refusal(busy) if other archives occupy all processes but one; Error(unavailable)
  explicit ArchiveUpload(Visit& visit);

  /// @throws Refusal(size) beyond `max_upload_mb`; Error(unavailable) if there is no space
  void write(std::string_view piece);
  [[nodiscard]] const Fd& file() const noexcept { return m_file; }
  [[nodiscard]] std::uint64_t size() const noexcept { return m_size; }
  [[nodiscard]] std::uint64_t most() const noexcept { return m_most; }

 private:
  std::optional<web::ProcessSlots::Busy> m_busy;
  Fd m_file;
  std::uint64_t m_size = 0, m_most;
};

/// The digests and signatures that arrive with an archive, in any order.
class CompanionUploads {
 public:
  struct File {
    std::string field;  ///< of the form
    std::string name;
    Fd file{};
    std::uint64_t size = 0;
  };

  explicit CompanionUploads(Visit& visit);

  /// Begins a file. @throws FieldFaults if there are too many; Error(unavailable)
  void begin(const std::string& field, const std::string& name);
  /// @pre begin(). @throws FieldFaults if it is too long; Error(unavailable) if there is no space
  void write(std::string_view piece);
  /// @throws FieldFaults for a file that is not called like a digest or signature, as its field
  /// says, of the archive; for two of one name
  void check(const std::string& archive) const;

  [[nodiscard]] const std::vector<File>& files() const noexcept { return m_files; }
  /// What they are and contain, for a digest.
  [[nodiscard]] std::string text() const;

 private:
  std::filesystem::path m_directory;
  std::vector<File> m_files;
};

/// @throws Error(unavailable), naming the directory of uploads and the reason
[[noreturn]] void fail_to_keep(const Visit& visit);

}  // namespace upkeep::patch_web::acts
