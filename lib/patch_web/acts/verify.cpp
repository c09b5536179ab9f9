// SPDX-License-Identifier: MIT
#include "patch_web/acts/verify.hpp"

#include "base/file.hpp"
#include "base/process.hpp"
#include "base/text.hpp"
#include "base/unnamed_file.hpp"
#include "patch/lifecycle/archive_proof.hpp"
#include "patch/model/sha256.hpp"
#include "patch/registry/conflict.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/acts/once.hpp"
#include "patch_web/acts/outcome.hpp"
#include "patch_web/field_faults.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

#include <unistd.h>

namespace upkeep::patch_web::acts {

namespace {

constexpr std::chrono::seconds k_time_to_check{120};
constexpr int k_archive_in_child = 3, k_proof_in_child = 4, k_first_given_in_child = 5;

/// The message of a tool, without its name.
std::string message_of(const std::string& errors) {
  std::string_view line = trim(std::string_view(errors).substr(0, errors.find('\n')));
  constexpr std::string_view k_start = "pmt-verify: error: ";
  if (line.starts_with(k_start)) line.remove_prefix(k_start.size());
  return printable(line);
}

/// @throws unless the archive was judged
void refuse_unjudged(const Finished& ended) {
  if (ended.timed_out) {
    throw web::Refusal("value", fmt::format("the check of the archive took longer than {} s",
                                            k_time_to_check.count()));
  }
  const auto status = static_cast<ExitStatus>(ended.exit_status);
  switch (status) {
    case ExitStatus::ok:
    case ExitStatus::no:
      return;
    case ExitStatus::usage:
    case ExitStatus::bad_data:
    case ExitStatus::no_input:
      throw web::Refusal("value", message_of(ended.err));
    case ExitStatus::partial:
    case ExitStatus::unavailable:
    case ExitStatus::try_later:
    case ExitStatus::config:
      throw Error(status, message_of(ended.err));
    case ExitStatus::cannot_create:
      throw Error(ExitStatus::unavailable, message_of(ended.err));
    default:
      break;
  }
  const bool of_memory = ended.err.find("bad_alloc") != std::string::npos;
  if (!of_memory && ended.exit_status < 128) {
    throw Error(ExitStatus::internal, "pmt-verify failed: " + message_of(ended.err));
  }
  throw web::Refusal("value", "the archive cannot be checked within the limits of memory");
}

void read_records(Verified& verified) {
  const auto records = nlohmann::json::parse(verified.records, nullptr, false);
  if (!records.is_array()) throw Error(ExitStatus::internal, "pmt-verify printed no records");
  for (const auto& one : records) {
    verified.findings.push_back(
        {one.value("rule", ""), one.value("severity", ""), one.value("detail", "")});
  }
}

/// Hands the files over that arrived with the archive.
void add_given(SpawnOptions& options, const CompanionUploads& given, const std::string& keyring) {
  int in_child = k_first_given_in_child;
  bool is_signed = false;
  for (const auto& one : given.files()) {
    options.descriptors.emplace_back(one.file.get(), in_child);
    options.argv.push_back(fmt::format("--beside={}=/dev/fd/{}", one.name, in_child++));
    is_signed = is_signed || one.field == "signature";
  }
  if (is_signed && !keyring.empty()) options.argv.push_back("--keyring=" + keyring);
}

Finished judged(Visit& visit, const std::string& patch, const ArchiveUpload& archive,
                const CompanionUploads& given, const VerifyRequest& request, const Fd& proof) {
  const Surroundings& around = visit.site().around;
  SpawnOptions options{
      .argv = around.verifier,
      .descriptors = {{archive.file().get(), k_archive_in_child}, {proof.get(), k_proof_in_child}},
      .environment = around.verifier_environment,
      .directory = "/",
      .new_session = true};
  const auto add = [&](std::initializer_list<std::string> words) {
    options.argv.insert(options.argv.end(), words);
  };
  add({"--json", "--confined", "--patch=" + patch, "--profile=" + request.profile,
       "--name=" + request.file, fmt::format("--proof=/dev/fd/{}", k_proof_in_child)});
  if (request.record) add({"--record"});
  if (request.tick) add({"--tick"});
  add_given(options, given, visit.web().keyring.string());
  add({fmt::format("/dev/fd/{}", k_archive_in_child)});
  options.environment.push_back("TMPDIR=" + visit.web().upload_dir.string());
  return run_process(options, {}, k_time_to_check);
}

/// @throws Refusal unless there are no reasons
void refuse_ticks(Visit& visit, const std::vector<patch::lifecycle::Blocker>& reasons) {
  if (reasons.empty()) return;
  const auto all_are = [&](const char* reason) {
    return std::all_of(reasons.begin(), reasons.end(),
                       [&](const auto& one) { return one.reason == reason; });
  };
  web::Refusal refusal(
      all_are("conflict") ? "conflict" : (all_are("permission") ? "role" : "refused"),
      "not everything was ticked: " + reasons.front().detail);
  refusal.reasons = reason_values(visit, reasons);
  throw web::Refusal(std::move(refusal));
}

/// What a request asks for: another one under the same key is refused.
std::string digest_of(Visit& visit, const VerifyRequest& request, const CompanionUploads& given,
                      const std::string& archive) {
  return patch::sha256(fmt::format("{}\n{}\n{}\n{} {}\n{}{}", visit.request().path, request.file,
                                   request.profile, request.tick, request.record, archive,
                                   given.text()));
}

void attest(Visit& visit, const patch::Patch& patch, const VerifyRequest& request,
            const CompanionUploads& given, const Fd& file, std::vector<patch::Jar> seen,
            Verified& verified) {
  if (::lseek(file.get(), 0, SEEK_SET) < 0) fail_to_keep(visit);
  const auto archive = patch::lifecycle::parse_proof(read_file(file, "the proof"));
  const auto proof = patch::lifecycle::proof_for(archive, patch,
                                                 {.record = request.record,
                                                  .tick = request.tick,
                                                  .file = request.file,
                                                  .seen = std::move(seen)});
  verified.jars = archive.jars.size();
  visit.act_once(request.once, digest_of(visit, request, given, archive.sha256));
  constexpr std::chrono::seconds k_patience{5};
  visit.connection().limit_lock_waits(k_patience);
  auto& service = visit.lifecycle();
  try {
    verified.done = service.attester().attest(
        proof.tick ? service.positions().position_now(patch.id).patch : patch, proof);
  } catch (const patch::AlreadyDone& before) {
    if (!before.same()) throw another_act(visit, before);
    verified.before = before.event();
    return;
  } catch (const patch::Conflict& conflict) {
    throw conflict_refusal(visit, conflict);
  } catch (const db::CommitLost& lost) {
    throw unsure_refusal(lost);
  }
  refuse_ticks(visit, verified.done->reasons);
}

[[noreturn]] void refuse_name(Visit& visit, const patch::Patch& patch, const std::string& file) {
  throw FieldFaults("archive",
                    fmt::format("'{}' is not called {}.zip", ellipsized(printable(file), 80),
                                visit.names().format(patch.ref.value())));
}

}  // namespace

const std::vector<std::string>& profile_names() {
  static const std::vector<std::string> k_names{"support", "kernel", "update"};
  return k_names;
}

void check_archive_name(Visit& visit, const patch::Patch& patch, const std::string& file) {
  if (!patch.ref) {
    throw web::Refusal("refused", "a request has no archive", "give it a number first");
  }
  const std::string end = fmt::format("-{}-{:04}.zip", patch.ref->platform, patch.ref->number);
  if (!file.ends_with(end) || file.find('/') != std::string::npos) refuse_name(visit, patch, file);
}

void check_verify(Visit& visit, const patch::Patch& patch, const VerifyRequest& request) {
  if (!patch.ref) {
    throw web::Refusal("refused", "a request has no archive", "give it a number first");
  }
  if (request.tick || request.record) visit.need_acts();
  if (request.record) visit.need_role("pmt-record");
  const auto& names = profile_names();
  if (std::find(names.begin(), names.end(), request.profile) == names.end()) {
    throw FieldFaults("profile", fmt::format("there is no profile '{}'; {}",
                                             printable(request.profile), join(names, ", ")));
  }
  check_archive_name(visit, patch, request.file);
  const bool is_update = request.profile == "update";
  if (!is_update && request.file != visit.names().format(*patch.ref) + ".zip") {
    refuse_name(visit, patch, request.file);
  }
}

Verified verify(Visit& visit, const patch::Patch& patch, const ArchiveUpload& archive,
                const CompanionUploads& given, const VerifyRequest& request) {
  const Fd proof = unnamed_file(visit.web().upload_dir);
  if (!proof) fail_to_keep(visit);
  auto seen = patch::recorded_jars(visit.connection(), patch.id);
  Finished ended =
      judged(visit, visit.names().format(patch.ref.value()), archive, given, request, proof);
  refuse_unjudged(ended);
  Verified verified;
  verified.records = std::move(ended.out);
  verified.has_errors = ended.exit_status != 0;
  read_records(verified);
  if (!verified.has_errors && (request.tick || request.record)) {
    attest(visit, patch, request, given, proof, std::move(seen), verified);
  }
  return verified;
}

}  // namespace upkeep::patch_web::acts
