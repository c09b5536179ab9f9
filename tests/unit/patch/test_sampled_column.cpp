// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/exchange/sampled_column.hpp"

#include <string>
#include <vector>

using namespace upkeep::patch;  // NOLINT(google-build-using-namespace): a test of that very
                                // namespace

namespace {

using Texts = std::vector<std::string>;

Texts formats(const Texts& values) {
  return guess_dates(values).formats;
}

std::string separator(const Texts& values, const char* target) {
  SampledColumn column;
  column.values = values;
  return guess_separator(column, target);
}

}  // namespace

TEST_CASE("pmt: the formats that all dates of a column fit") {
  CHECK(formats({"3/4/2014", "3/14/2014"}) == Texts{"%m/%d/%Y"});
  CHECK(formats({"3/4/14", "13/4/14"}) == Texts{"%d/%m/%y"});
  CHECK(formats({"4/4/2014"}).size() == 1);  // both readings are the same day
  CHECK(formats({"2014-03-04", "2014-03-04T10:00:00Z"}) == Texts{"iso"});
  CHECK(formats({"09/Oct/25 1:42 PM", "28/Feb/26"}) == Texts{"%d/%b/%y", "%d/%b/%y %I:%M %p"});
  const DateGuess both = guess_dates({"3/4/2014", "5/6/2014"});
  CHECK(both.formats.empty());
  CHECK(both.readings.size() == 2);
  CHECK(both.usual);
  const DateGuess odd = guess_dates({"12/31/2013", "31/12/2013", "soon"});
  CHECK(odd.formats == Texts{"%d/%m/%Y", "%m/%d/%Y"});
  CHECK(odd.unreadable == Texts{"soon"});
  CHECK(guess_dates({"yes", "no"}).unreadable.size() == 2);
  CHECK(guess_dates({}).formats.empty());
}

TEST_CASE("pmt: what separates several values in a cell") {
  CHECK(separator({"a.jar, b.jar", "c.jar"}, "patchInformation_jarsInvolved") == ",");
  CHECK(separator({"SUP-1 SUP-2"}, "jiraInformation_supportJIRA") == " ");
  CHECK(separator({"Acme, Inc", "Globex"}, "overview_client").empty());
  CHECK(separator({"Acme, Globex", "Globex", "Acme"}, "overview_client") == ",");
  CHECK(separator({"Acme; Globex"}, "overview_client") == ";");
  CHECK(separator({"ESB 4.8.1, IS 5.0.0"}, "overview_products") == ",");
  CHECK(separator({"ESB 4.8.1, IS 5.0.0", "ESB 4.8.1, 4.9.0"}, "overview_products").empty());
  CHECK(separator({"ESB 4.8.1; 4.9.0"}, "overview_products").empty());
}

TEST_CASE("pmt: which part of a date comes first, by the dates beside it") {
  const auto first = [](const Texts& values, char mark) {
    SampledColumn column;
    column.header = "Due";
    column.values = values;
    std::string header;
    return first_date_part({column}, mark, header) + header;
  };
  CHECK(first({"3/4/2014", "3/14/2014 10:00 AM"}, '/') == "%mDue");
  CHECK(first({"31.12.13"}, '.') == "%dDue");
  CHECK(first({"31.12.13"}, '/').empty());
  CHECK(first({"3/14/2014", "14/3/2014"}, '/') == "Due");
  CHECK(first({"3/4/2014", "see 3/14/2014", "4.2.0"}, '/').empty());
}

TEST_CASE("pmt: words of trackers") {
  CHECK(version_in("Carbon 4.2.0 (Turing)") == "4.2.0");
  CHECK(version_in("4.2.0 and 4.4.0").empty());
  CHECK(version_in("All").empty());
  CHECK(guess_priority("P2") == "2");
  CHECK(guess_priority("3 - Medium") == "3");
  CHECK(guess_priority("Blocker") == "1");
  CHECK(guess_priority("nonsense").empty());
  CHECK(guess_states("In Progress").front() == "Development");
  CHECK(guess_states("nonsense").empty());
  CHECK(versions_in("4.2.0 and 4.4.0") == Texts{"4.2.0", "4.4.0"});
  CHECK(normal_header(" # ") == "#");
  CHECK(normal_header("Custom field (Carbon_Platform)") == "carbonplatform");
}

TEST_CASE("pmt: where the headers of a sheet are") {
  const SampledSheet sheet = sample_sheet(
      {{"Our patches", "", ""}, {"No", "", "Tag", "Tag"}, {"1", "x", "a", "b"}, {"2"}});
  CHECK(sheet.header_row == 1);
  CHECK(sheet.unnamed);
  REQUIRE(sheet.columns.size() == 2);
  CHECK(sheet.columns[1].several);
  CHECK(sheet.columns[0].filled == 2);
}
