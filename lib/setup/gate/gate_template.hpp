// SPDX-License-Identifier: MIT
#pragma once

#include "config/config.hpp"

#include <map>
#include <string>
#include <string_view>

namespace upkeep::setup {

/// What is put in place of `@NAME@`.
using GateParts = std::map<std::string, std::string, std::less<>>;

/// The template with its parts. On a line of its own, `@NAME@` stands for whole lines, or for none.
/// What is put in is not searched. @throws std::logic_error for a part that is missing
std::string fill_gate_template(std::string_view name, const GateParts& parts);

/// A value inside double quotes, where a backslash protects the next character.
std::string gate_quoted(const std::string& value);

/// The gate with the parts that both servers have.
GateParts common_gate_parts(const config::Config& config, const std::filesystem::path& prefix);
GateParts apache_gate_parts(const config::Gate& gate);
GateParts nginx_gate_parts(const config::Gate& gate);

}  // namespace upkeep::setup
