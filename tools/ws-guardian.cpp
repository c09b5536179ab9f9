// SPDX-License-Identifier: MIT
// ws-guardian: one process per run, which keeps its output, deadlines and host lock even if
// ws-upgrade dies. Does not use the database.
#include "guard/loop/guardian.hpp"

int main(int argc, char** argv) {
  return upkeep::guard::guardian_main(argc, argv);
}
