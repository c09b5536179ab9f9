// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <filesystem>
#include <string>

namespace upkeep::patch {

/// Loads the initial data of a registry: the artifact type ([patch] fields, otherwise the supplied
/// one) and the pick lists. Existing data stays as it is, so running it again changes nothing.
/// @param share the directory that has `patch/patch.rxt` and `patch/choices.tsv`
/// @param user recorded as having loaded it
/// @returns how many items were loaded. @throws Error(no_input), DataError, db::Error
std::size_t load_shipped(db::Connection& connection, const config::Config& config,
                         const std::filesystem::path& share, const std::string& user = "upkeep");

}  // namespace upkeep::patch
