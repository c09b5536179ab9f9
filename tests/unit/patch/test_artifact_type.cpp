// SPDX-License-Identifier: MIT
#include "catch2_compat.hpp"
#include "patch/model/artifact_type.hpp"

#include "base/error.hpp"
#include "base/file.hpp"

using namespace upkeep;         // NOLINT
using namespace upkeep::patch;  // NOLINT
using upkeep::test::contains;

namespace {

ArtifactType type_of(const std::string& content) {
  return ArtifactType::parse(
      "<artifactType shortName='x'><content>" + content + "</content></artifactType>", "x.rxt");
}

}  // namespace

TEST_CASE("pmt: keys by the registry's rule") {
  const std::pair<const char*, const char*> names[] = {{"Overview", "overview"},
                                                       {"Patch Information", "patchInformation"},
                                                       {"Jars Involved", "jarsInvolved"},
                                                       {"JIRA Information", "jiraInformation"},
                                                       {"JIRAs", "jiras"},
                                                       {"WSDL URL", "wsdlURL"},
                                                       {"QAed by", "qaedby"},
                                                       {"sub-name", "subname"},
                                                       {"A_B", "a_b"},
                                                       {"MD5", "md5"}};
  for (const auto& [name, key] : names) REQUIRE(data_element_name(name) == key);
}

TEST_CASE("pmt: values are checked by their field") {
  const auto type = type_of(
      "<table name='T'>"
      "<field "
      "type='options'><name>O</name><values><value>High</value><value>Low</value></values></field>"
      "<field type='date'><name>D</name></field><field type='checkbox'><name>C</name></field>"
      "<field type='text' validate='[a-z]+'><name>V</name></field>"
      "<field type='option-text' "
      "maxoccurs='unbounded'><name>E</name><values><value>a</value></values></field>"
      "</table>");
  const auto checked = [&](const char* key, const char* value) {
    return type.checked(*type.find(key), value);
  };
  REQUIRE(checked("t_o", "high") == "High");
  REQUIRE_THROWS_WITH(checked("t_o", "hihg"), contains("t_o"));
  REQUIRE(checked("t_d", "1/3/2014") == "2014-03-01");
  REQUIRE_THROWS_AS(checked("t_d", "soon"), DataError);
  REQUIRE(checked("t_c", "Yes") == "true");
  REQUIRE_THROWS_AS(checked("t_c", "perhaps"), DataError);
  REQUIRE(checked("t_v", "abc") == "abc");
  REQUIRE_THROWS_WITH(checked("t_v", "abc1"), contains("[a-z]+"));  // the whole value
  REQUIRE(checked("t_v", "").empty());
  REQUIRE(checked("t_entry", "a:what") == "a:what");
  REQUIRE_THROWS_AS(checked("t_entry", "b:what"), DataError);
  REQUIRE_THROWS_AS(checked("t_entry", "a"), DataError);
  REQUIRE_THROWS_AS(checked("t_v", "\xff"), DataError);
}

TEST_CASE("pmt: an artifact type that can't be used is refused") {
  for (const char* bad :
       {"", "<table><field type='text'><name>x</name></field></table>",
        "<table name='T'><field type='texte'><name>x</name></field></table>",
        "<table name='T'><field type='text'/></table>",
        "<table name='T'><field type='text' validate='('><name>x</name></field></table>",
        "<table name='T'><field type='text'><name>a=b</name></field></table>"}) {
    REQUIRE_THROWS_AS(type_of(bad), DataError);
  }
  REQUIRE_THROWS_AS(ArtifactType::parse("<!DOCTYPE a><artifactType/>", "x"), DataError);
  REQUIRE(type_of("<field type='text'><name>Alone</name></field>").find("alone") != nullptr);
}

TEST_CASE("pmt: the shipped type") {
  const auto type =
      ArtifactType::parse(read_file(UPKEEP_SOURCE_DIR "/share/patch/patch.rxt"), "patch.rxt");
  REQUIRE(type.warnings().empty());
  REQUIRE(type.find("patchInformation_md5")->validate == "[0-9A-Fa-f]{32}");
  REQUIRE(type.find("overview_products")->unbounded);
}
