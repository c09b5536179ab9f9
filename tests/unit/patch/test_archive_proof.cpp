// SPDX-License-Identifier: MIT
#include "base/error.hpp"
#include "patch/lifecycle/archive_proof.hpp"
#include "support.hpp"

using namespace upkeep;                    // NOLINT(google-build-using-namespace): a test
using namespace upkeep::patch;             // NOLINT(google-build-using-namespace): a test
using namespace upkeep::patch::lifecycle;  // NOLINT(google-build-using-namespace): a test

TEST_CASE("an item is proven if all its rules are") {
  const auto items = proven_items({{"README", {"readme", "name"}}, {"md5", {"digest"}}},
                                  {"name", "layout", "readme"});
  CHECK(items == std::map<std::string, std::string>{{"README", "readme, name"}});
}

TEST_CASE("a proof survives as JSON") {
  ArchiveProof proof{"00ff", PatchRef{"4.4.0", 17}, {}, {{"a \"b\"", "rule"}}};
  proof.jars.push_back({"a.jar", "a_1.jar", "1", "12", "34", 5, {}, {}});
  const ArchiveProof read = parse_proof(to_json(proof_value(proof)));
  CHECK((read.sha256 == proof.sha256 && read.ref == proof.ref && read.items == proof.items));
  REQUIRE(read.jars.size() == 1);
  CHECK((read.jars[0].name == "a.jar" && read.jars[0].bundle == "a_1.jar"));
  CHECK((read.jars[0].sha256 == "34" && read.jars[0].size == 5));
  proof.ref.reset();
  CHECK_FALSE(parse_proof(to_json(proof_value(proof))).ref);
  for (const char* text : {"", "{}", "[]", "{\"sha256\": 1}", "nonsense"}) {
    CHECK_THROWS_AS(parse_proof(text), DataError);
  }
}

TEST_CASE("the archive of another patch ticks nothing") {
  const ArchiveProof archive{"00", PatchRef{"4.4.0", 1}, {}, {{"item", "rule"}}};
  Patch patch;
  patch.ref = PatchRef{"4.4.0", 1};
  const ProofUse use{.tick = true, .file = "dir/a.zip", .why = "because"};
  const Proof proof = proof_for(archive, patch, use);
  CHECK((proof.tick && !proof.jars && proof.evidence == "because; a.zip, SHA-256 00"));
  patch.ref = PatchRef{"4.4.0", 2};
  CHECK_FALSE(proof_for(archive, patch, use).tick);
}
