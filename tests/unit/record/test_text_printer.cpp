// SPDX-License-Identifier: MIT
#include "record/printer.hpp"
#include "record/text_layout.hpp"
#include "support.hpp"

using namespace upkeep;  // NOLINT(google-build-using-namespace): a test of that very namespace

namespace {

using Cut = ColumnTraits::Cut;

std::string table(std::size_t width, const std::vector<std::string>& columns,
                  const std::vector<Record>& records, PrinterOptions options = {}) {
  const test::Capture capture;
  Writer out(capture.fd());
  options.format = Format::text;
  options.text.width = width;
  options.text.now = *parse_iso8601("2026-03-10T12:00:00Z");
  options.text.traits = [](std::string_view column) {
    if (column == "log") return ColumnTraits{.rank = 10, .cut = Cut::front};
    if (column == "patch") return ColumnTraits{.rank = 70, .cut = Cut::never};
    if (column == "state") return ColumnTraits{.rank = 90};
    if (column == "fix") return ColumnTraits{.rank = 91, .cut = Cut::wrap};
    if (column == "time_s") return ColumnTraits{.work_time = true};
    return ColumnTraits{};
  };
  options.text.color_of = [](std::string_view column, std::string_view text) {
    return column == "state" && text == "failed" ? Color::red : Color::none;
  };
  const auto printer = make_printer(out, columns, options);
  for (const Record& record : records) printer->print(record);
  printer->finish();
  out.flush();
  return capture.text();
}

LayoutColumn cuttable(std::size_t width) {
  return {.width = width, .rank = 50, .can_cut = true};
}

}  // namespace

TEST_CASE("text is written for people", "[text]") {
  CHECK(table(0, {"patch", "at", "since_s", "time_s", "list", "links", "seconds"},
              {{"A", "2026-03-10T09:00:00Z", 9000, 172800, ValueList{"x", "y"},
                ValueList{ValueObject{{"type", "requires"}, {"patch", "B"}, {"note", nullptr}},
                          ValueObject{{"type", "requires"}, {"patch", "C"}}},
                4.6},
               {"B", "2014-03-01T09:00:00Z", 45, nullptr, ValueList{}, ValueList{}, 60}}) ==
        "patch  at          since_s  time_s  list  links                                 "
        "          seconds\n"
        "A      3h ago       2h 30m     48h  x, y  type=requires, patch=B; type=requires,"
        " patch=C       5s\n"
        "B      2014-03-01      45s                                                      "
        "               1m\n");
}

TEST_CASE("a table that fits is left alone", "[text]") {
  const std::vector<Record> records{{"A", "x", nullptr}};
  CHECK(table(16, {"patch", "a", "empty"}, records) == "patch  a  empty\nA      x\n");
  CHECK(table(15, {"patch", "a", "empty"}, records) == "patch  a  empty\nA      x\n");
}

TEST_CASE("empty columns go first, then cells are cut, then columns dropped", "[text]") {
  const std::string text = "a long explanation of what has happened here and why";
  const std::vector<std::string> columns{"patch", "log", "empty", "state", "detail"};
  const std::vector<Record> records{{"A", "/var/log/upkeep/acme/1.log", nullptr, "failed", text}};
  CHECK(table(14, {"patch", "a", "empty"}, {{"A", "x", nullptr}}) == "patch  a\nA      x\n");
  CHECK(table(75, columns, records) ==
        "patch  log                         state   detail\n"
        "A      /var/log/upkeep/acme/1.log  failed  a long explanation of what has …\n");
  CHECK(table(58, columns, records) ==
        "patch  log                    state   detail\n"
        "A      …og/upkeep/acme/1.log  failed  a long explanation …\n");
  CHECK(table(50, columns, records) ==
        "patch  state   detail\n"
        "A      failed  a long explanation of what has hap…\n");
  CHECK(table(20, columns, records) == "patch  state\nA      failed\n");
  CHECK(table(5, columns, records) == "patch\nA\n");
}

TEST_CASE("times are exact where the text may be read later", "[text]") {
  PrinterOptions options;
  options.text.relative = false;
  CHECK(table(0, {"patch", "at", "due", "since_s"},
              {{"A", "2026-03-10T09:00:59Z", "2014-03-01T09:00:00Z", 9000}}, options) ==
        "patch  at                due               since_s\n"
        "A      2026-03-10 09:00  2014-03-01 09:00   2h 30m\n");
  const TextStyle style{.relative = false};
  CHECK(human_time("2026-03-10T09:00:59Z", style) == "2026-03-10 09:00");
  CHECK(human_time("some day", style) == "some day");
}

TEST_CASE("sentences are wrapped, before anything is cut", "[text]") {
  const std::string text = "write the steps of the installation into the readme, then sign it";
  const std::vector<std::string> columns{"patch", "state", "fix"};
  CHECK(table(60, columns, {{"A", "failed", text}, {"B", "done", "none"}}) ==
        "patch  state   fix\n"
        "A      failed  write the steps of the installation into the\n"
        "               readme, then sign it\n"
        "B      done    none\n");
  CHECK(table(0, columns, {{"A", "failed", text}}) ==
        "patch  state   fix\nA      failed  " + text + "\n");
  // Columns that matter less make room for it.
  CHECK(table(60, {"patch", "note", "fix"}, {{"A", "a note of thirty characters ...", text}}) ==
        "patch  fix\n"
        "A      write the steps of the installation into the readme,\n"
        "       then sign it\n");
  // It needs no column at the end, and other cells are cut only after it.
  CHECK(table(60, {"patch", "fix", "state"}, {{"A", text, "failed, and it was late"}}) ==
        "patch  fix                              state\n"
        "A      write the steps of the           failed, and it was …\n"
        "       installation into the readme,\n"
        "       then sign it\n");
}

TEST_CASE("dispensable columns go before sentences become narrow", "[text]") {
  const LayoutColumn sentence{.width = 100, .rank = 91, .can_wrap = true};
  const auto shown = [&](int rank, std::size_t available) {
    return fit_columns({{.width = 10}, {.width = 8, .rank = rank}, sentence}, available).shown;
  };
  CHECK(shown(10, 94).size() == 3);
  CHECK(shown(10, 93) == std::vector<std::size_t>{0, 2});
  CHECK(shown(50, 58).size() == 3);
  CHECK(shown(50, 57) == std::vector<std::size_t>{0, 2});
  CHECK(shown(70, 46).size() == 3);
  CHECK(shown(70, 45) == std::vector<std::size_t>{0, 2});
  CHECK(shown(90, 38).size() == 3);
  CHECK(shown(90, 37) == std::vector<std::size_t>{0, 2});
}

TEST_CASE("text hangs below its beginning", "[text]") {
  CHECK(hanging_lines("one two three four five six", 4, 30) ==
        "one two three four five\n    six\n");
  CHECK(hanging_lines("one two three four five six", 10, 30) == "one two three four five six\n");
  CHECK(hanging_lines("", 4, 0) == "\n");
}

TEST_CASE("long words are broken in a table", "[text]") {
  CHECK(wrapped_cell("", 5) == std::vector<std::string>{""});
  CHECK(wrapped_cell("ab /usr/share/x y", 5) ==
        std::vector<std::string>{"ab", "/usr/", "share", "/x", "y"});
  CHECK(wrapped_cell("漢字漢字", 5) == std::vector<std::string>{"漢字", "漢字"});
  CHECK(wrapped_cell("漢字", 1) == std::vector<std::string>{"漢", "字"});
  CHECK(wrapped_cell("a long line", 0) == std::vector<std::string>{"a long line"});
}

TEST_CASE("a stream makes room for a sentence once", "[text]") {
  PrinterOptions options;
  options.stream = true;
  const std::string text = "one two three four five six seven";
  CHECK(table(40, {"patch", "log", "fix"},
              {{"A", "123456789 1234", nullptr}, {"B", "2", text}, {"C", "3", text}}, options) ==
        "patch  log             fix\n"
        "A      123456789 1234\n"
        "patch  fix\n"
        "B      one two three four five six seven\n"
        "C      one two three four five six seven\n");
}

TEST_CASE("important columns are cut further before one is dropped", "[text]") {
  const LayoutColumn important{.width = 30, .rank = 90, .can_cut = true};
  const Layout layout = fit_columns({{.width = 10}, important, important, cuttable(9)}, 40);
  CHECK(layout.shown == std::vector<std::size_t>{0, 1, 2});
  CHECK(layout.widths == std::vector<std::size_t>{10, 13, 13, 0});
  CHECK(fit_columns({{.width = 10}, important, important}, 34).shown.size() == 3);
  CHECK(fit_columns({{.width = 10}, important, important}, 33).shown.size() == 2);
}

TEST_CASE("redundant columns go before a cell is cut", "[text]") {
  const std::vector<LayoutColumn> columns{{.width = 10}, cuttable(30), {.width = 8, .rank = 5}};
  CHECK(fit_columns(columns, 52).shown == std::vector<std::size_t>{0, 1, 2});
  const Layout layout = fit_columns(columns, 51);
  CHECK(layout.shown == std::vector<std::size_t>{0, 1});
  CHECK(layout.widths == std::vector<std::size_t>{10, 30, 0});
}

TEST_CASE("names are not cut", "[text]") {
  const std::string name = "WSO2-CARBON-PATCH-4.4.0-1001";
  CHECK(table(40, {"queue", "patch"}, {{"Q-1", name}}) ==
        "queue  patch\nQ-1    WSO2-CARBON-PATCH-4.4.0-1001\n");
  CHECK(table(20, {"queue", "patch"}, {{"Q-1", name}}) == "queue\nQ-1\n");
  CHECK(table(10, {"patch", "n"}, {{name, 1}}) == "patch\n" + name + "\n");
}

TEST_CASE("wide characters count for two when cells are cut", "[text]") {
  CHECK(table(26, {"w", "detail"}, {{"a", "漢字漢字漢字漢字漢字漢字漢字"}}) ==
        "w  detail\na  漢字漢字漢字漢字漢字漢…\n");
}

TEST_CASE("columns that --fields names are dropped from the right", "[text]") {
  PrinterOptions options;
  options.fields = {"log", "state", "patch"};
  CHECK(table(30, {"patch", "log", "state"}, {{"WSO2-CARBON-PATCH-1", "12.log", "failed"}},
              options) == "log     state\n12.log  failed\n");
}

TEST_CASE("dropped columns are reported, empty ones are not", "[text]") {
  std::vector<std::string> dropped;
  PrinterOptions options;
  options.text.dropped = [&](const std::vector<std::string>& names) { dropped = names; };
  table(9, {"patch", "empty", "a", "b"}, {{"A", nullptr, 12, 1}}, options);
  CHECK(dropped == std::vector<std::string>{"b"});
}

TEST_CASE("states are coloured around the word alone", "[text]") {
  PrinterOptions options;
  options.text.color = true;
  CHECK(table(0, {"patch", "state", "n"}, {{"A", "failed", 1}, {"B", "open", 2}}, options) ==
        "patch  state   n\nA      \033[31mfailed\033[0m  1\nB      open    2\n");
}

TEST_CASE("a stream widens its columns while there is room", "[text]") {
  PrinterOptions options;
  options.stream = true;
  CHECK(table(40, {"patch", "detail"}, {{"A", "x"}, {"B", "what is longer"}, {"C", "y"}},
              options) == "patch  detail\nA      x\nB      what is longer\nC      y\n");
  CHECK(table(30, {"patch", "detail"}, {{"A", "x"}, {"B", "much longer than the terminal is"}},
              options) == "patch  detail\nA      x\nB      much longer than the t…\n");
}

TEST_CASE("a stream whose names become too long continues with another header", "[text]") {
  PrinterOptions options;
  options.stream = true;
  CHECK(table(24, {"patch", "log", "state"},
              {{"A", "1.log", "done"}, {"a-very-long-name", "2.log", "failed"}, {"C", "3", "done"}},
              options) ==
        "patch  log    state\nA      1.log  done\n"
        "patch             state\na-very-long-name  failed\nC                 done\n");
}

TEST_CASE("cells share what is left of a line", "[text]") {
  const Layout layout = fit_columns({cuttable(10), cuttable(100), cuttable(30)}, 80);
  CHECK(layout.shown == std::vector<std::size_t>{0, 1, 2});
  CHECK(layout.widths == std::vector<std::size_t>{10, 36, 30});
  CHECK(fit_columns({}, 80).shown.empty());
  // The wide column that went last leaves room for the narrow one that went before it.
  const Layout restored =
      fit_columns({{.width = 10}, {.width = 60, .rank = 20}, {.width = 5, .rank = 10}}, 40);
  CHECK(restored.shown == std::vector<std::size_t>{0, 2});
}
