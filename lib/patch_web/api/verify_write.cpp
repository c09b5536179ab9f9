// SPDX-License-Identifier: MIT
// The check of an archive that is the body of a request.
#include "patch_web/acts/verify.hpp"
#include "patch_web/api/writes.hpp"
#include "web/origin.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <array>

namespace upkeep::patch_web::api {

namespace {

void receive(const web::Request& request, acts::ArchiveUpload& archive) {
  if (request.content_length && *request.content_length > archive.most()) {
    throw web::Refusal("size",
                       fmt::format("the archive is longer than {} MiB", archive.most() >> 20U));
  }
  constexpr std::size_t k_piece = 65536;
  std::array<char, k_piece> piece{};
  while (request.read_body) {
    const std::size_t got = request.read_body(piece.data(), piece.size());
    if (got == 0) break;
    archive.write({piece.data(), got});
  }
  if (request.content_length && archive.size() < *request.content_length) {
    throw web::Refusal("request", "the body ends too early");
  }
}

}  // namespace

web::Response post_verify(Visit& visit, const Names& names) {
  const web::Request& request = visit.request();
  web::require_same_site(request, visit.web().url);
  if (request.content_type() != "application/zip") {
    throw web::Refusal("type", "the body is not an archive", "send Content-Type: application/zip");
  }
  acts::VerifyRequest wanted{.file = visit.query().get("file")};
  if (visit.query().has("profile")) wanted.profile = visit.query().get("profile");
  wanted.tick = visit.query().has("tick");
  wanted.record = visit.query().has("record");
  wanted.once = idempotency_key(request);
  const patch::Patch patch = visit.patch_called(names.at(0));
  acts::check_verify(visit, patch, wanted);
  visit.act_once({}, {});
  acts::ArchiveUpload archive(visit);
  receive(request, archive);
  web::Response response;
  response.type = "application/json";
  response.body =
      acts::verify(visit, patch, archive, acts::CompanionUploads(visit), wanted).records;
  return response;
}

}  // namespace upkeep::patch_web::api
