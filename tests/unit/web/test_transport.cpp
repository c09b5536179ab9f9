// SPDX-License-Identifier: MIT
#include "base/writer.hpp"
#include "web/request_support.hpp"
#include "web/transport.hpp"

#include <map>
#include <optional>
#include <string>

#include <sys/socket.h>
#include <sys/un.h>

using namespace upkeep::test;  // NOLINT
using namespace upkeep::web;   // NOLINT

namespace {

Request address(std::string_view text, std::string_view base = "/pmt",
                BaseIs base_is = BaseIs::required) {
  Request request;
  set_address(request, text, base, base_is);
  return request;
}

std::string refused_address(const std::string& text, std::string_view base = "/pmt") {
  return refusal_of([&] { (void)address(text, base); });
}

std::string written(const Response& response, bool head_only = false) {
  std::string out;
  write_cgi(response, head_only, [&](std::string_view text) { out += text; });
  return out;
}

}  // namespace

TEST_CASE("an address is split below the base, and stays encoded") {
  const Request request = address("/pmt/patches/4.4.0-1%2Fx?q=a%20b&c=?d");
  CHECK(request.path == "/patches/4.4.0-1%2Fx");
  CHECK(request.query == "q=a%20b&c=?d");
  CHECK(address("/pmt").path == "/");
  CHECK(address("/pmt/").path == "/");
  CHECK(address("/pmt?q=1").query == "q=1");
  CHECK(address("/pmt//x").path == "//x");
}

TEST_CASE("an address may have scheme and host") {
  CHECK(address("http://pmt.example.org/pmt/me").path == "/me");
  CHECK(address("HTTPS://pmt.example.org:8443/pmt/me?a").query == "a");
  CHECK(address("http://pmt.example.org", "").path == "/");
}

TEST_CASE("an address outside the base is unknown") {
  for (const char* text : {"/", "/pm", "/pmtx", "/pmt%2Fx", "/x/pmt/"}) {
    CAPTURE(text);
    CHECK(refused_address(text) == "unknown");
  }
  CHECK(address("/anything", "").path == "/anything");
  CHECK(address("/me", "/pmt", BaseIs::optional).path == "/me");
  CHECK(address("/pmt/me", "/pmt", BaseIs::optional).path == "/me");
}

TEST_CASE("an address that no client may send is malformed") {
  for (const char* text : {"", "*", "pmt/x", "ftp://x/pmt", "/pmt/a b", "/pmt/a\tb", "/pmt/a\nX: y",
                           "/pmt/\x7f", "/pmt/\xff", "/pmt/?q=\xc0\x80"}) {
    CAPTURE(text);
    CHECK(refused_address(text) == "request");
  }
}

TEST_CASE("an address has at most 2,000 characters, query included") {
  const std::string path = "/pmt/" + std::string(995, 'a');
  const std::string query = "?" + std::string(999, 'b');
  CHECK(address(path + query).path.size() == 996);
  CHECK(refused_address(path + query + "c") == "length");
  CHECK(refused_address("/pmt/" + std::string(1996, 'a')) == "length");
  // The scheme and the host do not count.
  CHECK(refused_address("http://pmt.example.org" + path + query).empty());
  Request request;
  CHECK_THROWS(
      set_address(request, "/pmt/api/v1/" + std::string(2000, 'a'), "/pmt", BaseIs::required));
  CHECK(request.path.starts_with("/api/v1/a"));  // which answer it gets depends on it
}

TEST_CASE("CGI variables describe a request") {
  const Variables variables{{"REQUEST_METHOD", "POST"},
                            {"REQUEST_URI", "/pmt/patches?q=1"},
                            {"CONTENT_TYPE", "Text/Plain; charset=utf-8"},
                            {"CONTENT_LENGTH", "3"},
                            {"HTTP_IF_NONE_MATCH", "\"1.2\""},
                            {"HTTP_X_REMOTE_USER", "eve"},
                            {"REMOTE_USER", "ann"},
                            {"UNIQUE_ID", "abc"},
                            {"PATH_INFO", "/elsewhere"},
                            {"QUERY_STRING", "q=2"}};
  Request request;
  read_request(variables, "/pmt", body_of("abcdef"), request);
  CHECK(request.method == "POST");
  CHECK(request.path == "/patches");
  CHECK(request.query == "q=1");
  CHECK(request.user == "ann");
  CHECK(request.id == "abc");
  CHECK(request.content_type() == "text/plain");
  CHECK(request.header("if-none-match") == "\"1.2\"");
  CHECK(request.header("x-remote-user") == "eve");
  CHECK(request.content_length == 3);
  CHECK(read_body(request, 10) == "abc");  // nothing beyond the announced length
}

TEST_CASE("only REMOTE_USER says who it is") {
  for (const Variables& variables :
       {Variables{}, Variables{{"REMOTE_USER", ""}}, Variables{{"HTTP_REMOTE_USER", "eve"}},
        Variables{{"HTTP_AUTHORIZATION", "Basic ZXZlOng="}},
        Variables{{"REDIRECT_REMOTE_USER", "eve"}}}) {
    Request request;
    CHECK_THROWS_AS(read_request(variables, "/pmt", body_of(""), request), Refusal);
    CHECK_FALSE(request.user);
    CHECK_FALSE(request.header("authorization"));
  }
}

TEST_CASE("credentials are not passed on") {
  Request request;
  read_request({{"REQUEST_METHOD", "GET"},
                {"REQUEST_URI", "/pmt/"},
                {"HTTP_AUTHORIZATION", "Basic x"},
                {"HTTP_PROXY_AUTHORIZATION", "Basic x"},
                {"HTTP_COOKIE", "session=x"},
                {"HTTP_ACCEPT", "text/html"}},
               "/pmt", body_of(""), request);
  CHECK(request.headers.size() == 1);
  CHECK(request.header("accept") == "text/html");
}

TEST_CASE("an announced length is a number") {
  for (const char* length : {"x", "-1", "1x", "+1", " 1", "99999999999999999999999"}) {
    CAPTURE(length);
    Request request;
    CHECK(
        refusal_of([&] {
          read_request(
              {{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/pmt/me"}, {"CONTENT_LENGTH", length}},
              "/pmt", body_of("abc"), request);
        }) == "request");
    CHECK(request.path == "/me");
    CHECK_FALSE(request.read_body);
  }
}

TEST_CASE("an answer begins with its status and ends with its body") {
  Response response;
  response.type = "text/plain; charset=utf-8";
  response.set("ETag", "\"1\"");
  response.body = "ok\n";
  const std::string head =
      "Status: 200 OK\nContent-Type: text/plain; charset=utf-8\nETag: \"1\"\nContent-Length: "
      "3\n\n";
  CHECK(written(response) == head + "ok\n");
  CHECK(written(response, true) == head);
}

TEST_CASE("an answer without content has no body") {
  Response response;
  response.status = 304;
  response.type = "text/html";
  response.body = "x";
  CHECK(written(response) == "Status: 304 Not Modified\n\n");
  CHECK(written(see_other("/pmt/")) ==
        "Status: 303 See Other\nLocation: /pmt/\nContent-Length: 0\n\n");
}

TEST_CASE("a large body is streamed, and not made for HEAD") {
  int made = 0;
  Response response;
  response.type = "text/csv";
  response.stream = [&](const Sink& out) {
    ++made;
    out("a\n");
    out("b\n");
  };
  CHECK(written(response) == "Status: 200 OK\nContent-Type: text/csv\n\na\nb\n");
  CHECK(written(response, true) == "Status: 200 OK\nContent-Type: text/csv\n\n");
  CHECK(made == 1);
}

TEST_CASE("no value begins another header") {
  Response response;
  response.set("Location", "/a\r\nSet-Cookie: x=1\n\n<p>");
  response.set("X\nY", "z");
  CHECK(written(response) ==
        "Status: 200 OK\nLocation: /a  Set-Cookie: x=1  <p>\nX Y: z\nContent-Length: 0\n\n");
}

TEST_CASE("a request that cannot be read reaches the handler with its fault") {
  std::string out, word, path;
  const Handler handler = [&](const Request& request, const Refusal* fault) {
    word = fault != nullptr ? fault->kind().word : "";
    path = request.path;
    Response response;
    response.status = fault != nullptr ? fault->kind().http : 200;
    return response;
  };
  const auto serve = [&](const std::string& uri) {
    return serve_one({{"REQUEST_METHOD", "GET"}, {"REQUEST_URI", uri}}, "/pmt", body_of(""),
                     handler, [&](std::string_view text) { out += text; });
  };
  CHECK(serve("/pmt/me") == 200);
  CHECK(word.empty());
  CHECK(serve("/pmt/" + std::string(2000, 'a')) == 414);
  CHECK(word == "length");
  CHECK(serve("/other") == 404);
  CHECK(path.empty());
  CHECK(serve("") == 400);
}

TEST_CASE("a CGI process reads its body and writes its answer") {
  const Pipe in;
  const Capture out;
  REQUIRE(upkeep::write_all(in.write.get(), "name=value and more"));
  const Handler handler = [](const Request& request, const Refusal*) {
    Response response;
    response.body = read_body(request, 100);
    return response;
  };
  CHECK(serve_cgi({{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/pmt/x"}, {"CONTENT_LENGTH", "10"}},
                  in.read.get(), out.fd(), "/pmt", handler) == 200);
  CHECK(out.text() == "Status: 200 OK\nContent-Length: 10\n\nname=value");
}

TEST_CASE("a CGI process reads a body that it refuses") {
  Pipe in;
  const Capture out;
  REQUIRE(upkeep::write_all(in.write.get(), "0123456789"));
  const Handler handler = [](const Request&, const Refusal*) { return Response{}; };
  serve_cgi({{"REQUEST_METHOD", "POST"}, {"REQUEST_URI", "/pmt/x"}, {"CONTENT_LENGTH", "9"}},
            in.read.get(), out.fd(), "/pmt", handler);
  in.write.reset();
  CHECK(upkeep::read_rest(in.read.get(), "pipe") == "9");
}

TEST_CASE("a listening socket is told apart from everything else") {
  const Pipe pipe;
  CHECK_FALSE(is_listening_socket(pipe.read.get()));
  CHECK_FALSE(is_listening_socket(-1));
  const TemporaryDirectory directory;
  const upkeep::Fd socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  CHECK_FALSE(is_listening_socket(socket.get()));
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string path = (directory / "socket").string();
  std::copy(path.begin(), path.end(), name.sun_path);
  REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&name), sizeof name) ==
          0);  // NOLINT
  REQUIRE(::listen(socket.get(), 1) == 0);
  CHECK(is_listening_socket(socket.get()));
}
