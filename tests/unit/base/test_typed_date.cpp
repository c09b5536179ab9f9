// SPDX-License-Identifier: MIT
#include "base/typed_date.hpp"
#include "catch2_compat.hpp"

#include <string>
#include <utility>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

namespace {

const WallTime k_thursday = parse_iso8601("2024-03-07T13:14:15Z").value();

std::string read(const std::string& text) {
  const auto date = parse_typed_date(text, k_thursday);
  return date ? date->text() : "none";
}

}  // namespace

TEST_CASE("words and spans are days of UTC", "[typed_date]") {
  const std::pair<const char*, const char*> texts[] = {
      {"today", "2024-03-07"},         {"Yesterday", "2024-03-06"}, {"tomorrow", "2024-03-08"},
      {"now", "2024-03-07T13:14:15Z"}, {"monday", "2024-03-04"},    {"thursday", "2024-03-07"},
      {"Friday", "2024-03-01"},        {"sunday", "2024-03-03"},    {"-7d", "2024-02-29"},
      {"+1w", "2024-03-14"},           {"2w ago", "2024-02-22"},    {"2 weeks ago", "2024-02-22"},
      {"1 day ago", "2024-03-06"},     {"-1m", "2024-02-07"},       {"-1y", "2023-03-07"},
      {" 2014-03-01 ", "2014-03-01"}};
  for (const auto& [text, day] : texts) {
    CAPTURE(text);
    CHECK(read(text) == day);
  }
}

TEST_CASE("moments have any offset", "[typed_date]") {
  CHECK(read("2014-03-04T10:00:00+05:30") == "2014-03-04T04:30:00Z");
  CHECK(read("2014-03-04T23:30:00-0800") == "2014-03-05T07:30:00Z");
  CHECK(read("2014-03-04 23:30 -08") == "2014-03-05T07:30:00Z");
  CHECK(read("2014-03-04T10:00:00.123+0000") == "2014-03-04T10:00:00Z");
  CHECK(read("2014-03-04 10:00:00 UTC") == "2014-03-04T10:00:00Z");
  CHECK(read("2014-03-04T10:00:00,5z") == "2014-03-04T10:00:00Z");
}

TEST_CASE("what is no date is none", "[typed_date]") {
  for (const char* text :
       {"", "7d", "-7", "-7x", "d ago", "ago", "mon day", "2014", "-d", "--7d", "-9999999d",
        "-9999y", "2014-03-04T10:00+24:00", "2014-03-04T10:00+05:60", "2014-03-04+05:30",
        "0999-01-01", "2014-03-04T10:00 +", "2014-03-04T10:00:00 PST", "1000-01-01T00:00+05:00"}) {
    CAPTURE(text);
    CHECK(read(text) == "none");
  }
}

TEST_CASE("a month's last day stays one", "[typed_date]") {
  const auto text = [](const char* from, const char* span) {
    return iso8601(before(parse_iso8601(from).value(), parse_calendar_span(span).value()));
  };
  CHECK(text("2024-03-31T01:02:03Z", "1m") == "2024-02-29T01:02:03Z");
  CHECK(text("2024-02-29", "1y") == "2023-02-28T00:00:00Z");
  CHECK(text("2024-03-07", "90d") == "2023-12-08T00:00:00Z");
  CHECK_FALSE(parse_calendar_span("1.5d"));
  CHECK_FALSE(parse_calendar_span("90"));
  CHECK_FALSE(parse_calendar_span("99999999999999999999d"));
}

TEST_CASE("a day's last second is meant where it ends a range", "[typed_date]") {
  CHECK(iso8601(parse_typed_date("today", k_thursday)->last()) == "2024-03-07T23:59:59Z");
  CHECK(iso8601(parse_typed_date("now", k_thursday)->last()) == "2024-03-07T13:14:15Z");
}
