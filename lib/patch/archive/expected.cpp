// SPDX-License-Identifier: MIT
#include "patch/archive/expected.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/interrupts.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <unistd.h>

namespace upkeep::patch::archive {

namespace {

Values values_of(const Patch& patch, const char* key) {
  const auto found = patch.fields.find(key);
  return found == patch.fields.end() ? Values{} : found->second;
}

/// Values that people wrote into one field, separated by commas and lines.
std::vector<std::string> list_of(const Patch& patch, const char* key) {
  std::vector<std::string> out;
  for (const std::string& value : values_of(patch, key)) {
    for (const std::string& line : split(replace_all(value, ",", "\n"), '\n')) {
      if (!trim(line).empty()) out.emplace_back(trim(line));
    }
  }
  return out;
}

bool is_security(const Patch& patch) {
  const std::string flag = lower(first_value(patch.fields, "overview_security"));
  return flag == "true" || flag == "yes" ||
         (patch.category && lower(*patch.category) == "security");
}

constexpr const char* k_products = "overview_products";
constexpr const char* k_public_jira = "jiraInformation_publicJIRA";

std::string directory_name(const Patch& patch) {
  return fmt::format("patch{:04}", patch.ref->number);
}

void fill(const std::filesystem::path& root, const Patch& patch, const NameRule& names) {
  constexpr mode_t k_directory = 0777, k_file = 0666;  // subject to the umask
  make_directory(root / directory_name(patch), k_directory);
  const Fd file = create_new_file(root / "README.txt", k_file);
  if (!write_all(file.get(), draft_readme(patch, names))) {
    throw Error(ExitStatus::cannot_create,
                fmt::format("{}: {}", (root / "README.txt").string(), std::strerror(errno)));
  }
}

}  // namespace

Expected expected_of(const Patch& patch, std::vector<Jar> recorded) {
  Expected expected;
  expected.ref = *patch.ref;
  expected.products = list_of(patch, k_products);
  expected.public_jiras = list_of(patch, k_public_jira);
  expected.support_jiras = list_of(patch, "jiraInformation_supportJIRA");
  expected.jars = list_of(patch, "patchInformation_jarsInvolved");
  expected.security = is_security(patch);
  expected.md5 = first_value(patch.fields, "patchInformation_md5");
  expected.recorded = std::move(recorded);
  return expected;
}

std::string draft_readme(const Patch& patch, const NameRule& names) {
  const auto products = list_of(patch, k_products);
  auto jiras = list_of(patch, k_public_jira);
  if (jiras.empty() && !is_security(patch)) jiras.emplace_back("publicJIRA");
  std::string description = first_value(patch.fields, "overview_description");
  if (trim(description).empty()) description = "Patch description goes here";
  return fmt::format(
      "Patch ID         : {}\n"
      "Applies To       : {}\n"
      "Associated JIRA  : {}\n"
      "\n\n"
      "DESCRIPTION\n"
      "-----------\n"
      "{}\n"
      "\n\n"
      "INSTALLATION INSTRUCTIONS\n"
      "-------------------------\n"
      "\n"
      "(i)   Shut the server down, if it is running.\n"
      "\n"
      "(ii)  Copy the {} to <CARBON_SERVER>/repository/components/patches/\n"
      "\n"
      "(iii) Start the server again:\n"
      "       Linux/Unix :  sh wso2server.sh\n"
      "       Windows    :  wso2server.bat\n",
      names.format(*patch.ref), products.empty() ? "productList" : join(products, ", "),
      join(jiras, "\n                   "), trim(description), directory_name(patch));
}

std::string draft_archive(const Patch& patch, const NameRule& names, const std::string& directory) {
  const auto root = std::filesystem::path(directory) / names.format(*patch.ref);
  std::error_code error;
  if (std::filesystem::exists(root, error)) {
    throw Error(ExitStatus::cannot_create, fmt::format("{} already exists", root.string()),
                "nothing was written");
  }
  // Created under another name and renamed when complete, so that it is never seen incomplete.
  const auto made = std::filesystem::path(directory) /
                    fmt::format(".{}.{}", names.format(*patch.ref), ::getpid());
  const Interrupts held;  // nothing is left behind on interruption
  try {
    std::filesystem::remove_all(made, error);  // left by a dead process with the same pid
    fill(made, patch, names);
    if (::renameat2(AT_FDCWD, made.c_str(), AT_FDCWD, root.c_str(), RENAME_NOREPLACE) != 0) {
      throw Error(ExitStatus::cannot_create,
                  fmt::format("{}: {}", root.string(), std::strerror(errno)));
    }
  } catch (const Error&) {
    std::filesystem::remove_all(made, error);
    throw;
  }
  return root.string();
}

}  // namespace upkeep::patch::archive
