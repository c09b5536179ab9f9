// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/registry/form.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT
using upkeep::test::contains;

namespace {

ArtifactType form_type() {
  return ArtifactType::parse(
      "<artifactType shortName='x'><content><table name='Overview'>"
      "<field type='text' readonly='true'><name>Name</name></field>"
      "<field type='text'><name>Carbon Platform</name></field>"
      "<field type='text' maxoccurs='unbounded'><name>Client</name></field>"
      "<field type='text-area'><name>Description</name></field>"
      "<field type='text' readonly='true'><name>Fixed</name></field></table>"
      "<table name='JIRA Information'>"
      "<field type='text' validate='S-[0-9]+'><name>Support JIRA</name></field>"
      "<field type='text' validate='P-[0-9]+'><name>Public JIRA</name></field>"
      "</table></content></artifactType>",
      "x.rxt");
}

constexpr const char* k_description = "overview_description";

struct FormCase {
  ArtifactType type = form_type();
  config::Patch config{};
  Form form{type, config, FieldRules::Subject::made};

  [[nodiscard]] std::string text(const Document& fields) const {
    return form.text(fields, {"A form.", ""}, [](const Field& field) { return field.values; });
  }
  [[nodiscard]] std::string problem(const std::string& typed) const {
    try {
      (void)form.parse(typed);
    } catch (const DataError& error) {
      return error.message();
    }
    return {};
  }
};

}  // namespace

TEST_CASE("pmt: a form gives back what it shows") {
  const FormCase one;
  for (const char* value :
       {"plain", "two\nlines", "a\n\n\n  indented\n    more", "# no comment", "a\n# no comment\n#!",
        "key: value\nclient: x", "a\r\nb\r\nc", "\ttabs\n\tand tabs", "Çelik – 株式会社 🚀", "a: b",
        "-- Overview", "\xc3\xa9\n \xe2\x80\xa8"}) {
    INFO(value);
    const Document fields{{k_description, {value}}, {"overview_client", {"A", "B", value}}};
    REQUIRE(one.form.parse(one.text(fields)) == fields);
  }
}

TEST_CASE("pmt: blanks that a form does not keep are not a change") {
  const FormCase one;
  const Document stored{{k_description, {"ends with lines\n\n"}}, {"gone_field", {"x"}}};
  const Document shown = one.form.parse(one.text(stored));
  REQUIRE(shown != stored);
  REQUIRE(one.form.merged(stored, shown, shown) == stored);
  Document edited = shown;
  edited["overview_client"] = {"Acme"};
  Document expected = stored;
  expected["overview_client"] = {"Acme"};
  REQUIRE(one.form.merged(stored, shown, edited) == expected);
  edited.erase(k_description);
  expected.erase(k_description);
  REQUIRE(one.form.merged(stored, shown, edited) == expected);
}

TEST_CASE("pmt: a form as editors write it") {
  const FormCase one;
  const Document expected{{"overview_client", {"A"}}, {k_description, {"a\n\n  b"}}};
  REQUIRE(one.form.parse("\xef\xbb\xbf# x\r\nclient: A\r\ndescription: a\r\n\r\n      b\r\n\r\n") ==
          expected);
  REQUIRE(one.form.parse("client:A\ndescription: a\n\n# x\n\t  b") == expected);
  REQUIRE(one.form.parse("overview_client: A\n\n\noverview_description: a\n\n      b\n") ==
          expected);
  REQUIRE(one.form.parse("description:\n  below\n") == Document{{k_description, {"\nbelow"}}});
  REQUIRE(one.form.parse("client:   \nclient:\n    \n").empty());
}

TEST_CASE("pmt: keys of a form") {
  const FormCase one;
  REQUIRE(
      one.form.parse("platform: 4.4.0\njira: P-1\n") ==
      Document{{"overview_carbonPlatform", {"4.4.0"}}, {"jiraInformation_publicJIRA", {"P-1"}}});
  const std::string text = one.text({});
  REQUIRE_THAT(text, contains("\nplatform:\n"));
  REQUIRE_THAT(text, contains("\noverview_fixed:\n"));
  REQUIRE_THAT(text, contains("\n# jiraInformation_supportJIRA: must match S-[0-9]+\n"));
  REQUIRE_THAT(text, !contains("overview_name"));
  const Form existing(one.type, one.config, FieldRules::Subject::existing);
  const std::string other = existing.text({}, {}, [](const Field& field) { return field.values; });
  REQUIRE_THAT(other, !contains("platform"));
  REQUIRE_THAT(other, !contains("overview_fixed"));
}

TEST_CASE("pmt: what is not a form") {
  const FormCase one;
  REQUIRE_THAT(one.problem("# x\nclient: A\nwhat\n"),
               contains("line 3: 'what' is not 'field: value'"));
  REQUIRE_THAT(one.problem("\n  x\n"), contains("line 2: indented"));
  REQUIRE_THAT(one.problem("clint: A\n"),
               contains("line 1: no field 'clint'; did you mean 'client'?"));
  REQUIRE_THAT(one.problem("overview_name: A\n"),
               contains("line 1: overview_name cannot be changed"));
  REQUIRE(is_blank_form("# x\n\n  \r\n"));
  REQUIRE_FALSE(is_blank_form("client:\n"));
}

TEST_CASE("pmt: a problem replaces the one before") {
  const std::string first = with_problem("# x\nclient: A\n", "wrong\nin two ways");
  REQUIRE(first.starts_with("#! wrong\\x0ain two ways\n#! "));
  REQUIRE(first.ends_with("\n# x\nclient: A\n"));
  const std::string second = with_problem(first, "other");
  REQUIRE(second.starts_with("#! other\n"));
  REQUIRE_THAT(second, !contains("wrong"));
}

TEST_CASE("pmt: edits between documents") {
  const auto edits =
      edits_between({{"a", {"1"}}, {"b", {"1"}}, {"c", {"1"}}}, {{"a", {"1"}}, {"b", {"2", "3"}}});
  REQUIRE(edits.size() == 3);
  REQUIRE(edits[0].key + edits[0].value + edits[1].key + edits[1].value == "b2b3");
  REQUIRE(edits[2].key + edits[2].value == "c");
}
