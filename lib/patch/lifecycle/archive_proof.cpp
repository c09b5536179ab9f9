// SPDX-License-Identifier: MIT
#include "patch/lifecycle/archive_proof.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>

namespace upkeep::patch::lifecycle {

std::map<std::string, std::string> proven_items(
    const std::map<std::string, std::vector<std::string>>& ticks,
    const std::vector<std::string>& proved) {
  const auto is_proved = [&](const std::string& rule) {
    return std::find(proved.begin(), proved.end(), rule) != proved.end();
  };
  std::map<std::string, std::string> items;
  for (const auto& [item, rules] : ticks) {
    if (std::all_of(rules.begin(), rules.end(), is_proved)) items[item] = join(rules, ", ");
  }
  return items;
}

Value proof_value(const ArchiveProof& proof) {
  ValueList jars;
  jars.reserve(proof.jars.size());
  for (const Jar& one : proof.jars) {
    jars.emplace_back(ValueObject{{"name", one.name},
                                  {"bundle", one.bundle},
                                  {"version", one.version},
                                  {"md5", one.md5},
                                  {"sha256", one.sha256},
                                  {"size", one.size}});
  }
  ValueObject items;
  for (const auto& [item, evidence] : proof.items) items.emplace_back(item, evidence);
  return ValueObject{{"sha256", proof.sha256},
                     {"patch", proof.ref ? Value(to_string(*proof.ref)) : Value()},
                     {"jars", std::move(jars)},
                     {"items", std::move(items)}};
}

ArchiveProof parse_proof(std::string_view json) {
  try {
    const auto object = nlohmann::json::parse(json);
    ArchiveProof proof;
    object.at("sha256").get_to(proof.sha256);
    if (!object.at("patch").is_null()) {
      proof.ref = parse_ref(object.at("patch").get<std::string>());
    }
    for (const auto& one : object.at("jars")) {
      Jar jar;
      one.at("name").get_to(jar.name);
      one.at("bundle").get_to(jar.bundle);
      one.at("version").get_to(jar.version);
      one.at("md5").get_to(jar.md5);
      one.at("sha256").get_to(jar.sha256);
      one.at("size").get_to(jar.size);
      proof.jars.push_back(std::move(jar));
    }
    object.at("items").get_to(proof.items);
    return proof;
  } catch (const nlohmann::json::exception& error) {
    throw DataError(fmt::format("not the proof of an archive: {}", printable(error.what())));
  }
}

Proof proof_for(const ArchiveProof& archive, const Patch& patch, const ProofUse& use) {
  Proof proof;
  proof.sha256 = archive.sha256;
  proof.evidence = fmt::format("{}{}{}, SHA-256 {}", use.why, use.why.empty() ? "" : "; ",
                               std::filesystem::path(use.file).filename().string(), archive.sha256);
  proof.why = use.why;
  if (use.record) {
    proof.jars = archive.jars;
    proof.seen = use.seen;
  }
  proof.tick = use.tick && archive.ref == patch.ref;
  proof.items = archive.items;
  return proof;
}

}  // namespace upkeep::patch::lifecycle
