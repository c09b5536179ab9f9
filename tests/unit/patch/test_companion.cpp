// SPDX-License-Identifier: MIT
#include "patch/archive/beside.hpp"
#include "patch/model/companion.hpp"

#include "base/error.hpp"
#include "support.hpp"

#include <map>
#include <string>
#include <vector>

using namespace upkeep;
using namespace upkeep::patch;

TEST_CASE("companions are named after their archive") {
  const std::string zip = "A-1.0.zip";
  for (const char* name : {"A-1.0.zip.md5", "A-1.0.md5", "A-1.0.zip.MD5", "A-1.0.SHA256SUM"}) {
    CHECK(companion_kind(zip, name) == CompanionKind::digest);
  }
  CHECK(companion_kind(zip, "A-1.0.zip.asc") == CompanionKind::signature);
  CHECK(companion_kind(zip, "A-1.0.pgp") == CompanionKind::signature);
  CHECK(companion_kind(zip, "A-1.0.zip.p7s") == CompanionKind::unreadable_signature);
  for (const char* name : {"", "A-1.0.zip", ".md5", "x.zip.md5", "A-1.0.zip.md5.zip", "A-1.0.Md5",
                           "../A-1.0.zip.md5", "A-1.0.zip.md5 "}) {
    CHECK_FALSE(companion_kind(zip, name));
  }
  CHECK(companion_names("/a/b.zip", ".sig") ==
        std::vector<std::string>{"/a/b.zip.sig", "/a/b.sig", "/a/b.zip.SIG", "/a/b.SIG"});
  // Both are the same there: a file is reported once.
  CHECK(companion_names("/a/b", ".sig") == std::vector<std::string>{"/a/b.sig", "/a/b.SIG"});
}

TEST_CASE("a given companion may have equals signs on both sides") {
  using archive::given_companions;
  CHECK(given_companions("a=b.zip", {"a=b.zip.md5=/dev/fd/5", "a=b.asc=x=y"}) ==
        std::map<std::string, std::string>{{"a=b.zip.md5", "/dev/fd/5"}, {"a=b.asc", "x=y"}});
  CHECK(given_companions("a.zip", {}).empty());
  for (const char* word : {"", "=", "a.zip.md5", "a.zip.md5=", "b.zip.md5=x", "a.zip.p7s=x"}) {
    CHECK_THROWS_AS(given_companions("a.zip", {word}), UsageError);
  }
  CHECK_THROWS_AS(given_companions("a.zip", {"a.zip.md5=x", "a.zip.md5=y"}), UsageError);
}
