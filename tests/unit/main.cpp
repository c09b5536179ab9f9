// SPDX-License-Identifier: MIT
// Catch2 2 wants one file with its main; Catch2 3 has it in a library, but this one serves both.
#define CATCH_CONFIG_RUNNER
#include "catch2_compat.hpp"

#include <clocale>
#include <csignal>

int main(int argc, char** argv) {
  // What run_main() sets for every tool.
  (void)std::setlocale(LC_CTYPE, "C.UTF-8");
  (void)std::signal(SIGPIPE, SIG_IGN);
  return Catch::Session().run(argc, argv);
}
