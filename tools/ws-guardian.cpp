// SPDX-License-Identifier: MIT
// One for each upgrade run: holds its output, its deadlines and its host lock while ws-upgrade may
// die, and knows no database.
#include "guard/loop/guardian.hpp"

int main(int argc, char** argv) {
  return upkeep::guard::guardian_main(argc, argv);
}
