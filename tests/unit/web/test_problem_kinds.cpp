// SPDX-License-Identifier: MIT
#include "web/refusal.hpp"
#include "web/request_support.hpp"
#include "web/response.hpp"

#include <set>
#include <string>

using namespace upkeep::test;  // NOLINT
using namespace upkeep::web;   // NOLINT
using upkeep::Error;
using upkeep::ExitStatus;

namespace {

struct Row {
  const char* word;
  int http;
  int exit;
  bool retry = false;
};

/// The documented table.
constexpr Row k_rows[]{{"refused", 409, 1},     {"conflict", 412, 1},      {"unknown", 404, 2},
                       {"request", 400, 64},    {"value", 422, 65},        {"away", 503, 69, true},
                       {"busy", 503, 75, true}, {"unsure", 503, 75, true}, {"read-only", 503, 69},
                       {"internal", 500, 70},   {"role", 403, 77},         {"token", 403, 77},
                       {"site", 403, 77},       {"account", 403, 77},      {"method", 405, 64},
                       {"accept", 406, 64},     {"size", 413, 64},         {"length", 414, 64},
                       {"type", 415, 64},       {"precondition", 428, 64}};

}  // namespace

TEST_CASE("every kind of problem has its HTTP status and its exit status") {
  for (const Row& row : k_rows) {
    CAPTURE(row.word);
    const ProblemKind& kind = problem_kind(row.word);
    CHECK(kind.http == row.http);
    CHECK(upkeep::code(kind.exit) == row.exit);
    CHECK(kind.retry == row.retry);
    CHECK_FALSE(kind.title.empty());
    CHECK(reason_phrase(kind.http) != "Unknown");
  }
  CHECK(upkeep::code(problem_kind("configuration").exit) == 78);
  CHECK_FALSE(problem_kind("configuration").retry);
}

TEST_CASE("the table has no other kind, and none twice") {
  std::set<std::string_view> words;
  for (const ProblemKind& kind : problem_kinds()) CHECK(words.insert(kind.word).second);
  CHECK(words.size() == std::size(k_rows) + 1);  // configuration
  CHECK_THROWS_AS(problem_kind("nonsense"), Error);
}

TEST_CASE("an error of the library is of the kind that its exit status says") {
  const auto word = [](ExitStatus status) { return problem_kind(Error(status, "x")).word; };
  CHECK(word(ExitStatus::no) == "refused");
  CHECK(word(ExitStatus::partial) == "unknown");
  CHECK(word(ExitStatus::usage) == "request");
  CHECK(word(ExitStatus::bad_data) == "value");
  CHECK(word(ExitStatus::unavailable) == "away");
  CHECK(word(ExitStatus::try_later) == "busy");
  CHECK(word(ExitStatus::not_permitted) == "role");
  CHECK(word(ExitStatus::config) == "configuration");
  CHECK(word(ExitStatus::internal) == "internal");
  for (const ExitStatus status : {ExitStatus::no_input, ExitStatus::cannot_create,
                                  ExitStatus::write_error, ExitStatus::lock_lost}) {
    CHECK(word(status) == "internal");
  }
}

TEST_CASE("a refusal keeps its kind as an error") {
  const Refusal refusal("token", "the form has expired", "send it again");
  const Error& error = refusal;
  CHECK(problem_kind(error).word == "token");
  CHECK(error.status() == ExitStatus::not_permitted);
  CHECK(error.message() == "the form has expired; send it again");
}

TEST_CASE("an answer has every header that keeps it safe, once") {
  Response response;
  response.set("cache-control", "no-store");
  add_safety_headers(response);
  add_safety_headers(response);
  std::multiset<std::string> names;
  for (const auto& one : response.headers) names.insert(one.first);
  CHECK(names == std::multiset<std::string>{"cache-control", "Content-Security-Policy",
                                            "X-Content-Type-Options", "Referrer-Policy",
                                            "Cross-Origin-Opener-Policy",
                                            "Cross-Origin-Resource-Policy"});
  CHECK(response.headers.front().second == "no-store");
  response.set("Cache-Control", "private");
  CHECK(response.headers.front().second == "private");
}

TEST_CASE("a body has a limit and its announced length") {
  CHECK(read_body(posted("text/plain", "12345"), 5) == "12345");
  CHECK(read_body(posted("text/plain", "12345", 1), 5) == "12345");
  CHECK(refusal_of([] { (void)read_body(posted("text/plain", "123456"), 5); }) == "size");
  Request request = posted("text/plain", "12345");
  request.content_length = 6;
  CHECK(refusal_of([&] { (void)read_body(request, 10); }) == "request");
  // By its announced length alone.
  request.content_length = 1000;
  request.read_body = [](char*, std::size_t) -> std::size_t { throw std::logic_error("was read"); };
  CHECK(refusal_of([&] { (void)read_body(request, 10); }) == "size");
  // Without one.
  request = posted("text/plain", "123456");
  request.content_length.reset();
  CHECK(refusal_of([&] { (void)read_body(request, 5); }) == "size");
  CHECK(read_body(Request{}, 5).empty());
}

TEST_CASE("a media type is read without its parameters") {
  CHECK(posted(" Text/HTML ; charset=x", "").content_type() == "text/html");
  CHECK(Request{}.content_type().empty());
}
