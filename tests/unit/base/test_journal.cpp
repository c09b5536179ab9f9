// SPDX-License-Identifier: MIT
#include "base/journal.hpp"

#include "catch2_compat.hpp"

using upkeep::journal_entry;

TEST_CASE("an entry of the journal has a line for each field") {
  CHECK(journal_entry({{"MESSAGE", "a=b"}, {"PRIORITY", "6"}}) == "MESSAGE=a=b\nPRIORITY=6\n");
  CHECK(journal_entry({}).empty());
}

TEST_CASE("no value can end its field and begin another one") {
  const std::string forged = "x\nUPKEEP_RUN=1";
  const std::string length("\x0e\0\0\0\0\0\0\0", 8);
  CHECK(journal_entry({{"MESSAGE", forged}}) == "MESSAGE\n" + length + forged + "\n");
}
