// SPDX-License-Identifier: MIT
// How requests arrive and answers leave. CGI, FastCGI and by hand give the same bytes.
#pragma once

#include "base/fd.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>

namespace upkeep::web {

/// Answers one request; throws nothing but BrokenPipe from a stream.
using Handler = std::function<Response(const Request&)>;

/// The variables of CGI, RFC 3875.
using Variables = std::map<std::string, std::string, std::less<>>;

/// The request that CGI variables describe. The path is that of REQUEST_URI without `base`; the
/// body is not set. @throws Refusal(400|414) for an address that is malformed or too long,
/// Refusal(404) if it is not below `base`
Request request_of(const Variables& variables, const std::string& base);

/// Writes an answer as CGI does: a `Status` line, headers, a blank line, the body. Nothing of the
/// body for HEAD.
void write_cgi(const Response& response, bool head_only, const Sink& out);

/// Serves the one request of a CGI process: variables from the environment, the body from `in`.
/// @returns the status of the answer
int serve_cgi(const Variables& variables, int in, int out, const std::string& base,
              const Handler& handler);

/// Serves requests from a listening socket, one at a time, until `most` are served or SIGTERM
/// arrives; the request being served is finished. @throws Error
void serve_fastcgi(int listening, const std::string& base, std::size_t most,
                   const Handler& handler);

/// Whether the descriptor is a listening socket: then the process was started for FastCGI.
bool is_listening_socket(int fd);

}  // namespace upkeep::web
