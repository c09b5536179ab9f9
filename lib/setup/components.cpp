// SPDX-License-Identifier: MIT
#include "setup/components.hpp"

#include "base/file.hpp"
#include "pmt/schema.hpp"
#include "pmt/shipped.hpp"
#include "ws/schema.hpp"

#include <fmt/format.h>

namespace upkeep::setup {

namespace {

std::vector<std::string> load_patch_data(db::Connection& connection, const config::Config& config) {
  const auto share = binary_directory().parent_path() / "share" / "upkeep";
  const std::size_t loaded = pmt::load_shipped(connection, config, share);
  if (loaded == 0) return {};
  return {
      fmt::format("loaded the patch registry's artifact type and pick lists ({} entries)", loaded)};
}

}  // namespace

const std::vector<Component>& components() {
  static const std::vector<Component> k_components{
      {"ws", ws::migrations, nullptr},
      {"pmt", pmt::migrations, load_patch_data},
  };
  return k_components;
}

}  // namespace upkeep::setup
