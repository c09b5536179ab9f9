// SPDX-License-Identifier: MIT
// The baseline for pmt-patch: connects with Connector/C++, runs the statements of a file, prints
// the rows.
#include "replay.hpp"

#include <iostream>

int main(int argc, char** argv) {
  if (argc != 4) return 64;
  bench::replay(*bench::connect(argv[1], argv[2]), argv[3], std::cout);
  return 0;
}
