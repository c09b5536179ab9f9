// SPDX-License-Identifier: MIT
// XML before it is parsed: its encoding, and the references in it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace upkeep::xml {

/// A file's bytes as UTF-8, without a byte order mark; a declaration of another encoding says
/// UTF-8 then. @throws DataError for bytes that are invalid in their encoding, or an unknown one
std::string as_utf8(const std::string& bytes);

/// The offset of the first `&` that starts none of XML's predefined references and no valid
/// character reference: others need a DOCTYPE, and pugixml keeps them as text.
std::optional<std::size_t> unknown_reference(const std::string& text);

}  // namespace upkeep::xml
