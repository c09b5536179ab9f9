// SPDX-License-Identifier: MIT
// The HTTP API, /api/v1: its operations in one table, from which requests are checked and answered,
// and which openapi.json describes.
#pragma once

#include "patch/model/once.hpp"
#include "patch_web/visit.hpp"
#include "web/response.hpp"

#include <string>
#include <vector>

namespace upkeep::patch_web::api {

class Body;

/// The values of the `{}` of a pattern.
using Names = std::vector<std::string>;

/// A parameter of the query.
struct Parameter {
  const char* name;
  const char* about;
  enum class Kind { text, number, flag } kind = Kind::text;
  bool repeated = false;
};

/// A member of a JSON body.
struct Member {
  const char* name;
  const char* about;
  enum class Kind { text, texts, object, flag } kind = Kind::text;
  bool required = false;
};

struct Operation {
  const char* method;
  std::string pattern;              ///< below the base, as web::match() reads it
  std::vector<const char*> places;  ///< what each `{}` stands for
  const char* summary;
  web::Response (*read)(Visit& visit, const Names& names) = nullptr;
  std::vector<Parameter> query{};
  /// Instead of `read`: changes something. The person and where the request came from are checked.
  web::Response (*act)(Visit& visit, const Names& names, const Body& body) = nullptr;
  std::vector<Member> body{};
  /// Answers an act again that was done before under the same Idempotency-Key.
  web::Response (*again)(Visit& visit, const patch::AlreadyDone& before) = nullptr;
  /// The media type of another body, which `read` reads itself.
  const char* upload = nullptr;
};

/// All of them.
const std::vector<Operation>& operations();

/// Whether a path belongs to the API.
bool is_api(const std::string& path);

/// The key of Idempotency-Key, which may be quoted; empty if there is none. @throws
/// Refusal(request)
std::string idempotency_key(const web::Request& request);

/// Answers a request of the API. @throws Refusal(accept|method|request|unknown), Error
web::Response answer(Visit& visit);

}  // namespace upkeep::patch_web::api
