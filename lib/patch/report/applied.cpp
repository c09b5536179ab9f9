// SPDX-License-Identifier: MIT
#include "patch/report/applied.hpp"

#include "base/text.hpp"
#include "patch/store/store.hpp"

#include <fmt/format.h>

#include <limits>

namespace upkeep::patch::report {

namespace {

/// `patch0001`, a number, or a patch's name. nullopt for anything else.
std::optional<std::uint32_t> number_of(const Scope& scope, const std::string& word,
                                       const std::string& platform) {
  if (word.starts_with("patch")) {
    const auto number = to_integer(word.substr(std::string_view("patch").size()));
    constexpr std::int64_t k_most = std::numeric_limits<std::uint32_t>::max();
    if (!number || *number < 1 || *number > k_most) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
  }
  const auto ref = scope.names.parse(word);
  if (!ref || platform_key(ref->platform) != platform_key(platform)) return std::nullopt;
  return ref->number;
}

}  // namespace

std::map<std::uint32_t, int> applied_steps(const Scope& scope, const Applied& applied,
                                           const std::string& platform) {
  std::map<std::uint32_t, int> steps;
  bool has_pack = false;
  const auto add = [&](const std::string& word, int step) {
    const auto number = number_of(scope, word, platform);
    if (!number) {
      throw DataError(
          fmt::format("'{}' is not a patch of {}", ellipsized(printable(word), 80), platform),
          "write patch0001, or a patch's name");
    }
    steps.emplace(*number, step);
  };
  // The contents of the service pack are skipped even if applied separately.
  for (const std::string& word : applied.service_pack) add(word, 0);
  for (const std::string& word : applied.directories) {
    if (word == "patch0000") continue;  // the server's backup of its original jars
    if (word.starts_with("servicepack")) {
      has_pack = true;
    } else {
      add(word, 1);
    }
  }
  if (has_pack && applied.service_pack.empty()) {
    throw DataError("a service pack was applied; its contents are unknown",
                    "name its servicepack_patches.txt with --service-pack");
  }
  return steps;
}

std::string applied_although(const Scope& scope, const Subject& patch) {
  const auto& state = patch.state;
  const std::string why = !state                   ? "not released"
                          : *state == k_void_state ? "void"
                                                   : "in the state " + *state;
  return fmt::format("{} is applied, but {}", scope.names.format(patch.ref), why);
}

std::vector<std::string> unread_patches(const Scope& scope, const std::string& platform,
                                        const std::set<std::uint32_t>& numbers) {
  std::vector<PatchRef> refs;
  refs.reserve(numbers.size());
  for (const std::uint32_t number : numbers) refs.push_back({platform, number});
  std::set<std::uint32_t> existing;
  if (!refs.empty()) {
    for (const Patch& one : find_patches(scope.connection, refs)) existing.insert(one.ref->number);
  }
  std::vector<std::string> texts;
  texts.reserve(refs.size());
  for (const PatchRef& ref : refs) {
    const std::string name = scope.names.format(ref);
    texts.push_back(existing.contains(ref.number)
                        ? name + " is excluded by the terms, with its jars"
                        : fmt::format("there is no patch {}: its jars are unknown", name));
  }
  return texts;
}

}  // namespace upkeep::patch::report
