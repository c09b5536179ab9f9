// SPDX-License-Identifier: MIT
#include "web/origin.hpp"
#include "web/request_support.hpp"

#include <map>
#include <string>

using namespace upkeep::test;  // NOLINT
using namespace upkeep::web;   // NOLINT

namespace {

bool is_accepted(const std::map<std::string, std::string, std::less<>>& headers,
                 const std::string& url = {}) {
  Request request;
  request.headers = headers;
  const std::string word = refusal_of([&] { require_same_site(request, url); });
  CHECK((word.empty() || word == "site"));
  return word.empty();
}

}  // namespace

TEST_CASE("a program sends neither Origin nor Sec-Fetch-Site") {
  CHECK(is_accepted({}));
  CHECK(is_accepted({{"host", "a.example"}}));
  CHECK(is_accepted({}, "https://a.example/pmt"));
}

TEST_CASE("a browser says whether another site sent a request") {
  CHECK(is_accepted({{"sec-fetch-site", "same-origin"}}));
  CHECK(is_accepted({{"sec-fetch-site", "none"}}));
  for (const char* value : {"cross-site", "same-site", "", "Same-Origin", "none, cross-site"}) {
    CAPTURE(value);
    CHECK_FALSE(is_accepted({{"sec-fetch-site", value}}));
  }
  CHECK_FALSE(is_accepted(
      {{"sec-fetch-site", "cross-site"}, {"origin", "https://a.example"}, {"host", "a.example"}}));
}

TEST_CASE("without a public address, Origin has the host that was asked") {
  const auto accepted = [](const char* origin, const char* host) {
    return is_accepted({{"origin", origin}, {"host", host}});
  };
  CHECK(accepted("https://a.example", "a.example"));
  CHECK(accepted("http://a.example", "a.example"));  // TLS may end at a proxy
  CHECK(accepted("https://A.example:8443", "a.EXAMPLE:8443"));
  CHECK(accepted("https://a.example", "a.example:443"));
  CHECK(accepted("http://[::1]:8080", "[::1]:8080"));
  CHECK_FALSE(accepted("https://a.example:8443", "a.example"));
  CHECK_FALSE(accepted("https://a.example", "a.example:8443"));
  CHECK_FALSE(accepted("https://a.example", "a.example:80"));
  CHECK_FALSE(accepted("https://b.example", "a.example"));
  CHECK_FALSE(accepted("https://a.example.evil.example", "a.example"));
  CHECK_FALSE(accepted("https://evil.example", "a.example"));
  CHECK_FALSE(accepted("https://a.example@evil.example", "a.example"));
  CHECK_FALSE(is_accepted({{"origin", "https://a.example"}}));
}

TEST_CASE("an origin that is none is refused") {
  for (const char* origin : {"null", "", "a.example", "https://", "ftp://a.example",
                             "https:///a.example", "data:text/html,x", "https://u@a.example"}) {
    CAPTURE(origin);
    CHECK_FALSE(is_accepted({{"origin", origin}, {"host", "a.example"}}));
  }
}

TEST_CASE("with a public address, Origin is its origin, whatever the host") {
  const std::string url = "https://pmt.example/pmt";
  CHECK(is_accepted({{"origin", "https://pmt.example"}, {"host", "10.0.0.1:8080"}}, url));
  CHECK(is_accepted({{"origin", "https://PMT.example:443"}}, url));
  CHECK_FALSE(is_accepted({{"origin", "http://pmt.example"}, {"host", "pmt.example"}}, url));
  CHECK_FALSE(is_accepted({{"origin", "https://pmt.example:8443"}}, url));
  CHECK_FALSE(is_accepted({{"origin", "https://10.0.0.1:8080"}, {"host", "10.0.0.1:8080"}}, url));
}
