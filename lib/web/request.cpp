// SPDX-License-Identifier: MIT
#include "web/request.hpp"

#include "base/text.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <array>

namespace upkeep::web {

namespace {

[[noreturn]] void refuse_size(std::size_t most) {
  throw Refusal("size", fmt::format("the body is longer than {} bytes", most));
}

}  // namespace

std::optional<std::string> Request::header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::nullopt : std::optional(found->second);
}

std::string Request::content_type() const {
  const std::string whole = header("content-type").value_or("");
  return lower(trim(std::string_view(whole).substr(0, whole.find(';'))));
}

std::string read_body(const Request& request, std::size_t most) {
  if (request.content_length && *request.content_length > most) refuse_size(most);
  std::string body;
  if (!request.read_body) return body;
  constexpr std::size_t k_piece = 65536;
  std::string piece(k_piece, '\0');
  while (const std::size_t got = request.read_body(piece.data(), piece.size())) {
    if (body.size() + got > most) refuse_size(most);
    body.append(piece, 0, got);
  }
  if (request.content_length && body.size() < *request.content_length) {
    throw Refusal("request", "the body is shorter than its announced length");
  }
  return body;
}

}  // namespace upkeep::web
