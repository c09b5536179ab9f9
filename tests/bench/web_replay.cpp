// SPDX-License-Identifier: MIT
// The baseline for pmt-web, by FastCGI and by CGI: the answer to .../NAME is the rows of the
// statements in the file NAME. Like pmt-web it keeps its connection to the database. Where and what
// it is told by REPLAY_SOCKET, REPLAY_SCHEMA and REPLAY_DIRECTORY, since CGI has no arguments.
#include "replay.hpp"

#include <fcgiapp.h>

#include <cstdlib>
#include <iostream>
#include <sstream>

namespace {

std::string text_of(const char* value) {
  return value == nullptr ? "" : value;
}

std::string answer_to(const std::string& uri, sql::Connection& connection) {
  std::ostringstream rows;
  const std::string directory = text_of(std::getenv("REPLAY_DIRECTORY"));
  bench::replay(connection, directory + uri.substr(uri.rfind('/')), rows);
  const std::string body = rows.str();
  return "Content-Type: text/plain\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace

int main() {
  const std::unique_ptr<sql::Connection> connection =
      bench::connect(text_of(std::getenv("REPLAY_SOCKET")), text_of(std::getenv("REPLAY_SCHEMA")));
  if (FCGX_IsCGI() != 0) {
    std::cout << answer_to(text_of(std::getenv("REQUEST_URI")), *connection);
    return 0;
  }
  FCGX_Request request;
  FCGX_Init();
  FCGX_InitRequest(&request, 0, 0);
  while (FCGX_Accept_r(&request) == 0) {
    const std::string answer =
        answer_to(text_of(FCGX_GetParam("REQUEST_URI", request.envp)), *connection);
    FCGX_PutStr(answer.data(), static_cast<int>(answer.size()), request.out);
    FCGX_Finish_r(&request);
  }
  return 0;
}
