// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <pugixml.hpp>

namespace upkeep::patch {

/// Parses untrusted XML: no DOCTYPE, no entities, at most 16 MiB, at most 64 levels deep; nothing
/// is fetched.
/// @param what its name in messages, usually a file name
/// @throws DataError with the line of the error
void parse_xml(pugi::xml_document& document, const std::string& text, const std::string& what);

/// The same for a text that may have several root elements or text outside them; the caller must
/// check that. It must be UTF-8, regardless of its declaration.
void parse_xml_pieces(pugi::xml_document& document, const std::string& text,
                      const std::string& what);

/// All the text below a node, trimmed.
std::string text_of(const pugi::xml_node& node);

}  // namespace upkeep::patch
