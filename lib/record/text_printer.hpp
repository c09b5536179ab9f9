// SPDX-License-Identifier: MIT
#pragma once

#include "record/printer.hpp"

#include <memory>
#include <string>
#include <vector>

namespace upkeep {

/// The printer of Format::text: see make_printer().
std::unique_ptr<Printer> make_text_printer(Writer& out, const std::vector<std::string>& columns,
                                           const PrinterOptions& options);

}  // namespace upkeep
