// SPDX-License-Identifier: MIT
#include "base/boot_time.hpp"
#include "base/time.hpp"
#include "catch2_compat.hpp"

#include <cstdlib>
#include <ctime>
#include <string>

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

namespace {

/// Another time zone while it lives.
class TimeZone {
 public:
  explicit TimeZone(const char* name) {
    if (const char* before = std::getenv("TZ")) m_before = before;
    ::setenv("TZ", name, 1);
    ::tzset();
  }
  TimeZone(const TimeZone&) = delete;
  TimeZone& operator=(const TimeZone&) = delete;
  ~TimeZone() {
    if (m_before.empty()) {
      ::unsetenv("TZ");
    } else {
      ::setenv("TZ", m_before.c_str(), 1);
    }
    ::tzset();
  }

 private:
  std::string m_before;
};

WallTime at(const char* text) {
  return parse_iso8601(text).value();
}

}  // namespace

TEST_CASE("iso8601 and back", "[time]") {
  CHECK(iso8601(WallTime{}) == "1970-01-01T00:00:00Z");
  CHECK(iso8601(at("2026-01-02T03:04:05Z")) == "2026-01-02T03:04:05Z");
  CHECK(iso8601(at("2024-02-29 23:59:59")) == "2024-02-29T23:59:59Z");
  CHECK(iso8601(at("2026-01-02T03:04:05.999Z")) == "2026-01-02T03:04:05Z");
  CHECK(iso8601(at("2026-01-02")) == "2026-01-02T00:00:00Z");
  CHECK(iso8601(at("2026-01-02T03:04Z")) == "2026-01-02T03:04:00Z");
  CHECK(iso8601(WallTime{std::chrono::milliseconds{-1}}) == "1969-12-31T23:59:59Z");
  CHECK(at("2026-01-02 03:04:05.25") - at("2026-01-02 03:04:05") == std::chrono::milliseconds{250});
  CHECK(at("2026-01-02 03:04:05.123456") - at("2026-01-02 03:04:05") ==
        std::chrono::milliseconds{123});
  CHECK(at("2026-01-02T10:00:00+01:00") == at("2026-01-02T09:00:00Z"));
}

TEST_CASE("what is no time is none", "[time]") {
  for (const char* wrong :
       {"", "2026", "2026-01", "2026-13-01", "2026-02-29", "2026-01-32", "2026-1-2", "26-01-02",
        "2026-01-02T", "2026-01-02T25:00Z", "2026-01-02T10:60Z", "2026-01-02T10:00:61Z",
        "2026-01-02T10:00:00.Z", "2026-01-02T10:00:00ZZ", "2026-01-02x10:00", " 2026-01-02",
        "2026-01-02 ", "2026-01-02T10:00:00+25:00", "yesterday"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_iso8601(wrong));
  }
}

TEST_CASE("next_local_time is strictly after now", "[time]") {
  const TimeZone zone("Europe/Berlin");
  CHECK(iso8601(*next_local_time("06:00", at("2026-01-02T03:04:05Z"))) == "2026-01-02T05:00:00Z");
  CHECK(iso8601(*next_local_time("06:00", at("2026-01-02T05:00:00Z"))) == "2026-01-03T05:00:00Z");
  CHECK(iso8601(*next_local_time("06:00", at("2026-01-02T04:59:59.999Z"))) ==
        "2026-01-02T05:00:00Z");
  CHECK(iso8601(*next_local_time("00:00", at("2026-12-31T22:00:00Z"))) == "2026-12-31T23:00:00Z");
  // In summer the same local time is another UTC time; the change lies between.
  CHECK(iso8601(*next_local_time("06:00", at("2026-03-29T00:30:00Z"))) == "2026-03-29T04:00:00Z");
  for (const char* wrong : {"", "6:00", "24:00", "12:60", "12:00:00", "noon", "1200"}) {
    CAPTURE(wrong);
    CHECK_FALSE(next_local_time(wrong, at("2026-01-02")));
  }
}

TEST_CASE("a time of day that the night skips is still that night", "[time]") {
  const TimeZone zone("Europe/Berlin");
  const WallTime now = at("2026-03-28T23:00:00Z");
  const WallTime until = next_local_time("02:30", now).value();
  CHECK(until > now);
  CHECK(until - now <= std::chrono::hours{3});
}

TEST_CASE("a time of day that the night shows twice comes twice", "[time]") {
  const TimeZone zone("Europe/Berlin");
  CHECK(iso8601(*next_local_time("02:30", at("2026-10-24T23:00:00Z"))) == "2026-10-25T00:30:00Z");
  CHECK(iso8601(*next_local_time("02:30", at("2026-10-25T00:30:00Z"))) == "2026-10-25T01:30:00Z");
  CHECK(iso8601(*next_local_time("02:30", at("2026-10-25T01:30:00Z"))) == "2026-10-26T01:30:00Z");
}

TEST_CASE("same_local_time keeps the time of day over a change of the clocks", "[time]") {
  const TimeZone zone("Europe/Berlin");
  const auto later = [](const char* time, const char* after) {
    return iso8601(same_local_time(at(time), at(after)));
  };
  CHECK(later("2026-01-10T21:00:00Z", "2026-01-11T05:00:00Z") == "2026-01-11T21:00:00Z");
  // 22:00 before and after: 25 and 23 hours later.
  CHECK(later("2026-10-24T20:00:00Z", "2026-10-25T05:00:00Z") == "2026-10-25T21:00:00Z");
  CHECK(later("2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z") == "2026-03-29T20:00:00Z");
  // Days after its time, and a moment before and at the same time of day.
  CHECK(later("2026-10-20T20:00:00Z", "2026-10-26T05:00:00Z") == "2026-10-26T21:00:00Z");
  CHECK(later("2026-10-20T20:00:00Z", "2026-10-26T20:59:59Z") == "2026-10-26T21:00:00Z");
  CHECK(later("2026-10-20T20:00:00Z", "2026-10-26T21:00:00Z") == "2026-10-27T21:00:00Z");
  CHECK(later("2026-03-25T21:00:05.250Z", "2026-03-29T20:00:05.250Z") == "2026-03-30T20:00:05Z");
  // Not yet due: the next day all the same.
  CHECK(later("2026-01-10T21:00:00Z", "2026-01-10T05:00:00Z") == "2026-01-11T21:00:00Z");
  // In an hour that the next night skips, it is that night, beside it.
  const WallTime skipped = same_local_time(at("2026-03-28T01:30:00Z"), at("2026-03-28T05:00:00Z"));
  CHECK(skipped > at("2026-03-29T00:00:00Z"));
  CHECK(skipped < at("2026-03-29T03:00:00Z"));
}

TEST_CASE("durations for people have at most two units", "[time]") {
  using std::chrono::seconds;
  CHECK(human_duration(seconds(0)) == "0s");
  CHECK(human_duration(seconds(45)) == "45s");
  CHECK(human_duration(seconds(125)) == "2m 5s");
  CHECK(human_duration(seconds(120)) == "2m");
  CHECK(human_duration(seconds(3600)) == "1h");
  CHECK(human_duration(seconds(3659)) == "1h");
  CHECK(human_duration(seconds(9000)) == "2h 30m");
  CHECK(human_duration(seconds(86400 * 3 + 4 * 3600 + 59)) == "3d 4h");
  CHECK(human_duration(seconds(86400L * 4018 + 4L * 3600)) == "4018d");
  CHECK(human_duration(seconds(-9000)) == "-2h 30m");
  CHECK(human_hours(seconds(86400 * 2)) == "48h");
  CHECK(human_hours(seconds(-5400)) == "-1h 30m");
}

TEST_CASE("times below a week are relative", "[time]") {
  const WallTime now = at("2026-03-10T12:00:00Z");
  CHECK(relative_time(now, now) == "now");
  CHECK(relative_time(now + std::chrono::milliseconds(400), now) == "now");
  CHECK(relative_time(at("2026-03-10T11:59:48Z"), now) == "12s ago");
  CHECK(relative_time(at("2026-03-10T11:56:01Z"), now) == "3m ago");
  CHECK(relative_time(at("2026-03-10T14:00:00Z"), now) == "in 2h");
  CHECK(relative_time(at("2026-03-08T10:00:00Z"), now) == "2d ago");
  CHECK(relative_time(at("2026-03-03T12:00:01Z"), now) == "6d ago");
  CHECK(relative_time(at("2026-03-03T12:00:00Z"), now) == "2026-03-03");
  CHECK(relative_time(at("2026-03-17T12:00:00Z"), now) == "2026-03-17");
  CHECK(relative_time(at("2014-03-01T00:00:00Z"), now) == "2014-03-01");
}

TEST_CASE("clocks go forward", "[time]") {
  const BootTime first = BootClock::now();
  CHECK(first > BootTime());
  CHECK(BootClock::now() >= first);
  CHECK(wall_now() > at("2020-01-01"));
}
