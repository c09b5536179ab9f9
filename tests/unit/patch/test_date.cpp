// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/model/date.hpp"

#include <string>
#include <vector>

using namespace upkeep::patch;  // NOLINT(google-build-using-namespace): a test of that very
                                // namespace

namespace {

std::string usual(const std::string& text) {
  return normalized_date(text).value_or("none");
}

std::string by(const std::string& text, const std::vector<std::string>& formats) {
  const DateReading reading = read_date(text, formats);
  if (reading.other) return "ambiguous";
  return reading.date.value_or("none");
}

}  // namespace

TEST_CASE("the usual spellings of a date", "[date]") {
  CHECK(usual("3/4/2014") == "2014-04-03");
  CHECK(usual("3/4/2014 0:00") == "2014-04-03T00:00:00Z");
  CHECK(usual("1 Mar 2014 2:05 PM") == "2014-03-01T14:05:00Z");
  CHECK(usual("2014-03-04T10:00:00.000+0530") == "2014-03-04T04:30:00Z");
  CHECK(usual("2014-03-04") == "2014-03-04");
  for (const char* text : {"", "3/14/2014", "3/4/14", "41702", "today", "-7d", "31/2/2014"}) {
    CAPTURE(text);
    CHECK(usual(text) == "none");
  }
}

TEST_CASE("a map's formats alone decide", "[date]") {
  CHECK(by("3/4/2014", {"%m/%d/%Y"}) == "2014-03-04");
  CHECK(by("3/4/2014 0:00", {"%m/%d/%Y"}) == "none");
  CHECK(by("3/4/2014 0:00", {"%m/%d/%Y", "%m/%d/%Y %H:%M"}) == "2014-03-04T00:00:00Z");
  CHECK(by("2014-03-04", {"%m/%d/%Y"}) == "none");
  CHECK(by("2014-03-04T10:00:00Z", {"%m/%d/%Y", "iso"}) == "2014-03-04T10:00:00Z");
  CHECK(by("3/4/2014", {"%m/%d/%Y", "%d/%m/%Y"}) == "ambiguous");
  CHECK(by("4/4/2014", {"%m/%d/%Y", "%d/%m/%Y"}) == "2014-04-04");
  CHECK(by("3/14/2014", {"%m/%d/%Y", "%d/%m/%Y"}) == "2014-03-14");
}

TEST_CASE("an offset is converted to UTC", "[date]") {
  const std::string format = "%Y-%m-%dT%H:%M:%S.000%z";
  CHECK(by("2014-03-04T23:30:00.000-0800", {format}) == "2014-03-05T07:30:00Z");
  CHECK(by("2014-03-04T02:00:00.000+05:30", {format}) == "2014-03-03T20:30:00Z");
  CHECK(by("2014-03-04T02:00:00.000Z", {format}) == "2014-03-04T02:00:00Z");
  CHECK(by("2014-03-04 02:00:00.25 +0100", {"%Y-%m-%d %H:%M:%S.%f %z"}) == "2014-03-04T01:00:00Z");
  CHECK(by("09/Oct/25 1:42 PM", {"%d/%b/%y %I:%M %p"}) == "2025-10-09T13:42:00Z");
  CHECK(by("1394100000", {"%s"}) == "2014-03-06T10:00:00Z");
}

TEST_CASE("a blank of a format needs one, and a serial number of a day is no date", "[date]") {
  for (const char* format :
       {"%m %d %y", "%d %m %Y", "%m%d%y", "%Y%m%d", "%d%m%Y", "%m/%d/%Y", "%d %n%m%t%y"}) {
    for (const char* text : {"41702", "41999", "45000", "41702.5", "2014", "3122013", "12"}) {
      CAPTURE(format, text);
      CHECK(by(text, {format}) == "none");
    }
  }
  CHECK(by("3/4/201410:00", {"%d/%m/%Y %H:%M"}) == "none");
  CHECK(by("4Mar2014", {"%d %b %Y"}) == "none");
  CHECK(by("3/4/2", {"%d/%m/%y"}) == "none");
  CHECK(by("3/4/20145", {"%d/%m/%Y"}) == "none");
  CHECK(by("+3/4/2014", {"%d/%m/%Y"}) == "none");
  CHECK(by("31 12 2013", {"%d %m %Y"}) == "2013-12-31");
  CHECK(by("4  Mar\t2014", {"%d %b %Y"}) == "2014-03-04");
  CHECK(by("4Mar2014", {"%d%b%Y"}) == "2014-03-04");
  CHECK(by("20140304", {"%Y%m%d"}) == "2014-03-04");
  CHECK(by("3/ 4/2014", {"%m/%e/%Y"}) == "2014-03-04");
  CHECK(by("Fri Mar 14 10:00:00 2014", {"%c"}) == "2014-03-14T10:00:00Z");
  CHECK(by("100% 4.3.2014", {"100%% %d.%m.%Y"}) == "2014-03-04");
  CHECK(is_serial_day("41702"));
  CHECK(is_serial_day("41702.5"));
  CHECK_FALSE(is_serial_day("4170"));
}

TEST_CASE("invisible blanks in dates are blanks", "[date]") {
  CHECK(by("Oct 9, 2025, 1:42\u202fPM", {"%b %d, %Y, %I:%M %p"}) == "2025-10-09T13:42:00Z");
  CHECK(by("3/4/2014 1:00 PM", {"%m/%d/%Y\u00a0%I:%M %p"}) == "2014-03-04T13:00:00Z");
  CHECK(usual("2014-03-04\u00a010:00") == "2014-03-04T10:00:00Z");
  CHECK(usual("1\u2009Mar\u30002014") == "2014-03-01");
  CHECK(usual("\u200e3/\u200e4/\u200e2014\ufeff") == "2014-04-03");
  CHECK(month_first_reading("3/4/2014\u00a010:00").value_or("") == "2014-03-04T10:00:00Z");
}

TEST_CASE("a format that does not make a date is named", "[date]") {
  for (const char* format :
       {"%d/%m/%Y", "%m/%d/%y %H:%M", "%F", "%s", "%D", "%d %B %Y", "iso", "%Y%m%d", "%Y-%j",
        "%Y-%m-%dT%H:%M:%S.%f%z", "%-d.%-m.%Y", "%Y-%m-%dT%H:%M:%SZ", "%F %T UTC", "%F %R +00:00",
        "%d-%m-20%y", "%d.%m.%Y %H:%M Uhr", "%d/%m/%Y %H:%M GMT", "%A, %d %B %Y"}) {
    CAPTURE(format);
    CHECK((date_format_problem(format).empty() || std::string(format) == "%-d.%-m.%Y"));
  }
  for (const char* format : {"", "%d/%m", "%Y-%m", "%b %y", "%d/%m/%Y %Z", "%Q", "%d/%m/%Y %H %Q",
                             "%G-W%V-%u", "%d/%m/%Y %I:%M", "%Y-%m-%d%f", "today", "%d/%m/%Y %z",
                             "%Y-%m-%d %H:%M:%S +0530", "%d/%m/%Y %R -08:00", "%d/%m/%Y %H:%M IST",
                             "%Y-%m-%dT%H:%M:%S+5", "%d/%m/%Y %H:%M PM", "%F %T [Asia/Kolkata]"}) {
    CAPTURE(format);
    CHECK_FALSE(date_format_problem(format).empty());
  }
}

TEST_CASE("the other reading of an ambiguous date", "[date]") {
  CHECK(month_first_reading("3/4/2014").value_or("") == "2014-03-04");
  CHECK(month_first_reading("3.4.2014 10:00").value_or("") == "2014-03-04T10:00:00Z");
  for (const char* text : {"4/4/2014", "13/4/2014", "2014-03-04", "1 Mar 2014", "3/14/2014", "x"}) {
    CAPTURE(text);
    CHECK_FALSE(month_first_reading(text));
  }
}
