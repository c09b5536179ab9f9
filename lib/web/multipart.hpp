// SPDX-License-Identifier: MIT
// `multipart/form-data`, read part by part: files may be larger than memory.
#pragma once

#include "web/parameters.hpp"
#include "web/request.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace upkeep::web {

struct FilePart {
  std::string name;      ///< of the field
  std::string filename;  ///< as the browser sent it, without directories
};

/// Takes the bytes of a file, piece by piece; an empty piece ends it.
using FileSink = std::function<void(const FilePart& part, std::string_view piece)>;

/// Reads a form with files. Fields without a file name are returned.
/// @param most_bytes of the whole body
/// @throws Refusal(413) beyond that, beyond 1 MiB of fields, or beyond 1,000 parts;
/// Refusal(415) if it is not such a form; Refusal(400) if it is malformed or ends early
Parameters read_multipart(const Request& request, std::uint64_t most_bytes, const FileSink& take);

}  // namespace upkeep::web
