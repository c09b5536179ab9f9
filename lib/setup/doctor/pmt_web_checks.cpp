// SPDX-License-Identifier: MIT
// Doctor: pmt-web, the patch tool in the browser.
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "setup/doctor/checks.hpp"
#include "setup/doctor/file_facts.hpp"
#include "web/fastcgi_client.hpp"
#include "web/token.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

const char* const k_no_patches = "no [web.patches] is configured";
const char* const k_its_account = "upkeep-web";  // of the shipped systemd unit

/// Who runs pmt-web now; nullopt: it is not running, or its processes cannot be seen.
std::optional<uid_t> user_of_processes() {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", error)) {
    if (!to_integer(entry.path().filename().string())) continue;
    struct stat info {};
    if (::stat(entry.path().c_str(), &info) != 0) continue;
    try {
      const std::string line = read_file(entry.path() / "cmdline");
      const std::string program = line.substr(0, line.find('\0'));
      if (std::filesystem::path(program).filename() == "pmt-web") return info.st_uid;
    } catch (const Error&) {
      continue;  // it has ended
    }
  }
  return std::nullopt;
}

/// The account of pmt-web: that of its processes, that of the shipped unit, or with CGI that of the
/// web server. nullopt: no such account exists.
std::optional<uid_t> web_account(const Examination& examination) {
  if (const auto running = user_of_processes()) return running;
  for (const std::string& name : {std::string(k_its_account), examination.config().web.user}) {
    if (const passwd* entry = ::getpwnam(name.c_str())) return entry->pw_uid;
  }
  return std::nullopt;
}

Finding no_account() {
  return warning(fmt::format("there is no account {}, and no pmt-web is running", k_its_account),
                 as_root(fmt::format("adduser --system --group {}", k_its_account)));
}

}  // namespace

Findings check_pmt_web_account(Examination& examination) {
  if (!examination.config().web_patches) return {skipped(k_no_patches)};
  const auto account = web_account(examination);
  if (!account) return {no_account()};
  const std::string name = user_name(*account);
  const auto& trusted = examination.config().patch.trusted;
  if (std::find(trusted.begin(), trusted.end(), name) != trusted.end()) {
    return {ok(fmt::format("pmt-web runs as {}, which [patch] trusted lists", name))};
  }
  return {fail(
      fmt::format("pmt-web runs as {}, which may not act for others: people can only read", name),
      fmt::format("add \"{}\" to [patch] trusted", name))};
}

Findings check_pmt_web_secret(Examination& examination) {
  if (!examination.config().web_patches) return {skipped(k_no_patches)};
  const std::filesystem::path& file = examination.config().web_patches->secret_file;
  const auto uid = web_account(examination);
  if (!uid) return {no_account()};
  const Account account(*uid);
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0 && errno == EACCES) {
    return {
        skipped(fmt::format("{}: only root and {} can check this", file.string(), account.name()))};
  }
  if (const std::string why = account.can_ask() ? account.obstacle(file, R_OK) : "";
      !why.empty() && std::filesystem::exists(file)) {
    return {fail(
        why, as_root(fmt::format("chgrp {0} {1} && chmod 0640 {1}", account.name(), typed(file))))};
  }
  if (::access(file.c_str(), R_OK) != 0 && errno == EACCES) {
    return {skipped(
        fmt::format("{}: only root and {} can check this", shown(file, info), account.name()))};
  }
  (void)web::TokenSigner::from_file(file);  // throws what is wrong
  return {ok(fmt::format("{} signs forms", shown(file, info)))};
}

Findings check_pmt_web_socket(Examination& examination) {
  if (!examination.config().web_patches) return {skipped(k_no_patches)};
  std::filesystem::path socket = examination.config().web_patches->socket;
  if (socket.empty()) {
    socket = config::k_web_socket;
    std::error_code error;
    if (!std::filesystem::exists(socket, error)) {
      return {
          skipped(fmt::format("there is no {}: it is started by CGI, or [web.patches] socket"
                              " must name its socket",
                              socket.string()))};
    }
  }
  constexpr std::chrono::seconds k_patience{5};
  try {
    const std::string base = examination.config().web_patches->base;
    const auto answer = web::ask_fastcgi(socket, base + "/healthz", k_patience);
    std::string said(trim(answer.body));
    if (said.starts_with('<')) said = "a page";  // its configuration, base included, is not valid
    constexpr int k_ok = 200;
    if (answer.status == k_ok) {
      return {ok(fmt::format("{} answers: {}", socket.string(), printable(said)))};
    }
    return {fail(fmt::format("{} answers {}: {}", socket.string(), answer.status, printable(said)),
                 "its journal says why: journalctl -u 'pmt-web@*'")};
  } catch (const Error& error) {
    if (error.status() == ExitStatus::not_permitted) {
      return {skipped(fmt::format("{}; the web server's account and root may ask", error.what()))};
    }
    return {fail(error.what(), as_root("systemctl restart pmt-web.socket 'pmt-web@*'"))};
  }
}

}  // namespace upkeep::setup
