// SPDX-License-Identifier: MIT
// Forms and queries: values that can be sent again, or a refusal.
#include "base/encoding.hpp"
#include "web/parameters.hpp"
#include "web/refusal.hpp"

#include <cstdlib>

using namespace upkeep;       // NOLINT
using namespace upkeep::web;  // NOLINT

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);  // NOLINT
  Parameters form;
  try {
    form = Parameters::parse(text);
  } catch (const Refusal&) {
    return 0;
  }
  if (form.pairs().size() > Parameters::k_most_pairs) std::abort();
  for (const auto& [name, value] : form.pairs()) {
    if (!is_utf8(name) || !is_utf8(value)) std::abort();
    if ((name + value).find('\0') != std::string::npos) std::abort();
    if (form.all(name).empty() || form.get(name) != form.all(name).front()) std::abort();
  }
  if (Parameters::parse(to_query(form.pairs())).pairs() != form.pairs()) std::abort();
  return 0;
}
