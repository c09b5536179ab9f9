// SPDX-License-Identifier: MIT
// Diagrams of a lifecycle.
#pragma once

#include "patch/lifecycle/definition.hpp"

#include <string>

namespace upkeep::patch::lifecycle {

/// For Graphviz.
std::string graph_dot(const Definition& definition);

/// A standalone picture: states in columns by their distance from the initial one, events as
/// arrows.
std::string graph_svg(const Definition& definition);

}  // namespace upkeep::patch::lifecycle
