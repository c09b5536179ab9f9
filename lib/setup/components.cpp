// SPDX-License-Identifier: MIT
#include "setup/components.hpp"

#include "base/file.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/query/term_words.hpp"
#include "patch/registry/shipped.hpp"
#include "patch/store/schema.hpp"
#include "upgrade/store/schema.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

namespace {

std::vector<std::string> load_patch_data(db::Connection& connection, const config::Config& config) {
  const auto share = binary_directory().parent_path() / "share" / "upkeep";
  const std::size_t loaded = patch::load_shipped(connection, config, share);
  const std::size_t lifecycles = patch::lifecycle::load_shipped_lifecycles(
      connection, share / "patch" / "lifecycles", "upkeep");
  std::vector<std::string> messages;
  if (loaded > 0) {
    messages.push_back(fmt::format(
        "loaded the patch registry's artifact type and pick lists ({} entries)", loaded));
  }
  if (const std::size_t segments = patch::add_missing_words(connection); segments > 0) {
    messages.push_back(fmt::format("added the words of {} segment{} to the term index", segments,
                                   segments == 1 ? "" : "s"));
  }
  if (lifecycles > 0) messages.push_back(fmt::format("loaded {} patch lifecycles", lifecycles));
  return messages;
}

}  // namespace

const std::vector<Component>& components() {
  static const std::vector<Component> k_components{
      {"ws", upgrade::migrations, nullptr},
      {"pmt", patch::migrations, load_patch_data},
  };
  return k_components;
}

}  // namespace upkeep::setup
