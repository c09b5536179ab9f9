// SPDX-License-Identifier: MIT
#include "db/named_lock.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace upkeep::db {

namespace {

constexpr std::size_t k_name_limit = 64;  // MySQL's limit; MariaDB allows 192

std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

std::string lock_name(const std::string& prefix, const std::string& what) {
  std::string name = lower(prefix + ":" + what);
  if (name.size() <= k_name_limit) return name;
  return name.substr(0, k_name_limit - 17) + fmt::format(":{:016x}", fnv1a(name));
}

bool get_lock(Connection& connection, const std::string& name, std::chrono::seconds timeout) {
  if (timeout.count() < 0) throw upkeep::Error(ExitStatus::internal, "a negative lock timeout");
  // The comment identifies the waiting program in the server's process list.
  const Rows rows = connection.query("SELECT /* upkeep */ GET_LOCK(?, ?)", {name, timeout.count()});
  const auto answer = rows.at(0).maybe_integer(0);
  if (answer == 1) return true;
  if (answer == 0) return false;
  throw upkeep::Error(ExitStatus::unavailable,
                      fmt::format("GET_LOCK answered neither 0 nor 1 on {}", connection.where()),
                      "nothing runs without the lock: 'upkeep doctor' checks this server");
}

bool release_lock(Connection& connection, const std::string& name) {
  return connection.query("SELECT RELEASE_LOCK(?)", {name}).at(0).maybe_integer(0) == 1;
}

bool holds_lock(Connection& connection, const std::string& name) {
  const Rows rows = connection.query("SELECT CONNECTION_ID(), IS_USED_LOCK(?)", {name});
  const auto own = rows.at(0).maybe_integer(0);
  return own && own == rows.at(0).maybe_integer(1);
}

void prepare_lock_session(Connection& connection, std::chrono::seconds lease) {
  connection.execute("SET SESSION wait_timeout = ?", {lease.count()});
  // The names that MariaDB and MySQL have for the limit that would end a waiting SELECT.
  for (const char* limit : {"max_statement_time", "max_execution_time"}) {
    try {
      connection.execute(fmt::format("SET SESSION {} = 0", limit));
    } catch (const Error& error) {
      if (!error.unknown_variable()) throw;
    }
  }
}

}  // namespace upkeep::db
