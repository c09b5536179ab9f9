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

/// Reads a form with files. Fields, which have no file name, are returned; a file that was not
/// chosen is left out.
/// @param most_bytes of the whole body
/// @throws Refusal(size) beyond that, beyond 1 MiB of fields, or beyond 1,000 parts; Refusal(type)
/// if it is not such a form; Refusal(request) if it is malformed or ends early; Refusal(value) for
/// a NUL in a field or a name
Parameters read_multipart(const Request& request, std::uint64_t most_bytes, const FileSink& take);

}  // namespace upkeep::web
