// SPDX-License-Identifier: MIT
// What the forms of /admin answer with.
#pragma once

#include "patch/lifecycle/attacher.hpp"
#include "patch/model/finding.hpp"
#include "patch_web/visit.hpp"
#include "record/markup.hpp"
#include "web/response.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upkeep::patch_web {

/// Opens a table that scrolls in itself, up to its body.
void table_head(Markup& out, const std::vector<std::string>& labels);

/// A migration as it was typed.
struct Migration {
  std::string q, why, map;
  std::optional<std::int64_t> to{};            ///< a version; nullopt: the newest
  std::map<std::string, std::string> names{};  ///< states that have another name there
  bool sure = false;                           ///< it was done; else only what it would do is shown
};

/// What became, or would become, of one patch.
struct MigrationRow {
  std::string patch;
  std::optional<patch::lifecycle::Migrated> done{};
  std::string problem{};  ///< why not
};

web::Response migration_page(Visit& visit, const Migration& wanted,
                             const std::vector<MigrationRow>& rows);

/// A lifecycle that was sent to be loaded.
struct LoadedText {
  std::string xml, name;
  std::string called{};  ///< the name that it would have
  std::vector<patch::Finding> findings{};
  bool has_errors = false;
};

/// The findings, and the form that loads it unless it has errors. @param refused it was to be
/// loaded
web::Response findings_page(Visit& visit, const LoadedText& text, bool refused);

}  // namespace upkeep::patch_web
