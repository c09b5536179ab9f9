// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"
#include "db/connection.hpp"

#include <filesystem>
#include <string>

namespace upkeep::patch {

/// Loads what an empty registry starts with: the artifact type ([patch] fields, else the shipped
/// one) and the pick lists. What is there already stays as it is: running it again changes nothing.
/// @param share the directory that has `patch/patch.rxt` and `patch/choices.tsv`
/// @param user who is recorded as having loaded it
/// @returns how many things were loaded. @throws Error(no_input), DataError, db::Error
std::size_t load_shipped(db::Connection& connection, const config::Config& config,
                         const std::filesystem::path& share, const std::string& user = "upkeep");

}  // namespace upkeep::patch
