// SPDX-License-Identifier: MIT
// Lists of patches as a table and as files.
#pragma once

#include "patch_web/visit.hpp"
#include "record/markup.hpp"
#include "record/printer.hpp"
#include "web/response.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web {

struct TableLook {
  std::vector<std::string> columns;  ///< names that `pmt-patch list --fields` accepts
  std::string q;                     ///< the query; headings change its order
  std::string fields;                ///< the columns as asked for; empty: the usual ones
  bool choose = false;  ///< with a box `choose` in each row, for the form around the table
};

/// A table of patches. @throws UsageError for an unknown column, suggesting the nearest
void patch_table(Markup& out, Visit& visit, const std::vector<patch::Patch>& patches,
                 const TableLook& look);

/// All selected patches as a file: byte for byte what `pmt-patch list` prints.
web::Response list_file(Visit& visit, patch::SelectorSql selected, PrinterOptions options);

}  // namespace upkeep::patch_web
