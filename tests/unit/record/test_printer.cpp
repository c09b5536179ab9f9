// SPDX-License-Identifier: MIT
#include "record/printer.hpp"

#include "support.hpp"

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

namespace {

const std::vector<std::string> k_columns{"workspace", "state", "seconds", "detail"};

std::string printed(const PrinterOptions& options, const std::vector<Record>& records,
                    const std::vector<std::string>& columns = k_columns) {
  const test::Capture capture;
  Writer out(capture.fd());
  const auto printer = make_printer(out, columns, options);
  for (const Record& record : records) printer->print(record);
  printer->finish();
  out.flush();
  return capture.text();
}

const std::vector<Record> k_two{{"acme", "pending", 5, nullptr},
                                {"longer_name", "upgraded", 1234, "all well"}};

}  // namespace

TEST_CASE("text is aligned, numbers to the right", "[printer]") {
  CHECK(printed({.format = Format::text}, k_two) ==
        "workspace    state     seconds  detail\n"
        "acme         pending        5s\n"
        "longer_name  upgraded  20m 34s  all well\n");
}

TEST_CASE("text: nothing to print prints nothing", "[printer]") {
  CHECK(printed({.format = Format::text}, {}).empty());
}

TEST_CASE("text: wide characters align, control characters are shown", "[printer]") {
  CHECK(printed({.format = Format::text}, {{"漢字", "x"}, {"a\x1b[0m", "y"}}, {"w", "s"}) ==
        "w         s\n"
        "漢字      x\n"
        "a\\x1b[0m  y\n");
}

TEST_CASE("text streams row by row with one header", "[printer]") {
  const test::Capture capture;
  Writer out(capture.fd());
  const auto printer = make_printer(out, {"w", "n"}, {.format = Format::text, .stream = true});
  printer->print({"a", 1});
  CHECK(capture.text() == "w  n\na  1\n");
  printer->print({"longer", nullptr});
  printer->finish();
  out.flush();
  CHECK(capture.text() == "w  n\na  1\nlonger\n");
}

TEST_CASE("tsv escapes tab, newline and backslash", "[printer]") {
  CHECK(printed({.format = Format::tsv}, k_two) ==
        "acme\tpending\t5\t\n"
        "longer_name\tupgraded\t1234\tall well\n");
  CHECK(printed({.format = Format::tsv}, {{"a\tb\nc\\d", "\r"}}, {"x", "y"}) ==
        "a\\tb\\nc\\\\d\t\r\n");
  CHECK(printed({.format = Format::tsv}, {{nullptr, "b"}}, {"x", "y"}) == "\tb\n");
  CHECK(printed({.format = Format::tsv, .header = true}, {}, {"x", "y"}) == "x\ty\n");
}

TEST_CASE("tsv and text end with NUL on request", "[printer]") {
  const std::string tsv = printed({.format = Format::tsv, .null_terminated = true},
                                  {{"a", "b"}, {"c\nd", std::string("e\0f", 3)}}, {"x", "y"});
  CHECK(tsv == std::string("a\tb\0c\\nd\te\\0f\0", 14));
  const std::string text =
      printed({.format = Format::text, .null_terminated = true}, {{"a", "b"}}, {"x", "y"});
  CHECK(text == std::string("x  y\0a  b\0", 10));
}

TEST_CASE("json is one array, jsonl an object a line", "[printer]") {
  CHECK(printed({.format = Format::json}, {}) == "[]\n");
  CHECK(printed({.format = Format::json}, {{"a", nullptr}, {"b\n", 2}}, {"x", "y"}) ==
        "[\n{\"x\":\"a\",\"y\":null},\n{\"x\":\"b\\n\",\"y\":2}\n]\n");
  CHECK(printed({.format = Format::jsonl}, {}).empty());
  CHECK(printed({.format = Format::jsonl}, {{"a", true}, {"\xff", ValueList{1}}}, {"x", "y"}) ==
        "{\"x\":\"a\",\"y\":true}\n{\"x\":\"\xef\xbf\xbd\",\"y\":[1]}\n");
}

TEST_CASE("csv quotes what needs it", "[printer]") {
  CHECK(printed({.format = Format::csv}, {{"a,b", "say \"x\""}, {"l1\nl2", nullptr}}, {"x", "y"}) ==
        "x,y\n\"a,b\",\"say \"\"x\"\"\"\n\"l1\nl2\",\n");
}

TEST_CASE("fields pick and order columns in every format", "[printer]") {
  for (const Format format :
       {Format::text, Format::tsv, Format::csv, Format::json, Format::jsonl}) {
    const std::string out = printed({.format = format, .fields = {"seconds", "workspace"}}, k_two);
    CAPTURE(out);
    CHECK(out.find(format == Format::text ? "20m 34s" : "1234") < out.find("longer_name"));
    CHECK(out.find("pending") == std::string::npos);
  }
  const Error error = test::error_of([] { printed({.fields = {"stat"}}, {}); });
  CHECK(error.status() == ExitStatus::usage);
  CHECK(error.message() == "no field 'stat'; did you mean 'state'?");
}

TEST_CASE("a record shorter than its columns is a bug that shows", "[printer]") {
  CHECK_THROWS(printed({.format = Format::tsv}, {{"a"}}, {"x", "y"}));
}

TEST_CASE("format names", "[printer]") {
  CHECK(parse_format("json") == Format::json);
  CHECK(parse_format("jsonl") == Format::jsonl);
  CHECK(parse_format("text") == Format::text);
  CHECK(parse_format("tsv") == Format::tsv);
  CHECK(parse_format("csv") == Format::csv);
  CHECK_FALSE(parse_format("JSON"));
  CHECK_FALSE(parse_format(""));
}
