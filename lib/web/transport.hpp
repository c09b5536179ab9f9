// SPDX-License-Identifier: MIT
// How requests arrive and answers leave. CGI, FastCGI and by hand give the same bytes.
#pragma once

#include "web/refusal.hpp"
#include "web/request.hpp"
#include "web/response.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace upkeep::web {

/// Answers one request. A stream of its answer throws BrokenPipe when the client has gone; with any
/// other exception, the connection ends without the end of the answer, where the transport can say
/// so (FastCGI).
/// @param fault why the request cannot be read, which the answer must say: its path may be empty
/// then; nullptr: nothing is wrong
using Handler = std::function<Response(const Request& request, const Refusal* fault)>;

/// The variables of CGI, RFC 3875.
using Variables = std::map<std::string, std::string, std::less<>>;

/// The longest address, path and query together, as sent.
constexpr std::size_t k_longest_address = 2000;

/// Whether an address must be below the base of the application, or may be as well.
enum class BaseIs { required, optional };

/// Sets path and query from an address as it was sent: `/pmt/patches?q=a`, also with scheme and
/// host. The base itself is the path `/`.
/// @throws Refusal(request) if it is malformed, Refusal(length) if it is too long, Refusal(unknown)
/// if it is not below a required base; the path of a long address is set
void set_address(Request& request, std::string_view address, std::string_view base, BaseIs base_is);

/// The request that CGI variables describe. Who it is from is REMOTE_USER alone; credentials are
/// not among its headers.
/// @param body reads the body, as Request::read_body; nothing beyond CONTENT_LENGTH is read
/// @param request is set as far as possible, also if this throws
/// @throws Refusal for a REQUEST_URI as set_address(), Refusal(request) for a CONTENT_LENGTH that
/// is not a number
void read_request(const Variables& variables, std::string_view base, BodyReader body,
                  Request& request);

/// Has the request answered that CGI variables describe, and writes the answer as write_cgi().
/// @returns its status. @throws what `out` and the stream of the answer throw
int serve_one(const Variables& variables, std::string_view base, BodyReader body,
              const Handler& handler, const Sink& out);

/// Writes an answer as CGI does: a `Status` line, headers, a blank line, the body. Nothing of the
/// body if it answers HEAD.
void write_cgi(const Response& response, bool head_only, const Sink& out);

/// Reads a body from a descriptor, not owned, up to its end.
BodyReader body_from(int fd);

/// Serves the one request of a CGI process: the body is read from `in`, to its end even if it is
/// refused.
/// @returns the status of the answer. @throws Error(write_error), BrokenPipe
int serve_cgi(const Variables& variables, int in, int out, std::string_view base,
              const Handler& handler);

/// Whether the descriptor is a listening socket: then the process was started for FastCGI.
bool is_listening_socket(int fd);

}  // namespace upkeep::web
