// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/losses.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upkeep::patch {

namespace {

void add_example(Losses::Loss& loss, const std::string& patch) {
  constexpr std::size_t k_examples = 3;
  auto& examples = loss.examples;
  const bool known = std::find(examples.begin(), examples.end(), patch) != examples.end();
  if (!known && examples.size() < k_examples) examples.push_back(patch);
}

}  // namespace

void Losses::add(const std::string& what, const std::string& patch, std::size_t count) {
  if (count == 0) return;
  const auto [at, added] = m_index.try_emplace(what, m_losses.size());
  if (added) m_losses.push_back({what, 0, {}});
  Loss& loss = m_losses[at->second];
  loss.count += count;
  add_example(loss, patch);
}

void Losses::add(const Losses& others) {
  for (const Loss& loss : others.all()) {
    add(loss.what, loss.examples.front(), loss.count);
    for (const std::string& patch : loss.examples) add_example(m_losses[m_index[loss.what]], patch);
  }
}

std::string text_of(const Losses::Loss& loss) {
  std::vector<std::string> examples;
  examples.reserve(loss.examples.size());
  for (const std::string& one : loss.examples) examples.push_back(printable(one));
  return fmt::format("{} {} (first in {})", loss.count, printable(loss.what), join(examples, ", "));
}

}  // namespace upkeep::patch
