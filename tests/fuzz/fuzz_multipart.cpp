// SPDX-License-Identifier: MIT
// Forms with files: the first line is the type, the rest is the body. However its bytes arrive, the
// result is the same.
#include "base/encoding.hpp"
#include "web/multipart.hpp"
#include "web/refusal.hpp"

#include <algorithm>
#include <cstdlib>

using namespace upkeep;       // NOLINT
using namespace upkeep::web;  // NOLINT

namespace {

/// Fields and files as one text; or `refused`.
std::string result_of(const std::string& type, const std::string& body, std::size_t at_once) {
  Request request;
  request.method = "POST";
  request.headers["content-type"] = type;
  request.read_body = [&, done = std::size_t{0}](char* to, std::size_t size) mutable {
    const std::size_t got = std::min({size, at_once, body.size() - done});
    body.copy(to, got, done);
    done += got;
    return got;
  };
  std::string files;
  try {
    const Parameters fields =
        read_multipart(request, 1UL << 20U, [&](const FilePart& part, std::string_view piece) {
          if (part.filename.empty() || !is_utf8(part.filename) || !is_utf8(part.name)) std::abort();
          if (part.filename.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos)
            std::abort();
          files += piece.empty() ? part.name + '\n' + part.filename + "\n\n" : std::string(piece);
        });
    for (const auto& [name, value] : fields.pairs()) {
      if (!is_utf8(name) || !is_utf8(value)) std::abort();
    }
    return to_query(fields.pairs()) + '\n' + files;
  } catch (const Refusal&) {
    return "refused";
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NOLINT
  const auto end = std::min(text.find('\n'), text.size());
  const std::string type = text.substr(0, end);
  const std::string body = text.substr(std::min(end + 1, text.size()));
  const std::string whole = result_of(type, body, std::string::npos);
  if (result_of(type, body, 1) != whole || result_of(type, body, 7) != whole) std::abort();
  return 0;
}
