// SPDX-License-Identifier: MIT
#include "db/connection.hpp"
#include "support.hpp"

namespace {

upkeep::db::Row row_of(std::vector<std::string> names,
                       std::vector<std::optional<std::string>> columns) {
  return {std::make_shared<const std::vector<std::string>>(std::move(names)), std::move(columns)};
}

}  // namespace

TEST_CASE("a row is read by the names of its columns") {
  const auto row = row_of({"id", "name", "empty"}, {"7", "acme", std::nullopt});
  CHECK(row.integer("id") == 7);
  CHECK(row.text("name") == "acme");
  CHECK(row.is_null("empty"));
  CHECK(row.text("empty").empty());
  CHECK(row.maybe_text("empty") == std::nullopt);
  CHECK(row.maybe_integer("name") == std::nullopt);
  CHECK(row.view("id") == "7");
  CHECK(row.text("name") == "acme");  // in any order
  CHECK(row.text(0) == "7");
}

TEST_CASE("a name that the result has not is a fault") {
  const auto row = row_of({"id", "name"}, {"7", "acme"});
  CHECK_THROWS_AS(row.text("nam"), upkeep::Error);
  CHECK_THROWS_AS(row_of({}, {}).text("id"), upkeep::Error);
  CHECK_THROWS_AS(row_of({"id"}, {std::nullopt}).integer("id"), upkeep::Error);
}
