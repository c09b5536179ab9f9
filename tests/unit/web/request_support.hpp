// SPDX-License-Identifier: MIT
// Requests as a web server would pass them on.
#pragma once

#include "support.hpp"
#include "web/refusal.hpp"
#include "web/request.hpp"
#include "web/transport.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace upkeep::test {

/// Gives `text`, at most `at_once` bytes with each call.
inline web::BodyReader body_of(std::string text, std::size_t at_once = std::string::npos) {
  return
      [text = std::move(text), at_once, done = std::size_t{0}](char* to, std::size_t size) mutable {
        const std::size_t got = std::min({size, at_once, text.size() - done});
        text.copy(to, got, done);
        done += got;
        return got;
      };
}

inline web::Request posted(std::string type, const std::string& body,
                           std::size_t at_once = std::string::npos) {
  web::Request request;
  request.method = "POST";
  request.path = "/x";
  request.headers["content-type"] = std::move(type);
  request.content_length = body.size();
  request.read_body = body_of(body, at_once);
  return request;
}

/// The word of the Refusal that `work` throws; empty if it throws none.
template <typename Work>
std::string refusal_of(Work&& work) {
  try {
    work();
  } catch (const web::Refusal& refusal) {
    return std::string(refusal.kind().word);
  }
  return {};
}

}  // namespace upkeep::test
