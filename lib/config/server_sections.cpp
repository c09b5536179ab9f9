// SPDX-License-Identifier: MIT
// Database servers and credentials.
#include "base/fd.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "config/sections.hpp"

#include <fmt/format.h>

#include <utility>

#include <sys/stat.h>

namespace upkeep::config {

namespace {

std::string read_password(const TomlTable& section, const std::string& path) {
  if (path.empty()) return {};
  try {
    const Fd file = open_regular_file(path);
    struct stat info {};
    if (::fstat(file.get(), &info) == 0 && (info.st_mode & 077U) != 0) {
      section.fail(
          "password_file",
          fmt::format("{} can be read by others (mode {:04o})", path, info.st_mode & 07777U),
          fmt::format("chmod 0600 {}", path));
    }
    std::string password = read_file(file, path);
    if (password.starts_with("\xEF\xBB\xBF")) password.erase(0, 3);  // byte order mark
    while (!password.empty() && (password.back() == '\n' || password.back() == '\r')) {
      password.pop_back();
    }
    return password;
  } catch (const ConfigError&) {
    throw;
  } catch (const Error& error) {
    section.fail("password_file", error.what(), error.advice());
  }
}

/// The client library opens the file by name, and would wait indefinitely for a pipe.
void check_ca(const TomlTable& section, const Server& server) {
  std::error_code ignored;
  const auto kind = std::filesystem::status(server.ca, ignored).type();
  if (server.ca.empty() || kind == std::filesystem::file_type::regular ||
      kind == std::filesystem::file_type::not_found) {
    return;
  }
  section.fail("ca", fmt::format("{} is not a regular file", server.ca),
               "name the file with the certificate of the authority");
}

void read_server(TomlTable& section, Server& server) {
  section.text("host", server.host);
  section.integer("port", server.port, 1, 65535);
  section.path("socket", server.socket);
  section.text("user", server.user);
  section.path("password_file", server.password_file);
  section.word("tls", server.tls, {"off", "require", "verify"});
  section.path("ca", server.ca);
  section.seconds("connect_timeout_s", server.connect_timeout, 1, 3600);
  section.texts("aliases", server.aliases);
  if (!server.host.empty() && section.has("socket")) {
    section.fail("socket", "host and socket exclude each other", "keep one of them");
  }
  if (server.host.empty() && section.has("port")) {
    section.fail("port", "a port requires a host");
  }
  if (server.tls == Tls::verify && server.ca.empty()) {
    section.fail("tls", "'verify' requires ca",
                 "name the file with the certificate of the authority");
  }
  check_ca(section, server);
  server.password = read_password(section, server.password_file);
}

}  // namespace

void read_database(TomlTable& section, Database& database) {
  section.text("schema", database.schema);
  if (database.schema.empty() || database.schema.size() > 64 ||
      database.schema.find_first_of("`/\\.") != std::string::npos) {
    section.fail("schema",
                 fmt::format("'{}' is not a valid schema name", printable(database.schema)));
  }
  database.name = "control";
  section.flag("sync_reads", database.sync_reads);
  read_server(section, database);
  if (database.host.empty() && database.socket.empty()) {
    section.fail("socket", "neither host nor socket is given",
                 "e.g. socket = \"/run/mysqld/mysqld.sock\"");
  }
}

void read_servers(TomlTable& root, Config& config) {
  root.tables("server", [&](TomlTable& section) {
    Server server;
    server.user = config.database.user;
    server.connect_timeout = config.database.connect_timeout;
    section.text("name", server.name);
    section.integer("slots", server.slots, 1, 1024);
    read_server(section, server);
    if (server.name.empty()) section.fail("name", "required for every server");
    if (server.host.empty() && server.socket.empty()) {
      section.fail("host", "neither host nor socket is given");
    }
    for (const Server& other : config.servers) {
      if (other.name == server.name)
        section.fail("name", fmt::format("'{}' occurs twice", server.name));
    }
    config.servers.push_back(std::move(server));
  });
  if (config.servers.empty()) config.servers.push_back(config.database);
}

}  // namespace upkeep::config
