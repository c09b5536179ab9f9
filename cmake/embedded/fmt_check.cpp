// SPDX-License-Identifier: MIT
// Links where fmt.cpp has all that the tools use of this version of fmt.
#include <fmt/format.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  std::string text = fmt::format("{:>8} {:+d} {:#x} {:?<3} {}", argv[0], argc, argc, 'c', argc > 1);
  text += fmt::format("{:.3f} {} {:L} {:a}", argc * 1.5, argc * 1.5F, argc, argc * 1.5);
  fmt::format_to(std::back_inserter(text), "{}", fmt::join(std::string("ab"), ","));
  fmt::print(stderr, "{}", text);
}
