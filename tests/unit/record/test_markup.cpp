// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "record/markup.hpp"

using upkeep::escaped_markup;
using upkeep::Markup;

TEST_CASE("text and values cannot become markup") {
  CHECK(escaped_markup("<a href=\"x\">'&amp;") == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;amp;");
  CHECK(Markup().element("p", "</p><script>", {{"title", "\" onclick=\"x"}}).finish() ==
        "<p title=\"&quot; onclick=&quot;x\">&lt;/p&gt;&lt;script&gt;</p>\n");
}

TEST_CASE("backslashes, quotes and letters of any language stay what they are") {
  CHECK(escaped_markup("C:\\new\\table \\\\ §ñ日") == "C:\\new\\table \\\\ §ñ日");
}

TEST_CASE("what HTML does not allow becomes U+FFFD") {
  CHECK(escaped_markup(std::string_view("a\0b\x1b[31m\x7f", 9)) ==
        "a\xef\xbf\xbd"
        "b\xef\xbf\xbd[31m\xef\xbf\xbd");
  CHECK(escaped_markup("line\n\ttab") == "line\n\ttab");
}

TEST_CASE("broken UTF-8 does not swallow the markup behind it") {
  const std::string page = Markup().element("p", "bad \xe2\x82").finish();
  CHECK(page.ends_with("</p>\n"));
  CHECK(page.find("\xe2\x82<") == std::string::npos);
}

TEST_CASE("elements are closed in their order, and all of them at the end") {
  Markup page;
  page.doctype().open("html").open("body").open("div").element("span", "x").close();
  page.open("p").text("y");
  CHECK(page.finish() ==
        "<!DOCTYPE html>\n<html><body><div><span>x</span></div>\n<p>y</p>\n</body>\n</html>\n");
  CHECK_THROWS_AS(Markup().close(), upkeep::Error);
}

TEST_CASE("elements without content are complete, flags are names alone") {
  CHECK(Markup().open("input", {{"name", ""}, {"hidden", "", true}}).open("br").finish() ==
        "<input name=\"\" hidden>\n<br>\n");
}

TEST_CASE("nothing that runs can be built") {
  CHECK_THROWS_AS(Markup().open("script"), upkeep::Error);
  CHECK_THROWS_AS(Markup().open("p", {{"onclick", "x"}}), upkeep::Error);
  CHECK_THROWS_AS(Markup().open("p><b"), upkeep::Error);
  CHECK_THROWS_AS(Markup().open(""), upkeep::Error);
  CHECK_THROWS_AS(Markup().style("</style><p>"), upkeep::Error);
}

TEST_CASE("parts are put together where they are whole") {
  Markup part;
  part.element("b", "<x>");
  CHECK(Markup().open("p").append(part).finish() == "<p><b>&lt;x&gt;</b></p>\n");
  CHECK_THROWS_AS(Markup().append(Markup().open("p")), upkeep::Error);
}
