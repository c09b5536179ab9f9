// SPDX-License-Identifier: MIT
// pmt-verify: checks a patch archive before it is released.
#include "base/confinement.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "patch/archive/beside.hpp"
#include "patch/archive/expected.hpp"
#include "patch/archive/verifier.hpp"
#include "patch/lifecycle/archive_proof.hpp"
#include "patch/lifecycle/service.hpp"
#include "patch/registry/product_names.hpp"
#include "patch/store/store.hpp"
#include "patch_cli/patch_tool.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <cstring>
#include <map>
#include <set>

#include <fcntl.h>

namespace {

using namespace upkeep;  // NOLINT(google-build-using-namespace): a tool is all upkeep

const std::vector<std::string> k_columns{"archive", "rule", "severity", "detail"};

constexpr std::uint64_t k_confined_memory = std::uint64_t{512} << 20U;

class PmtVerify final : public patch_cli::PatchTool {
 public:
  [[nodiscard]] cli::ToolInfo info() const override {
    cli::ToolInfo info;
    info.name = "pmt-verify";
    info.summary = "Check a patch archive before it is released";
    info.writes = true;
    info.formats = {"text", "tsv", "json", "jsonl", "csv"};
    info.examples = {
        {"pmt-verify WSO2-CARBON-PATCH-4.4.0-1001.zip", "list its problems"},
        {"pmt-verify --patch 4.4.0-1001 --record WSO2-CARBON-PATCH-4.4.0-1001.zip",
         "compare with the registry and record its jars"},
        {"pmt-verify --patch 4.4.0-1001 --tick WSO2-CARBON-PATCH-4.4.0-1001.zip",
         "tick proven items"},
        {"pmt-verify --profile kernel *.zip --json | jq -r '.[] | select(.severity == \"error\")'",
         "kernel patches"},
        {"pmt-verify --keyring KEYS signed/*.zip", "verify signatures as well"},
        {"pmt-verify --patch 4.4.0-1001 --init .", "start an archive"},
    };
    info.statuses = {
        {0, "no error was found"},
        {1, "errors were found"},
        {2, "the patch does not exist"},
        {64, "usage"},
        {65,
         "a file is not a zip archive, or is truncated, corrupt or modified while being read; a "
         "profile has an error"},
        {66, "a file does not exist or cannot be read"},
        {69, "the database does not answer; gpg is missing"},
        {73, "--init: the directory already exists or cannot be created; no space in TMPDIR"},
        {77, "not permitted"},
        {78, "configuration"},
    };
    return info;
  }

  void declare(CLI::App& app) override {
    app.add_option("ARCHIVE", m_archives, "Zip files to check; - reads names from stdin");
    app.add_option("--profile", m_profile, "support, kernel, update, or a profile's file")
        ->type_name("PROFILE");
    app.add_option("--patch", m_patch, "Compare with the registry's data on this patch")
        ->type_name("PATCH");
    app.add_flag("--tick", m_tick, "Tick the lifecycle items that the archive proves");
    app.add_flag("--record", m_record, "Record the jars in the registry if no error was found");
    app.add_option("--keyring", m_keyring,
                   "Verify the signature next to it, with the keys of this directory or file")
        ->type_name("PATH");
    app.add_option("--distribution", m_distribution,
                   "Compare an update's files with those of the product (a zip)")
        ->type_name("ZIP");
    app.add_option("--name", m_called, "The archive's file name, if it is read from a descriptor")
        ->type_name("NAME.zip");
    app.add_option("--beside", m_beside,
                   "A digest or signature that belongs to --name, such as NAME.zip.asc=/dev/fd/4;"
                   " may be repeated")
        ->type_name("NAME=FILE")
        ->take_all()
        ->allow_extra_args(false);
    app.add_option("--proof", m_proof,
                   "Neither record nor tick: write what would be proven to this file")
        ->type_name("FILE");
    app.add_flag("--confined", m_confined, "Without network, and with at most 512 MiB of memory");
    app.add_option("--init", m_init, "Draft the patch's directory and README here")
        ->type_name("DIR");
    declare_shared(app);
  }

  void check() override {
    check_fields(k_columns);
    if (m_tick && m_patch.empty()) throw UsageError("--tick needs --patch");
    if (m_record && m_patch.empty()) throw UsageError("--record needs --patch");
    if (!m_init.empty() && m_patch.empty()) throw UsageError("--init needs --patch");
    if (!m_init.empty() && (m_record || m_tick || !m_archives.empty())) {
      throw UsageError("--init cannot be combined with checking archives");
    }
    check_called();
    if (!m_proof.empty() && m_patch.empty()) throw UsageError("--proof needs --patch");
    if (m_confined && m_archives.size() != 1) throw UsageError("--confined needs one archive");
    if (m_confined && m_proof.empty() && (m_record || m_tick)) {
      throw UsageError("--confined can neither record nor tick", "use --proof");
    }
    if (m_init.empty() && !m_patch.empty() && m_archives.size() > 1) {
      throw UsageError("--patch can be used with one archive only", "check the others separately");
    }
  }

  ExitStatus run(Io& io) override {
    if (delegated()) {
      throw Error(ExitStatus::not_permitted, "archives are not opened under sudo",
                  "run pmt-verify as yourself");
    }
    patch_cli::Session work = session(io);
    if (!m_init.empty()) return draft(work);
    const auto profile = patch::archive::load_profile(
        m_profile, binary_directory().parent_path() / "share/upkeep/patch/verify");
    if (!m_distribution.empty()) {
      if (profile.changes.descriptors.empty()) {
        throw UsageError("--distribution requires a profile for updates", "e.g. --profile update");
      }
      m_product = patch::archive::distribution_files(m_distribution, profile.limits.entries);
    }
    NameSource source = names(io, m_archives);
    source.key = "archive";
    const auto out = printer(io, k_columns);
    ExitStatus status = ExitStatus::ok;
    const auto tell = [&](const Error& error) {
      io.error(error);
      status = worse(status, error.status());
    };
    std::optional<patch::Patch> patch;
    const bool named = for_each_name(
        source,
        [&](const std::string& file) {
          if (!m_patch.empty() && !patch) patch = known_patch(work);
          try {
            status =
                worse(status, verify_one(work, profile, patch ? &*patch : nullptr, file, *out));
          } catch (const db::Error&) {
            throw;
          } catch (const ConfigError&) {
            throw;
          } catch (const Error& error) {
            tell(Error(error.status(), fmt::format("{}: {}", printable(called(file)), error.what()),
                       error.advice()));
          }
        },
        [&](const std::string& record, const std::string& why) {
          tell(DataError(fmt::format("'{}': {}", ellipsized(printable(record), 60), why),
                         "nothing was done: piped input is accepted as a whole or not at all"));
        });
    if (!named) throw UsageError("no archive given", "name one, or pipe names in");
    out->finish();
    return status;
  }

 private:
  void check_called() {
    if (m_called.empty()) {
      if (!m_beside.empty()) throw UsageError("--beside needs --name");
      return;
    }
    if (m_archives.size() != 1 || m_archives.front() == "-") {
      throw UsageError("--name needs one archive as operand", "like --name NAME.zip /dev/fd/3");
    }
    if (m_called.find('/') != std::string::npos) {
      throw UsageError("--name: a file name, without a directory");
    }
    m_given = patch::archive::given_companions(m_called, m_beside);
    if (!m_keyring.empty() && m_given.empty()) {
      throw UsageError("--keyring needs an archive that has a name, or --beside");
    }
  }

  patch::Patch known_patch(patch_cli::Session& work) const {
    const auto ref = work.names().parse_or_throw(m_patch);
    auto patch = patch::find_patch(work.connection(), {ref, std::nullopt});
    if (!patch) {
      throw Error(ExitStatus::partial, fmt::format("there is no patch {}", printable(m_patch)));
    }
    return std::move(*patch);
  }

  ExitStatus draft(patch_cli::Session& work) const {
    const patch::Patch patch = known_patch(work);
    if (common.dry_run) {
      work.io.note(fmt::format("{}/{} would be created", m_init, work.names().format(*patch.ref)));
      return ExitStatus::ok;
    }
    work.io.out.write(patch::archive::draft_archive(patch, work.names(), m_init) + "\n");
    return ExitStatus::ok;
  }

  ExitStatus verify_one(patch_cli::Session& work, const patch::archive::Profile& profile,
                        const patch::Patch* patch, const std::string& file, Printer& out) const {
    std::optional<patch::archive::Expected> expected;
    if (patch != nullptr) {
      expected =
          patch::archive::expected_of(*patch, patch::recorded_jars(work.connection(), patch->id));
      expected->replaces = m_record;
      expected->product = [names = patch::ProductNames::of(work.connection())](
                              const std::string& product) { return names.canonical(product); };
    }
    // Written after that, but opened before: only descriptors are left then.
    const Fd proof = m_proof.empty() ? Fd() : open_proof();
    patch::archive::require_readable(m_given);
    if (m_confined) confine(k_confined_memory);
    const auto verdict =
        patch::archive::verify({file, profile, expected ? &*expected : nullptr, m_keyring,
                                m_distribution.empty() ? nullptr : &m_product,
                                m_record || m_tick || proof, m_called, m_given});
    for (const auto& finding : verdict.findings) {
      out.print(
          {called(file), finding.rule, std::string(to_word(finding.severity)), finding.detail});
    }
    const ExitStatus status = verdict.has_errors ? ExitStatus::no : ExitStatus::ok;
    if (patch == nullptr) return status;
    const patch::lifecycle::ArchiveProof proven{
        verdict.sha256, verdict.ref, verdict.jars,
        patch::lifecycle::proven_items(profile.ticks, verdict.proved)};
    if (proof) {
      if (!verdict.has_errors) write_proof(proof, proven);
      return status;
    }
    if (!m_record && !m_tick) return status;
    if (verdict.has_errors) {
      work.io.warning(fmt::format("nothing was {}: there are errors", what_to_do()));
      return status;
    }
    return worse(status, attest(work, *patch, expected->recorded, file, proven));
  }

  [[nodiscard]] const char* what_to_do() const {
    if (!m_tick) return "recorded";
    return m_record ? "recorded or ticked" : "ticked";
  }

  /// The archive as it is called.
  [[nodiscard]] const std::string& called(const std::string& file) const {
    return m_called.empty() ? file : m_called;
  }

  [[nodiscard]] Fd open_proof() const {
    Fd file(::open(m_proof.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666));
    if (file) return file;
    throw Error(ExitStatus::cannot_create,
                fmt::format("{}: {}", printable(m_proof), std::strerror(errno)));
  }

  void write_proof(const Fd& file, const patch::lifecycle::ArchiveProof& proven) const {
    const std::string text = to_json(patch::lifecycle::proof_value(proven)) + "\n";
    if (write_all(file.get(), text)) return;
    throw Error(ExitStatus::cannot_create,
                fmt::format("{}: {}", printable(m_proof), std::strerror(errno)));
  }

  /// Records the jars, and ticks the items of the patch's state that the profile has proven, each
  /// with its own event and evidence.
  ExitStatus attest(patch_cli::Session& work, const patch::Patch& patch,
                    const std::vector<patch::Jar>& seen, const std::string& file,
                    const patch::lifecycle::ArchiveProof& proven) const {
    patch::lifecycle::LifecycleService service(work.connection(), work.config(), work.registry(),
                                               work.actor(), common.dry_run);
    if (m_record) work.need_role("pmt-record");
    const auto proof = patch::lifecycle::proof_for(
        proven, patch, {m_record, m_tick, called(file), work.why, seen});
    const auto done = service.attester().attest(
        proof.tick ? service.positions().position_now(patch.id).patch : patch, proof);
    return report(work, proven.jars.size(), done);
  }

  /// Reports what was done, or would be.
  ExitStatus report(patch_cli::Session& work, std::size_t jars,
                    const patch::lifecycle::Attested& done) const {
    const bool dry = common.dry_run;
    const auto say = [&](const std::string& text) {
      dry ? work.io.note(text) : work.io.detail(text);
    };
    ExitStatus status = ExitStatus::ok;
    for (const auto& reason : done.reasons) {
      work.io.error(fmt::format("not ticked: {}", reason.detail));
      const bool conflict = reason.reason == "conflict";
      if (conflict) return ExitStatus::no;
      status = ExitStatus::not_permitted;
    }
    if (m_record) {
      say(done.recorded ? fmt::format("{} jars {} recorded", jars, dry ? "would be" : "are")
                        : "the same jars are already recorded");
    }
    for (const std::string& item : done.cleared) {
      work.io.note(fmt::format("'{}' {} ticked: it attested other jars", item,
                               dry ? "would no longer be" : "is no longer"));
    }
    for (const std::string& item : done.unticked) {
      work.io.note(fmt::format("'{}' {} ticked: it was proven by another archive", item,
                               dry ? "would no longer be" : "is no longer"));
    }
    for (const std::string& item : done.ticked) {
      say(fmt::format("'{}' {} ticked", item, dry ? "would be" : "is"));
    }
    return status;
  }

  std::vector<std::string> m_archives;
  std::string m_profile = "support", m_patch, m_keyring, m_init, m_distribution;
  std::string m_called, m_proof;
  std::vector<std::string> m_beside;
  std::map<std::string, std::string> m_given;    // what --beside says
  std::set<std::string, std::less<>> m_product;  // the files of the distribution
  bool m_tick = false, m_record = false, m_confined = false;
};

}  // namespace

int main(int argc, char** argv) {
  PmtVerify tool;
  return cli::run_main(argc, argv, tool);
}
