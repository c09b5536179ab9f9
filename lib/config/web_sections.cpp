// SPDX-License-Identifier: MIT
// Configuration of the patch tool in the browser: [web.patches].
#include "base/regex.hpp"
#include "base/text.hpp"
#include "config/sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace upkeep::config {

namespace {

void read_base(TomlTable& section, WebPatches& web) {
  section.text("base", web.base);
  if (web.base == "/") web.base.clear();
  static const Regex k_base("(/[A-Za-z0-9._~-]+)*");
  if (!k_base.matches(web.base)) {
    section.fail("base", "is not a path like /pmt", "letters, digits and -._~ may follow each /");
  }
}

void read_url(TomlTable& section, WebPatches& web) {
  section.text("url", web.url);
  static const Regex k_url("https?://[A-Za-z0-9.:\\[\\]-]+(/[A-Za-z0-9._~/-]*)?");
  if (!section.has("url")) return;
  if (!k_url.matches(web.url))
    section.fail("url", "is not an address like https://pmt.example.org/pmt");
  while (web.url.ends_with('/')) web.url.pop_back();
  if (!web.url.ends_with(web.base)) {
    section.fail("url", fmt::format("does not end with the base, {}", web.base));
  }
}

/// The value is the address of what the key, a regular expression, matches.
void read_links(TomlTable& section, WebPatches& web) {
  section.text_map("links", web.links);
  for (const auto& [pattern, address] : web.links) {
    const bool placed = address.find("{}") != std::string::npos;
    if (placed && (address.starts_with("https://") || address.starts_with("http://"))) continue;
    section.fail("links", fmt::format("'{}' is not an http(s) address that contains {{}}",
                                      printable(address)));
  }
  for (const auto& [pattern, address] : web.links) {
    try {
      (void)Regex(pattern);
    } catch (const DataError& error) {
      section.fail("links", error.what());
    }
  }
}

}  // namespace

void read_web_patches(TomlTable& section, WebPatches& web) {
  constexpr int k_most_mb = 1'048'576;
  constexpr int k_longest_page = 500;
  read_base(section, web);
  read_url(section, web);
  section.regex("user", web.user);
  section.path("secret_file", web.secret_file);
  section.path("socket", web.socket);
  section.text_map("suggest", web.suggest);
  read_links(section, web);
  section.integer("max_upload_mb", web.max_upload_mb, 1, k_most_mb);
  section.path("upload_dir", web.upload_dir);
  section.path("keyring", web.keyring);
  section.integer("page_size", web.page_size, 1, k_longest_page);
  section.flag_or_text("read_only", web.read_only, web.read_only_why);
}

}  // namespace upkeep::config
