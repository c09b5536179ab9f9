// SPDX-License-Identifier: MIT
// import, export.
#include "base/text.hpp"
#include "patch/exchange/export.hpp"
#include "patch/exchange/governance/registry_import.hpp"
#include "patch/exchange/import_source.hpp"
#include "patch/exchange/spreadsheet.hpp"
#include "patch/exchange/suggested_map.hpp"
#include "pmt-patch/commands.hpp"
#include "pmt-patch/rejects.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace upkeep::tools {

namespace {

class Import final : public Command {
 public:
  const char* name() const override { return "import"; }
  std::vector<std::string> columns() const override {
    return {"file", "rows", "imported", "unchanged", "rejected"};
  }
  const char* summary() const override { return "Import patches from CSV, JSON or governance XML"; }
  void declare(CLI::App& app) override {
    app.add_option("file", m_file, "The file to import; - is stdin (requires --as)")
        ->type_name("FILE");
    app.add_option("--as", m_as, "Format of the file: csv, json, jsonl or xml")
        ->type_name("FORMAT");
    app.add_option("--map", m_map, "Mapping of columns to fields (- is stdin): pmt-import-map(5)")
        ->type_name("MAP.toml");
    app.add_flag("--update", m_update, "Rows that differ update the patches they name");
    app.add_flag("--replace", m_replace, "With --update: also lifecycles and states");
    app.add_option("--rejects", m_rejects, "Write rejected rows there, with the reason")
        ->type_name("FILE");
    app.add_flag(
        "--from-registry", m_from_registry,
        "FILE is a governance registry's: a dump of its database, or a directory of files");
    app.add_option("--path", m_path, "With --from-registry: the collection of the patches")
        ->type_name("PATH");
    app.add_option("--zone", m_zone,
                   "With --from-registry: offset of its local time from UTC, like +05:30")
        ->type_name("OFFSET");
    app.add_option("--suggest-map", m_suggest,
                   "Print a draft of a map for this file (- is stdin), from its headers and values")
        ->type_name("FILE.csv");
  }
  void check(cli::CommonOptions& /*common*/) override {
    if (m_file.empty() == m_suggest.empty()) {
      throw UsageError(m_file.empty() ? "import needs a file" : "--suggest-map is used alone");
    }
    if (m_replace && !m_update) throw UsageError("--replace requires --update");
    check_registry();
    if (m_file == "-" && m_map == "-") throw UsageError("the file and its map are both stdin");
    check_rejects();
  }
  std::vector<NamedFile> files() const override {
    return {{m_file, true}, {m_map, true}, {m_rejects}, {m_suggest, true}};
  }
  ExitStatus run(Session& session) override {
    if (!m_suggest.empty()) return suggest(session);
    const std::string text = m_from_registry ? std::string() : read(session, m_file);
    const patch::ImportFormat format =
        m_from_registry ? patch::ImportFormat::registry : format_of_input();
    session.need_granted_role("pmt-import");
    std::optional<patch::ImportMap> map;
    if (!m_map.empty()) {
      map = patch::ImportMap::parse(session.input(m_map), m_map, session.type(),
                                    session.config().patch);
      const bool has_map = format == patch::ImportFormat::csv || m_from_registry;
      if (!has_map) throw UsageError("--map is only for CSV and --from-registry");
    }
    ImportBar bar(session.io);
    Rejects rejects(session.io, bar, m_rejects, format);
    patch::DraftMaker maker(session.connection(), session.registry(), session.config().patch);
    patch::Importer importer(
        session.connection(), session.registry(), session.actor(),
        {m_update, m_replace, session.common.dry_run, name(m_file), session.why},
        [&](const patch::RowPlace& place, const std::string& why, std::string_view raw) {
          rejects.take(place, why, raw);
        });
    const patch::Progress progress = [&](std::size_t done, std::size_t all) { bar.at(done, all); };
    std::string header;
    patch::Losses losses;
    try {
      if (m_from_registry) {
        import_registry(session, map, maker, importer, losses, progress);
      } else {
        header = patch::import_rows(text, format, map, maker, importer, session.type(), progress);
      }
    } catch (const DataError& error) {
      throw DataError(fmt::format("{}: {}", m_file, error.what()), error.advice());
    }
    bar.clear();
    for (const patch::Losses::Loss& loss : losses.all()) rejects.take_loss(patch::text_of(loss));
    rejects.finish(header);
    warn(session.io, maker, importer, m_from_registry);
    warn(session, losses);
    const patch::ImportCounts& counts = importer.counts();
    remark(session, counts);
    session.print_all(columns(),
                      {{m_file, counts.rows, counts.imported, counts.unchanged, counts.rejected}});
    return counts.rejected > 0 ? ExitStatus::partial : ExitStatus::ok;
  }

 private:
  static std::string name(const std::string& file) {
    const std::filesystem::path path(file);
    const auto last = path.has_filename() ? path.filename() : path.parent_path().filename();
    return last.string();
  }
  void check_registry() {
    if (!m_from_registry) {
      if (m_path.empty() && m_zone.empty()) return;
      throw UsageError(m_path.empty() ? "--zone requires --from-registry"
                                      : "--path requires --from-registry");
    }
    if (!m_as.empty()) throw UsageError("--from-registry and --as exclude each other");
    if (m_file == "-") {
      throw UsageError("--from-registry reads the dump several times: it cannot be stdin",
                       "name a file");
    }
    if (m_path.empty()) m_path = patch::RegistryRules().path;
    if (!m_path.ends_with('/')) m_path += '/';
    if (!m_path.starts_with('/')) throw UsageError("--path: not an absolute path in the registry");
    const bool zone = m_zone.starts_with('+') || m_zone.starts_with('-');
    if (m_zone.empty() || (zone && parse_iso8601("2000-01-01T00:00:00" + m_zone))) return;
    throw UsageError(fmt::format("--zone {}: not an offset from UTC", printable(m_zone)),
                     "like +05:30");
  }
  void import_registry(Session& session, const std::optional<patch::ImportMap>& map,
                       patch::DraftMaker& maker, patch::Importer& importer, patch::Losses& losses,
                       const patch::Progress& progress) const {
    patch::ImportMap all;
    all.blank.clear();  // what the registry has is imported
    patch::lifecycle::Library library(session.connection());
    patch::ResourceDrafts drafts(maker, session.registry(), library,
                                 {.map = map.value_or(all),
                                  .released = session.config().patch.released,
                                  .zone = m_zone,
                                  .file = name(m_file)});
    const auto source = patch::open_registry(m_file, {.path = m_path, .zone = m_zone}, losses);
    patch::import_registry(*source, drafts, importer, losses, progress);
  }
  static void warn(Session& session, const patch::Losses& losses) {
    const char* what = session.common.dry_run ? "would not be imported" : "not imported";
    for (const patch::Losses::Loss& loss : losses.all()) {
      session.io.warning(fmt::format("{}: {}", what, patch::text_of(loss)));
    }
  }
  /// The input must not be overwritten.
  void check_rejects() const {
    if (m_rejects.empty()) return;
    if (m_rejects == "-") {
      throw UsageError("--rejects -: stdout has the record of the import", "name a file");
    }
    for (const std::string& read : {m_file, m_map}) {
      std::error_code ignored;
      if (!read.empty() && std::filesystem::equivalent(read, m_rejects, ignored)) {
        throw UsageError(fmt::format("--rejects {}: that is the input", printable(m_rejects)),
                         "name another file");
      }
    }
  }
  /// The file's contents. @throws DataError if they cannot be rows of text
  static std::string read(Session& session, const std::string& file) {
    std::string bytes = session.input(file, patch::k_largest_import);
    try {
      if (bytes.size() > patch::k_largest_import) too_large();
      patch::check_is_text(bytes, file);
    } catch (const DataError& error) {
      throw DataError(fmt::format("{}: {}", file, error.what()), error.advice());
    }
    return bytes;
  }
  [[noreturn]] static void too_large() {
    throw DataError("larger than 1 GiB", "split it, with split(1) for instance");
  }
  /// @param day_first dates are known to be
  static void warn(Io& io, const patch::DraftMaker& maker, const patch::Importer& importer,
                   bool day_first) {
    for (const std::string& link : importer.loose_links()) {
      io.warning(link + ", which does not exist");
    }
    for (const std::string& link : importer.cycles()) {
      io.warning(link + ", which closes a cycle of links");
    }
    if (day_first) return;
    for (const auto& [column, dates] : maker.ambiguous()) {
      io.warning(fmt::format(
          "{}: {} read day first that could be month first, like '{}' as {} (not {}); set the "
          "format in a map's [dates]",
          printable(column), dates.count == 1 ? "1 date" : fmt::format("{} dates", dates.count),
          printable(dates.sample), dates.day_first, dates.month_first));
    }
  }
  /// Reports what the rows do not say themselves.
  static void remark(Session& session, const patch::ImportCounts& counts) {
    if (counts.unticked > 0) {
      session.io.note(
          fmt::format("{} {} no longer ticked, because the update changes what {} attested",
                      counts.unticked == 1 ? "1 item" : fmt::format("{} items", counts.unticked),
                      session.common.dry_run ? "would be"
                      : counts.unticked == 1 ? "is"
                                             : "are",
                      counts.unticked == 1 ? "it" : "they"));
    }
    if (counts.other_histories > 0) {
      session.io.note(fmt::format(
          "{} in the source from that of an existing patch, which an update leaves alone",
          counts.other_histories == 1
              ? "1 history differs"
              : fmt::format("{} histories differ", counts.other_histories)));
    }
    if (counts.kept > 0) {
      session.io.note(fmt::format(
          "{} in the file and {} in the registry ({}{}); 'pmt-patch edit --set KEY=' clears a "
          "field",
          counts.kept == 1 ? "1 value is empty" : fmt::format("{} values are empty", counts.kept),
          session.common.dry_run ? "would be kept"
          : counts.kept == 1     ? "is kept"
                                 : "are kept",
          counts.kept == 1 ? "" : "the first is ", printable(counts.kept_example)));
    }
  }
  patch::ImportFormat format_of_input() const {
    if (!m_as.empty()) return patch::format_called(m_as);
    if (const auto format = patch::format_of_name(m_file)) return *format;
    if (!m_map.empty()) return patch::ImportFormat::csv;  // only CSV has a map
    throw UsageError(fmt::format("the format of {} is unknown", printable(m_file)),
                     "use --as csv, json, jsonl or xml");
  }
  ExitStatus suggest(Session& session) {
    const std::string bytes = read(session, m_suggest);
    const std::string name = std::filesystem::path(m_suggest).filename().string();
    patch::lifecycle::LoadedStates states(session.connection(), session.config().patch.lifecycle);
    try {
      patch::check_is_table(bytes);
      const patch::SuggestedMap map =
          patch::suggested_map(patch::csv_sample(bytes), name, session.registry(), states);
      session.io.out.write(map.text);
      for (const std::string& note : map.notes) session.io.note(note);
    } catch (const DataError& error) {
      throw DataError(fmt::format("{}: {}", m_suggest, error.what()), error.advice());
    }
    return ExitStatus::ok;
  }

  std::string m_file, m_as, m_map, m_rejects, m_suggest;
  std::string m_path, m_zone;
  bool m_update = false, m_replace = false, m_from_registry = false;
};

class Export final : public Command {
 public:
  const char* name() const override { return "export"; }
  const char* summary() const override { return "Export patches with all their data"; }
  void declare(CLI::App& app) override {
    app.add_option("selector", m_selector, "Terms, all of which must match: see upkeep-select(7)")
        ->type_name("TERM");
  }
  void check(cli::CommonOptions& common) override {
    if (common.format.empty()) common.format = "json";
    if (common.format == "text" || common.format == "tsv") {
      throw UsageError(fmt::format("export has no format {}", common.format),
                       "one of json, jsonl, csv");
    }
  }
  ExitStatus run(Session& session) override {
    auto selected = session.select(m_selector);
    selected.void_too = true;
    const bool csv = session.common.format == "csv";
    const auto columns = csv ? patch::export_csv_header(session.type()) : patch::export_members();
    const auto out = session.printer(columns);
    const auto print = [&](const patch::WholePatch& whole) {
      const auto object = patch::export_object(whole, session.type(), session.names());
      if (csv) {
        out->print(patch::export_csv_row(object, session.type()));
        return;
      }
      Record record;
      for (const auto& [name, value] : object) record.push_back(value);
      out->print(record);
    };
    patch::for_each_whole(session.connection(), selected, print);
    // A whole registry includes its queue; a table of patches has no row for it.
    if (m_selector.empty() && !csv) patch::for_each_whole_request(session.connection(), print);
    out->finish();
    return ExitStatus::ok;
  }

 private:
  std::vector<std::string> m_selector;
};

}  // namespace

Commands exchange_commands() {
  Commands commands;
  commands.push_back(std::make_unique<Import>());
  commands.push_back(std::make_unique<Export>());
  return commands;
}

}  // namespace upkeep::tools
