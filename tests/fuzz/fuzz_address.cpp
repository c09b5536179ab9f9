// SPDX-License-Identifier: MIT
// Addresses: the first line is the address as it was sent, the second the base, the third a
// pattern.
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "web/parameters.hpp"
#include "web/pattern.hpp"
#include "web/refusal.hpp"
#include "web/transport.hpp"

#include <cstdlib>

using namespace upkeep;       // NOLINT
using namespace upkeep::web;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NOLINT
  const auto lines = split(text, '\n');
  const std::string base = lines.size() > 1 && lines[1].starts_with('/') ? lines[1] : "";
  Request request;
  try {
    set_address(request, lines[0], base, BaseIs::required);
  } catch (const Refusal&) {
    return 0;
  }
  // What is accepted has a path, no byte that could begin another line, and the announced limit.
  if (!request.path.starts_with('/') || !is_utf8(request.path) || !is_utf8(request.query))
    std::abort();
  if (request.path.size() + request.query.size() > k_longest_address) std::abort();
  if ((request.path + request.query).find_first_of(" \r\n\t") != std::string::npos) std::abort();
  const std::string pattern = lines.size() > 2 ? lines[2] : "/patches/{}";
  if (const auto values = match(pattern, request.path)) {
    for (const std::string& value : *values) {
      if (value.empty() || !is_utf8(value) || url_decoded(url_encoded(value)) != value)
        std::abort();
    }
  }
  return 0;
}
