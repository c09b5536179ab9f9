// SPDX-License-Identifier: MIT
// The check of an archive that was uploaded, by pmt-verify as a child.
#pragma once

#include "patch/lifecycle/attester.hpp"
#include "patch_web/acts/upload.hpp"
#include "patch_web/visit.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web::acts {

/// What is to be checked, and what is to be done if no error is found.
struct VerifyRequest {
  std::string file;                 ///< the name of the archive
  std::string profile = "support";  ///< by name
  bool tick = false, record = false;
  std::string once{};  ///< makes what it does happen once; empty: it may happen again
};

/// The profiles that come with pmt-verify.
const std::vector<std::string>& profile_names();

/// @throws FieldFaults for a file that cannot be an archive of the patch, whatever its profile
void check_archive_name(Visit& visit, const patch::Patch& patch, const std::string& file);

/// Checks what can be checked before the archive is read. @throws FieldFaults for a profile or a
/// file that is called otherwise; Refusal(refused) for a request, Refusal(role|account|read-only)
void check_verify(Visit& visit, const patch::Patch& patch, const VerifyRequest& request);

struct ArchiveFinding {
  std::string rule, severity, detail;
};

struct Verified {
  std::vector<ArchiveFinding> findings;
  bool has_errors = false;
  std::string records;  ///< as pmt-verify prints them with --json
  std::size_t jars = 0;
  std::optional<patch::lifecycle::Attested> done;  ///< none: nothing was asked for, or there are
                                                   ///< errors, or it was done before
  std::optional<std::uint64_t> before;  ///< the event of the same request that was done before
};

/// @param given what arrived with the archive
/// @throws Refusal(value) if it is not an archive, or cannot be checked within the limits;
/// Refusal(refused|role|conflict|unsure) if what was asked for is refused; Refusal(value) if its
/// key belongs to another act; Error(unavailable)
Verified verify(Visit& visit, const patch::Patch& patch, const ArchiveUpload& archive,
                const CompanionUploads& given, const VerifyRequest& request);

}  // namespace upkeep::patch_web::acts
