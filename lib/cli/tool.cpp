// SPDX-License-Identifier: MIT
#include "cli/tool.hpp"

#include "base/file.hpp"
#include "base/text.hpp"
#include "cli/person.hpp"
#include "cli/session.hpp"
#include "cli/text_columns.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::cli {

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

namespace {

struct Account {
  std::string name = "root";
  std::string home = "/";
};

/// The user whom this process runs as, looked up once: a directory server may have to answer.
const Account& own_account() {
  static const Account account = [] {
    Account found;
    if (const passwd* user = ::getpwuid(::geteuid()); user != nullptr) {
      found = {user->pw_name, user->pw_dir};
    }
    return found;
  }();
  return account;
}

/// $XDG_… if it is absolute (the specification ignores other values), else below the home
/// directory.
std::filesystem::path xdg(const char* name, const char* below_home) {
  if (const auto set = environment(name); set && set->front() == '/') return *set;
  if (const auto home = environment("HOME")) return std::filesystem::path(*home) / below_home;
  return std::filesystem::path(own_account().home) / below_home;
}

}  // namespace

Format Tool::format(const Io& io) const {
  if (common.json) return Format::json;
  if (common.format.empty()) return io.out_tty ? Format::text : Format::tsv;
  return parse_format(common.format).value_or(Format::tsv);
}

TextStyle Tool::text_style(Io& io, const CellColor& color_of) const {
  TextStyle style;
  if (io.out_tty && !common.wide && !common.null) {
    style.width = static_cast<std::size_t>(io.width());
  }
  style.color = io.color;
  style.now = io.now();
  style.relative = io.out_tty;
  style.traits = column_traits;
  style.color_of = color_of ? color_of : state_color;
  style.dropped = [&io](const std::vector<std::string>& names) {
    io.detail(fmt::format("columns not shown: {}; --wide shows them", join(names, ", ")));
  };
  return style;
}

std::unique_ptr<Printer> Tool::printer(Io& io, const std::vector<std::string>& columns, bool stream,
                                       const CellColor& color_of) const {
  PrinterOptions options;
  options.format = format(io);
  options.header = common.header;
  options.null_terminated = common.null;
  options.escape = common.escape != "none";
  options.stream = stream;
  if (!common.fields.empty()) options.fields = split(common.fields, ',');
  if (options.format == Format::text) {
    options.text = text_style(io, color_of);
    options.text.traits = column_traits_in(columns);
  }
  if (options.format == Format::text && !stream) io.page();
  return make_printer(io.out, columns, options);
}

void Tool::check_fields(const std::vector<std::string>& columns) const {
  if (!common.fields.empty()) upkeep::check_fields(columns, split(common.fields, ','));
}

NameSource Tool::names(const Io& io, std::vector<std::string> operands) const {
  NameSource source;
  source.operands = std::move(operands);
  source.in_fd = io.in_fd;
  source.in_tty = io.in_tty;
  source.null_separated = common.null;
  return source;
}

std::string Tool::home_directory() {
  return own_account().home;
}

config::Surroundings surroundings_of(const std::string& config_file) {
  config::Surroundings found;
  if (!config_file.empty()) found.config_option = config_file;
  if (const auto file = environment("UPKEEP_CONFIG")) found.config_environment = *file;
  found.config_home = xdg("XDG_CONFIG_HOME", ".config");
  found.state_home = xdg("XDG_STATE_HOME", ".local/state");
  found.user = own_account().name;
  found.uid = ::geteuid();
  found.share_directory = (binary_directory() / "../share/upkeep").lexically_normal();
  std::error_code ignored;
  if (!std::filesystem::is_directory(found.share_directory, ignored)) {
    found.share_directory = "/usr/share/upkeep";
  }
  return found;
}

config::Surroundings Tool::surroundings() const {
  return surroundings_of(common.config_file);
}

std::string Tool::person(const config::Config& config) const {
  const config::Surroundings around = surroundings();
  Invocation invocation;
  invocation.user = around.user;
  invocation.uid = around.uid;
  // An installation that only uses patches may have no state directory.
  for (const std::filesystem::path& own :
       {config.upgrade.state_dir, std::filesystem::path(config.database.password_file)}) {
    struct stat info {};
    if (own.empty() || ::stat(own.c_str(), &info) != 0) continue;
    invocation.service_uid = info.st_uid;
    break;
  }
  invocation.sudo_user = environment("SUDO_USER");
  return invoking_person(invocation);
}

Session Tool::session(Io& io) const {
  return {io, *this};
}

config::Config Tool::load_config() const {
  return config::load(surroundings());
}

}  // namespace upkeep::cli
