// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "base/warning.hpp"
#include "cli/completion.hpp"
#include "cli/empty_values.hpp"
#include "cli/pager.hpp"
#include "cli/process_start.hpp"
#include "cli/tool.hpp"
#include "cli/version.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <memory>
#include <optional>

#include <fcntl.h>
#include <unistd.h>

namespace upkeep::cli {

namespace {

constexpr const char* k_common_group = "Common options";

void declare_common(CLI::App& app, const ToolInfo& info, CommonOptions& common) {
  app.set_help_flag("-h,--help", "Show this help and exit")->group(k_common_group);
  app.set_version_flag("-V,--version", fmt::format("{} (upkeep) {}", info.name, k_version))
      ->group(k_common_group)
      ->description("Show the version and exit");
  app.add_flag("-v,--verbose", common.verbose, "Print more on stderr")->group(k_common_group);
  app.add_flag("-q,--quiet", common.quiet, "Print only errors on stderr")
      ->group(k_common_group)
      ->excludes("--verbose");
  if (info.writes) {
    app.add_flag("-n,--dry-run", common.dry_run, "Report what would be done, without doing it")
        ->group(k_common_group);
  }
  app.add_option("--config", common.config_file, "Read this upkeep.toml")
      ->type_name("FILE")
      ->group(k_common_group);
  app.add_option("--format", common.format,
                 fmt::format("Output format: {}", join(info.formats, "|")))
      ->type_name("FORMAT")
      ->group(k_common_group);
  app.add_flag("--json", common.json, "The same as --format json")->group(k_common_group);
  if (std::find(info.formats.begin(), info.formats.end(), "csv") != info.formats.end()) {
    app.add_option("--escape", common.escape, "Cells of csv that look like formulas: formulas|none")
        ->type_name("WHAT")
        ->group(k_common_group);
  }
  app.add_flag("--header", common.header, "Print a header line in tsv as well")
      ->group(k_common_group);
  app.add_option("--fields", common.fields, "Columns to print, in this order")
      ->type_name("A,B,...")
      ->group(k_common_group);
  app.add_flag("-0,--null", common.null, "Names and records are separated by NUL")
      ->group(k_common_group);
  app.add_option("--color", common.color, "Colors: auto|always|never")
      ->type_name("WHEN")
      ->group(k_common_group);
  app.add_flag("--wide", common.wide, "Print all columns of text, and whole cells")
      ->group(k_common_group);
  app.add_flag("--no-pager", common.no_pager, "Print long text without a pager")
      ->group(k_common_group);
  app.add_flag("--no-progress", common.no_progress, "Show no progress bars")->group(k_common_group);
}

std::string footer(const ToolInfo& info) {
  std::string text;
  if (!info.examples.empty()) text += "Examples:\n";
  for (const auto& [command, what] : info.examples)
    text += fmt::format("  {}\n      {}\n", command, what);
  text += "\nExit status:\n";
  for (const auto& [status, when] : info.statuses)
    text += fmt::format("  {:<4} {}\n", status, when);
  text += fmt::format("\nSee man {}; for conventions common to all tools, man 7 upkeep", info.name);
  return text;
}

/// @throws UsageError for invalid values of the common options
void check_common(const CommonOptions& common, const ToolInfo& info) {
  const auto one_of = [](const std::string& value, const std::vector<std::string>& words,
                         const char* option) {
    if (std::find(words.begin(), words.end(), value) != words.end()) return;
    throw UsageError(fmt::format("{} {}: no such value", option, printable(value)),
                     did_you_mean(value, words, "one of " + join(words, ", ")));
  };
  if (!common.format.empty()) one_of(common.format, info.formats, "--format");
  one_of(common.color, {"auto", "always", "never"}, "--color");
  if (!common.escape.empty()) {
    one_of(common.escape, {"formulas", "none"}, "--escape");
    if (common.format != "csv") throw UsageError("--escape requires --format csv");
  }
  const bool json = common.json || common.format == "json" || common.format == "jsonl";
  if (common.json && !common.format.empty() && common.format != "json") {
    throw UsageError("--json and --format exclude each other", "keep one of them");
  }
  if (common.null && json) {
    throw UsageError("--null cannot be combined with a JSON format",
                     "JSON needs no separator: omit one of them");
  }
}

void apply_common(Io& io, const CommonOptions& common) {
  if (common.verbose) io.verbosity = Verbosity::verbose;
  if (common.quiet) io.verbosity = Verbosity::quiet;
  io.progress = !common.no_progress;
  const char* no_color = std::getenv("NO_COLOR");
  const bool allowed = no_color == nullptr || *no_color == '\0';
  const bool capable = environment("TERM").value_or("dumb") != "dumb";
  io.color =
      common.color == "always" || (common.color == "auto" && io.out_tty && allowed && capable);
}

/// Every long option that is valid here, for suggestions.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App* s) { return s->parsed(); })) {
    for (std::string& name : option_names(*sub)) names.push_back(std::move(name));
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(sub->get_name());
  }
  return names;
}

/// The command that was selected: `local` in `upkeep local frob`.
const CLI::App& innermost(const CLI::App& app) {
  const auto parsed = app.get_subcommands([](const CLI::App* sub) { return sub->parsed(); });
  return parsed.empty() ? app : innermost(*parsed.front());
}

/// Help without the lists of options that exclude or require each other, which would be on every
/// line of a tool with modes. The man pages describe them.
class HelpFormatter : public CLI::Formatter {
  std::string make_option_opts(const CLI::Option* option) const override {
    return option->get_type_name().empty() ? "" : " " + option->get_type_name();
  }
};

std::string shown_name(const CLI::Option& option) {
  return option.get_positional() ? "operands" : option.get_name();
}

/// Which two options cannot be used together, or which one requires another, in the order of
/// --help.
std::optional<UsageError> combination_error(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->count() == 0) continue;
    for (const CLI::Option* other : app.get_options()) {
      if (other->count() > 0 && option->get_excludes().contains(const_cast<CLI::Option*>(other))) {
        return UsageError(fmt::format("{} and {} cannot be used together", shown_name(*option),
                                      shown_name(*other)),
                          "omit one of them");
      }
      if (other->count() == 0 && option->get_needs().contains(const_cast<CLI::Option*>(other))) {
        return UsageError(
            fmt::format("{} requires {}", shown_name(*option), shown_name(*other)),
            fmt::format("give {} as well, or omit {}", shown_name(*other), shown_name(*option)));
      }
    }
  }
  const auto parsed = app.get_subcommands([](const CLI::App* sub) { return sub->parsed(); });
  return parsed.empty() ? std::nullopt : combination_error(*parsed.front());
}

UsageError usage_error(const CLI::App& app, const CLI::ParseError& error, const std::string& tool) {
  const std::string help = fmt::format("'{} --help' lists options and operands", tool);
  if (const auto found = combination_error(app);
      found && (dynamic_cast<const CLI::ExcludesError*>(&error) != nullptr ||
                dynamic_cast<const CLI::RequiresError*>(&error) != nullptr)) {
    return *found;
  }
  const auto* extras = dynamic_cast<const CLI::ExtrasError*>(&error);
  if (extras != nullptr) {
    for (const std::string& word : app.remaining(true)) {
      if (word.size() > 1 && word.front() == '-') {
        return UsageError(fmt::format("unknown option {}", word),
                          did_you_mean(word.substr(0, word.find('=')), option_names(app), help));
      }
      const auto commands = command_names(innermost(app));
      if (!commands.empty()) {
        return UsageError(fmt::format("unknown command '{}'", word),
                          did_you_mean(word, commands, help));
      }
      return UsageError(fmt::format("unexpected operand '{}'", word), help);
    }
  }
  return UsageError(lower(std::string(1, error.what()[0])) + (error.what() + 1), help);
}

/// Ends by SIGPIPE, as a program that does not handle it would.
[[noreturn]] void end_by_sigpipe() {
  (void)::signal(SIGPIPE, SIG_DFL);
  (void)::raise(SIGPIPE);
  std::_Exit(code(killed_by(SIGPIPE)));
}

/// Answers a completion script. Nothing else is printed: the user is typing.
void complete(const CLI::App& app, const std::vector<std::string>& words, Tool& tool, Io& io) {
  io.verbosity = Verbosity::quiet;
  io.out.write(completion_lines(app, words, [&](const WantedValue& wanted) {
    tool.common.config_file = wanted.config_file;
    try {
      return tool.candidates(io, wanted);
    } catch (const Error&) {
      return std::vector<Candidate>{};
    }
  }));
}

/// Text for people on a terminal may go through a pager, which starts when the text turns out to be
/// longer than the screen.
void offer_pager(const Tool& tool, Io& io, std::optional<PagedOutput>& paged) {
  if (!io.out_tty || tool.common.no_pager || tool.common.null) return;
  if (tool.format(io) != Format::text || !tool.may_page()) return;
  io.start_paging = [&io, &paged] {
    if (paged) return;
    if (auto command = pager_command()) paged.emplace(io, std::move(*command));
  };
}

ExitStatus parse_and_run(int argc, char** argv, Tool& tool, const ToolInfo& info, Io& io,
                         std::optional<PagedOutput>& paged) {
  CLI::App app(info.summary, info.name);
  app.formatter(std::make_shared<HelpFormatter>());
  app.footer(footer(info));
  declare_common(app, info, tool.common);
  tool.declare(app);
  if (argc > 1 && std::string_view(argv[1]) == "__complete") {
    complete(app, {argv + 2, argv + argc}, tool, io);
    return ExitStatus::ok;
  }
  refuse_empty_values(app, argc, argv);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    const auto parsed = app.get_subcommands([](const CLI::App* sub) { return sub->parsed(); });
    io.out.write((parsed.empty() ? &app : parsed.front())->help());
    return ExitStatus::ok;
  } catch (const CLI::CallForVersion& version) {
    io.out.write(fmt::format("{}\n", version.what()));
    return ExitStatus::ok;
  } catch (const CLI::ParseError& error) {
    throw usage_error(app, error, info.name);
  }
  check_common(tool.common, info);
  apply_common(io, tool.common);
  tool.check();
  offer_pager(tool, io, paged);
  return tool.run(io);
}

}  // namespace

int run_main(int argc, char** argv, Tool& tool) {
  prepare_process();
  const ToolInfo info = tool.info();
  Io io(info.name, 0, 1, 2);
  set_warning_sink([&io](const std::string& text) { io.warning(text); });
  ExitStatus status = ExitStatus::internal;
  std::optional<PagedOutput> paged;
  try {
    status = parse_and_run(argc, argv, tool, info, io, paged);
  } catch (const Error& error) {
    io.error(error);
    status = error.status();
  } catch (const BrokenPipe&) {
    end_by_sigpipe();
  } catch (const std::exception& error) {
    io.error(fmt::format("{}; this is a bug: please report it", error.what()));
    status = ExitStatus::internal;
  }
  try {
    io.out.flush();
    if (paged) paged->finish();
  } catch (const Error& error) {
    io.error(error);
    status = worse(status, error.status());
  } catch (const BrokenPipe&) {
    end_by_sigpipe();
  }
  set_warning_sink({});
  return code(status);
}

}  // namespace upkeep::cli
