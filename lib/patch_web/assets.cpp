// SPDX-License-Identifier: MIT
#include "patch_web/assets.hpp"

#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

namespace upkeep::patch_web {

namespace {

std::string type_of(std::string_view name) {
  if (name.ends_with(".css")) return "text/css; charset=utf-8";
  if (name.ends_with(".js")) return "text/javascript; charset=utf-8";
  return "image/svg+xml";
}

/// FNV-1a: it tells versions apart, and protects nothing.
std::string hash_of_all() {
  std::uint64_t hash = 0xcbf29ce484222325U;
  constexpr std::uint64_t k_prime = 0x100000001b3U;
  for (const Asset& asset : assets()) {
    for (const char c : asset.text) hash = (hash ^ static_cast<unsigned char>(c)) * k_prime;
  }
  return fmt::format("{:016x}", hash);
}

}  // namespace

const std::string& assets_hash() {
  static const std::string k_hash = hash_of_all();
  return k_hash;
}

std::string asset_address(const std::string& base, std::string_view name) {
  return fmt::format("{}/static/{}/{}", base, assets_hash(), name);
}

web::Response asset_response(const std::string& hash, const std::string& name) {
  const auto found = std::find_if(assets().begin(), assets().end(),
                                  [&](const Asset& one) { return one.name == name; });
  if (found == assets().end()) throw web::Refusal("unknown", "there is no such file");
  web::Response response;
  response.type = type_of(name);
  response.body = found->text;
  response.set("Cache-Control",
               hash == assets_hash() ? "public, max-age=31536000, immutable" : "no-store");
  return response;
}

}  // namespace upkeep::patch_web
