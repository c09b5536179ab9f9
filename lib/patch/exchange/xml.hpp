// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <pugixml.hpp>

namespace upkeep::patch {

/// Parses XML that may come from anywhere: no DOCTYPE, no entities, at most 16 MiB, nested
/// at most 64 deep; nothing is fetched.
/// @param what how messages call it, a file's name as a rule
/// @throws DataError with the line of the fault
void parse_xml(pugi::xml_document& document, const std::string& text, const std::string& what);

/// The same of a text that may have several root elements, or text beside them, for the caller to
/// judge. It must be UTF-8, whatever its declaration says.
void parse_xml_pieces(pugi::xml_document& document, const std::string& text,
                      const std::string& what);

/// All the text below a node, trimmed.
std::string text_of(const pugi::xml_node& node);

}  // namespace upkeep::patch
