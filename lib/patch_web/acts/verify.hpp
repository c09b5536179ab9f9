// SPDX-License-Identifier: MIT
// The check of an archive that was uploaded, by pmt-verify as a child.
#pragma once

#include "base/fd.hpp"
#include "patch/lifecycle/attester.hpp"
#include "patch_web/visit.hpp"
#include "web/process_slots.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upkeep::patch_web::acts {

/// What is to be checked, and what is to be done if no error is found.
struct VerifyRequest {
  std::string file;                 ///< the name of the archive
  std::string profile = "support";  ///< by name
  bool tick = false, record = false;
};

/// The profiles that come with pmt-verify.
const std::vector<std::string>& profile_names();

/// @throws FieldFaults for a file that cannot be an archive of the patch, whatever its profile
void check_archive_name(Visit& visit, const patch::Patch& patch, const std::string& file);

/// Checks what can be checked before the archive is read. @throws FieldFaults for a profile or a
/// file that is called otherwise; Refusal(refused) for a request, Refusal(role|account|read-only)
void check_verify(Visit& visit, const patch::Patch& patch, const VerifyRequest& request);

/// An archive on its way: in a file without a name.
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

struct ArchiveFinding {
  std::string rule, severity, detail;
};

struct Verified {
  std::vector<ArchiveFinding> findings;
  bool has_errors = false;
  std::string records;  ///< as pmt-verify prints them with --json
  std::size_t jars = 0;
  std::optional<patch::lifecycle::Attested> done;  ///< none: nothing was asked for, or there are
                                                   ///< errors
};

/// @throws Refusal(value) if it is not an archive, or cannot be checked within the limits;
/// Refusal(refused|role|conflict) if what was asked for is refused; Error(unavailable)
Verified verify(Visit& visit, const patch::Patch& patch, const ArchiveUpload& archive,
                const VerifyRequest& request);

}  // namespace upkeep::patch_web::acts
