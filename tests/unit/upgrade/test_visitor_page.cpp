// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "catch2_compat.hpp"
#include "support.hpp"
#include "upgrade/view/visitor_page.hpp"

#include <fmt/format.h>

using namespace upkeep::upgrade;  // NOLINT(google-build-using-namespace): a test

namespace {

const std::string k_texts =
    "key\ten\tes\ntitle\tUpgrade\tActualización\nqueued\tIt waits.\tEspera.\nrunning\tIt "
    "runs.\tCorre.\n"
    "failed\tIt failed.\tFalló.\nunknown\tNobody knows.\tNo se sabe.\nupgraded\tReady.\tListo.\n"
    "pending\tNot yet.\tAún no.\nahead.0\tNext.\tSigue.\nahead.1\tOne ahead.\tUno.\n"
    "ahead.n\t{n} ahead.\tHay {n}.\nstart\tUpgrade now\tActualizar\nagain\tTry again\tOtra vez\n"
    "retry\tAgain in {time}.\tOtra vez en {time}.\ntime.0\tseconds\tsegundos\ntime.n\t{n} "
    "minutes\t{n} minutos\n"
    "time.hours\t{n} hours\t{n} horas\ntime.1\ta minute\tun minuto\nlogin\tLog in\n";

std::string page_of(const std::string& fields, const std::vector<std::string>& tags = {"en"}) {
  return visitor_page(R"({"workspace":"acme",)" + fields + "}", PageTexts(k_texts, tags), {});
}

bool has(const std::string& page, const std::string& part) {
  return page.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the page is in the first language that it has") {
  CHECK(PageTexts(k_texts, {"de-AT", "ES-mx", "en"}).language() == "es");
  CHECK(PageTexts(k_texts, {"de"}).language() == "en");
  CHECK(PageTexts(k_texts, {}).language() == "en");
  CHECK(PageTexts(k_texts, {"es"}).say("login") == "Log in");  // what is not translated
  CHECK(PageTexts(k_texts, {"es"}).say("no such sentence").empty());
  CHECK_THROWS_AS(PageTexts("", {}), upkeep::DataError);
  CHECK_THROWS_AS(PageTexts("<html>\n", {}), upkeep::DataError);
  CHECK(has(page_of(R"("state":"queued")", {"es"}), "<html lang=\"es\">"));
}

TEST_CASE("languages of a header") {
  CHECK(language_tags("es-ES,es;q=0.9, en;q=0.5") == std::vector<std::string>{"es-ES", "es", "en"});
  CHECK(language_tags("\"><script>").size() == 1);
}

TEST_CASE("a duration is said as people do") {
  const PageTexts texts(k_texts, {"en"});
  CHECK(texts.duration(49) == "seconds");
  CHECK(texts.duration(70) == "a minute");
  CHECK(texts.duration(600) == "10 minutes");
  CHECK(texts.duration(3 * 3600) == "3 hours");
}

TEST_CASE("a queued one says its place and comes again") {
  const std::string page = page_of(R"("state":"queued","position":4,"percent":0,"poll_s":7)");
  CHECK(has(page, "4 ahead."));
  CHECK(has(page, R"(http-equiv="refresh" content="7")"));
  CHECK_FALSE(has(page, "<form"));
  CHECK(has(page_of(R"("state":"queued","position":0)"), "Next."));
  CHECK(has(page_of(R"("state":"queued","position":1)"), "One ahead."));
  CHECK_FALSE(has(page_of(R"("state":"queued","position":null)"), "ahead."));
}

TEST_CASE("a failed one can be tried again when it may be") {
  const std::string early = page_of(
      R"("state":"failed","as_of":"2026-01-01T00:00:00Z","retry_at":"2026-01-01T00:10:00Z")");
  CHECK(has(early, "Again in 10 minutes."));
  CHECK_FALSE(has(early, "<form"));
  CHECK(has(early, "http-equiv=\"refresh\""));
  const std::string due = page_of(
      R"("state":"failed","as_of":"2026-01-01T00:10:00Z","retry_at":"2026-01-01T00:10:00Z")");
  CHECK(has(due, "Try again"));
  CHECK_FALSE(has(page_of(R"("state":"failed","retry_at":null)"), "<form"));
}

TEST_CASE("only a pending one is asked for, only a ready or unknown one leads to the login") {
  CHECK(has(page_of(R"("state":"pending")"), "<form method=\"post\" action=\"request\">"));
  CHECK(has(page_of(R"("state":"upgraded")"), "/sysacme/en/neoclassic/login/login"));
  CHECK(has(page_of(R"("state":"whatever")"), "Nobody knows."));
  CHECK_FALSE(has(page_of(R"("state":"running")"), "login/login"));
}

TEST_CASE("what a record holds cannot become markup, and no record is an error") {
  const std::string page =
      visitor_page(R"({"workspace":"<b>","state":"running","step":"\"><script>"})",
                   PageTexts(k_texts + "step\t{step}\n", {}), {});
  CHECK_FALSE(has(page, "<b>"));
  CHECK_FALSE(has(page, "<script"));
  CHECK_THROWS_AS(visitor_page("", PageTexts(k_texts, {}), {}), upkeep::DataError);
  CHECK_THROWS_AS(visitor_page("[]", PageTexts(k_texts, {}), {}), upkeep::DataError);
  CHECK(has(page_of(R"("state":7,"percent":"x","position":[])"), "Nobody knows."));
}
