// SPDX-License-Identifier: MIT
#include "patch/archive/nested.hpp"
#include "patch/zip_support.hpp"

using namespace upkeep;                  // NOLINT
using namespace upkeep::patch::archive;  // NOLINT
using upkeep::test::file_of;
using upkeep::test::zip_of;
using upkeep::test::ZipPart;

namespace {

ZipPart entry(const std::string& name, const std::string& data) {
  ZipPart one;
  one.name = name;
  one.data = data;
  return one;
}

Nested look_into(const std::string& bytes, const std::string& name = "a.jar",
                 std::uint64_t total = 1U << 20U) {
  const test::TemporaryDirectory directory;
  Limits limits;
  limits.total = total;
  limits.entries = 100;
  return NestedReader(limits).read(name, file_of(directory, bytes), bytes.size());
}

std::string first_fault(const Nested& found) {
  return found.faults.empty() ? "" : found.faults.front().detail;
}

const std::string k_manifest = "Manifest-Version: 1.0\r\n";

std::string sound() {
  return zip_of({entry("META-INF/", ""), entry("META-INF/MANIFEST.MF", k_manifest),
                 entry("org/A.class", "class A, and some more of it")});
}

}  // namespace

TEST_CASE("nested: which names have to be zips") {
  for (const char* name :
       {"a.jar", "d/A.JAR", "w.war", "e.ear", "s.aar", "m.mar", "c.car", "z.zip"}) {
    REQUIRE(is_called_zip(name));
  }
  for (const char* name : {"a", "jar", "a.jar.txt", "a.jarx", "a.rar", ""}) {
    REQUIRE_FALSE(is_called_zip(name));
  }
}

TEST_CASE("nested: a sound jar, wherever its manifest lies") {
  const Nested found = look_into(sound());
  REQUIRE(found.faults.empty());
  REQUIRE(found.suspicions.empty());
  REQUIRE(found.manifest == k_manifest);
  REQUIRE(look_into(zip_of({entry("A", std::string(1000, 'x')),
                            entry("meta-inf/manifest.mf", k_manifest)}))
              .manifest == k_manifest);
  // A JVM counts from the directory at the end, too.
  REQUIRE(look_into("#!/bin/sh\n" + sound()).faults.empty());
}

TEST_CASE("nested: what is no zip is described") {
  REQUIRE(first_fault(look_into("")) == "is not a jar but an empty file");
  REQUIRE(first_fault(look_into("hello")) == "is not a jar");
  REQUIRE(first_fault(look_into("hello", "a.war")) == "is not a web archive");
  REQUIRE(first_fault(look_into("  <HTML><body>404</body></html>")) ==
          "is not a jar but an HTML page");
  REQUIRE(first_fault(look_into("version https://git-lfs.github.com/spec/v1\n")) ==
          "is not a jar but a Git LFS pointer");
  REQUIRE(first_fault(look_into(zip_of({}))) == "has no entries");
}

TEST_CASE("nested: every cut is found") {
  const std::string bytes = sound();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    CAPTURE(size);
    REQUIRE_FALSE(look_into(bytes.substr(0, size)).faults.empty());
  }
}

TEST_CASE("nested: damage in data, names and checksums is found") {
  const std::string bytes = sound();
  for (const char* words : {"class A", "Manifest-Version"}) {
    std::string damaged = bytes;
    damaged[damaged.find(words) + 2] ^= 1;
    REQUIRE(first_fault(look_into(damaged)).starts_with("is damaged: corrupt"));
  }
  ZipPart other = entry("org/A.class", "x");
  other.local_name = "org/B.class";
  REQUIRE(first_fault(look_into(zip_of({other}))).find("'org/B.class'") != std::string::npos);
  ZipPart encrypted = entry("A", "x");
  encrypted.flags = 1;
  REQUIRE(first_fault(look_into(zip_of({encrypted}))).find("encrypted") != std::string::npos);
  ZipPart packed = entry("A", "x");
  packed.method = 12;
  REQUIRE(first_fault(look_into(zip_of({packed}))).find("method 12") != std::string::npos);
  ZipPart hidden = entry("B", "x");
  hidden.listed = false;
  const Nested found = look_into(zip_of({entry("A", "x"), hidden}));
  REQUIRE(found.faults.empty());
  REQUIRE(found.suspicions.size() == 1);
}

TEST_CASE("nested: jars within jars, to a depth") {
  const std::string bad = zip_of({entry("lib/inner.jar", "no zip"), entry("A", "x")});
  REQUIRE(first_fault(look_into(bad)) == "contains 'lib/inner.jar', which is not a jar");
  REQUIRE(first_fault(look_into(zip_of({entry("WEB-INF/lib/outer.jar", bad)}), "a.war")) ==
          "contains 'WEB-INF/lib/outer.jar', which contains 'lib/inner.jar', which is not a jar");
  REQUIRE(look_into(zip_of({entry("lib/inner.jar", sound())})).faults.empty());
  std::string deep = "no zip";
  for (int i = 0; i < 6; ++i) deep = zip_of({entry("i.jar", deep)});
  REQUIRE(look_into(deep).faults.empty());  // deeper than it looks, and it ends
}

TEST_CASE("nested: more than may be unpacked is a bomb") {
  const Nested found = look_into(zip_of({entry("A", std::string(100, 'x'))}), "a.jar", 99);
  REQUIRE(found.faults.size() == 1);
  REQUIRE(found.faults.front().bomb);
  ZipPart twin = entry("B", "x");
  twin.same_place_as = 0;
  twin.local_name = "A";
  REQUIRE(look_into(zip_of({entry("A", "x"), twin})).faults.front().bomb);
}
