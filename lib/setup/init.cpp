// SPDX-License-Identifier: MIT
#include "setup/init.hpp"

#include "base/file.hpp"
#include "db/configured.hpp"
#include "setup/components.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace upkeep::setup {

namespace {

// Another init may run for two minutes, and changing a large table takes time.
constexpr std::chrono::seconds k_init_read_timeout{300};

/// `'user'@'host'` from CURRENT_USER()'s `user@host`.
std::string quoted_account(const std::string& account) {
  const auto at = account.rfind('@');
  if (at == std::string::npos) return "'" + account + "'";
  return fmt::format("'{}'@'{}'", account.substr(0, at), account.substr(at + 1));
}

/// Connects without a schema, which may not exist yet.
db::Connection connect(const config::Config& config) {
  return db::connect_control(config, "", k_init_read_timeout);
}

bool schema_exists(db::Connection& connection, const std::string& schema) {
  return !connection
              .query("SELECT 1 FROM information_schema.schemata WHERE schema_name = ?", {schema})
              .empty();
}

Error not_permitted(db::Connection& connection, const std::string& schema,
                    const db::Error& refused) {
  const std::string account = connection.query("SELECT CURRENT_USER()").at(0).text(0);
  return {ExitStatus::not_permitted,
          fmt::format("{} may not set up the schema '{}' on {}: {}", account, schema,
                      connection.where(), refused.what()),
          "let the server's administrator run: " + grant_for(schema, account)};
}

void make_schema(db::Connection& connection, const std::string& schema, bool dry_run,
                 const InitTellers& tell) {
  if (schema_exists(connection, schema)) return;
  if (!dry_run) {
    connection.execute(fmt::format("CREATE DATABASE IF NOT EXISTS {} CHARACTER SET utf8mb4",
                                   db::quoted_identifier(schema)));
  }
  tell.done(fmt::format("{} the schema '{}' on {}", dry_run ? "would create" : "created", schema,
                        connection.where()));
}

void migrate(db::Connection& connection, const config::Config& config, bool dry_run,
             const InitTellers& tell) {
  const std::string& schema = config.database.schema;
  const bool usable = schema_exists(connection, schema);
  if (usable) connection.execute("USE " + db::quoted_identifier(schema));
  for (const Component& component : components()) {
    int before = 0, after = component.newest();
    if (!dry_run) {
      const auto report = db::migrate(connection, component.name, component.migrations());
      before = report.before;
      after = report.after;
    } else if (usable) {
      before = db::schema_version(connection, component.name);
    }
    if (before < after) {
      tell.done(fmt::format("{} '{}' of the schema '{}' from version {} to {}",
                            dry_run ? "would migrate" : "migrated", component.name, schema, before,
                            after));
    }
    if (component.load == nullptr || dry_run) continue;
    for (const std::string& line : component.load(connection, config)) tell.done(line);
  }
}

/// A machine that does not run upgrades needs no directories, so failures are not worth a warning.
void make_directories(const config::Upgrade& upgrade, bool dry_run, const InitTellers& tell) {
  for (const auto& path : {upgrade.log_dir, upgrade.state_dir}) {
    std::error_code ignored;
    if (std::filesystem::exists(path, ignored)) continue;
    if (dry_run) {
      tell.done(fmt::format("would create the directory {}", path.string()));
      continue;
    }
    try {
      make_directory(path, 0750);
      tell.done(fmt::format("created the directory {}", path.string()));
    } catch (const Error& error) {
      if (upgrade.target.empty()) {
        tell.done(fmt::format("{} (not needed, because no upgrade is configured)", error.what()));
      } else {
        tell.warning(
            fmt::format("{}; create it for the user that runs upgrades, mode 0750", error.what()));
      }
    }
  }
}

}  // namespace

std::string grant_for(const std::string& schema, const std::string& account) {
  const std::string name = db::quoted_identifier(schema);
  return fmt::format("CREATE DATABASE IF NOT EXISTS {0}; GRANT ALL PRIVILEGES ON {0}.* TO {1};",
                     name, quoted_account(account));
}

void initialise(const config::Config& config, bool dry_run, const InitTellers& tell) {
  db::Connection connection = connect(config);
  try {
    make_schema(connection, config.database.schema, dry_run, tell);
    migrate(connection, config, dry_run, tell);
  } catch (const db::Error& error) {
    if (error.status() != ExitStatus::not_permitted) throw;
    throw not_permitted(connection, config.database.schema, error);
  }
  make_directories(config.upgrade, dry_run, tell);
}

}  // namespace upkeep::setup
