// SPDX-License-Identifier: MIT
#include "patch/archive/entry_reader.hpp"
#include "patch/archive/zip_map.hpp"
#include "patch/zip_support.hpp"

using namespace upkeep;                  // NOLINT
using namespace upkeep::patch::archive;  // NOLINT
using upkeep::test::file_of;
using upkeep::test::zip_of;
using upkeep::test::ZipPart;

namespace {

ZipMap map_of(const std::string& bytes, std::size_t most = 100) {
  const test::TemporaryDirectory directory;
  return read_zip_map(file_of(directory, bytes), bytes.size(), most);
}

ZipPart part(const std::string& name, const std::string& data) {
  ZipPart one;
  one.name = name;
  one.data = data;
  return one;
}

}  // namespace

TEST_CASE("zip: the directory and the entries agree") {
  const ZipMap map = map_of(zip_of({part("d/", ""), part("d/a", "one"), part("d/b", "")}));
  REQUIRE(map.entries.size() == 3);
  REQUIRE(map.entries[0].is_directory());
  REQUIRE(map.entries[1].name == "d/a");
  REQUIRE(map.entries[1].size == 3);
  REQUIRE(map.entries[1].local_name.empty());
  REQUIRE(map.entries[1].mode == 0100644U);
  REQUIRE(map.unlisted.empty());
  REQUIRE_FALSE(map.overlapping);
  REQUIRE(map.unowned == 0);
  REQUIRE(map_of(zip_of({})).entries.empty());
}

TEST_CASE("zip: where the two views differ") {
  ZipPart other = part("d/a", "x");
  other.local_name = "../a";
  REQUIRE(map_of(zip_of({other})).entries[0].local_name == "../a");
  ZipPart hidden = part("d/hidden", "x");
  hidden.listed = false;
  REQUIRE(map_of(zip_of({part("d/a", "y"), hidden})).unlisted ==
          std::vector<std::string>{"d/hidden"});
  ZipPart twin = part("d/b", "x");
  twin.same_place_as = 0;
  twin.local_name = "d/a";
  REQUIRE(map_of(zip_of({part("d/a", "x"), twin})).overlapping);
  // Bytes before the first entry: offsets count from where the zip begins.
  const ZipMap shifted = map_of(std::string(100, 'j') + zip_of({part("d/a", "x")}));
  REQUIRE(shifted.entries[0].offset == 100);
  REQUIRE(shifted.unowned == 100);
}

TEST_CASE("zip: encrypted entries are told by flag or method") {
  for (const auto& [flags, method] : {std::pair{1, 0}, {64, 0}, {0, 99}}) {
    ZipPart one = part("a", "x");
    one.flags = static_cast<std::uint16_t>(flags);
    one.method = static_cast<std::uint16_t>(method);
    REQUIRE(map_of(zip_of({one})).entries[0].is_encrypted());
  }
  REQUIRE_FALSE(map_of(zip_of({part("a", "x")})).entries[0].is_encrypted());
}

TEST_CASE("zip: too many entries, and what is none") {
  const std::string two = zip_of({part("a", "x"), part("b", "y")});
  REQUIRE(map_of(two, 1).too_many);
  REQUIRE(map_of(two, 1).entries.empty());
  REQUIRE_FALSE(map_of(two, 2).too_many);
  for (const std::string& bad : {std::string(), std::string("PK"), std::string(1000, 'x')}) {
    REQUIRE_THROWS_AS(map_of(bad), DataError);
  }
}

TEST_CASE("zip: a zip that is cut anywhere is refused") {
  const std::string whole = zip_of({part("d/a", "some text"), part("d/b", "more")});
  for (std::size_t size = 0; size < whole.size(); ++size) {
    REQUIRE_THROWS_AS(map_of(whole.substr(0, size)), DataError);
  }
}

TEST_CASE("zip: a byte that changes is no crash") {
  const std::string whole = zip_of({part("d/a", "some text"), part("d/b", "more")});
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char byte : {'\0', '\xff', '\x7f'}) {
      std::string bytes = whole;
      bytes[at] = byte;
      std::size_t entries = 0;
      try {
        entries = map_of(bytes).entries.size();
      } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): as good
      }
      REQUIRE(entries <= 2);
    }
  }
}

TEST_CASE("zip: entries are read as they are asked for") {
  const test::TemporaryDirectory directory;
  const std::string bytes = zip_of({part("a", "one"), part("b", "two"), part("c", "three")});
  const Fd file = file_of(directory, bytes);
  const ZipMap map = read_zip_map(file, bytes.size(), 10);
  std::string text;
  read_entries(file, map, [&](const ZipEntry& entry) -> Sink {
    if (entry.name == "b") return {};
    return [&](std::string_view data) { text += data; };
  });
  REQUIRE(text == "onethree");

  ZipPart broken = part("a", "one");
  broken.crc_off = 1;
  const std::string other = zip_of({broken});
  const Fd corrupt = file_of(directory, other);
  const ZipMap its = read_zip_map(corrupt, other.size(), 10);
  REQUIRE_THROWS_AS(read_entries(corrupt, its, [](const ZipEntry&) { return [](auto) {}; }),
                    DataError);
}
