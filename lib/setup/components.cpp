// SPDX-License-Identifier: MIT
#include "setup/components.hpp"

#include "ws/schema.hpp"

namespace upkeep::setup {

const std::vector<Component>& components() {
  static const std::vector<Component> k_components{
      {"ws", ws::migrations, nullptr},
  };
  return k_components;
}

}  // namespace upkeep::setup
