// SPDX-License-Identifier: MIT
// The one file that compiles toml++ itself, as its manual has it; the others use its declarations.
#define TOML_IMPLEMENTATION
#include <toml++/toml.h>
