// SPDX-License-Identifier: MIT
#include "setup/doctor/account.hpp"

#include "base/pipe.hpp"
#include "setup/doctor/file_facts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upkeep::setup {

namespace {

namespace fs = std::filesystem;

constexpr char k_yes = 'y', k_no = 'n';

char answer(const Access& question) {
  return ::faccessat(AT_FDCWD, question.path.c_str(), question.mode, AT_EACCESS) == 0 ? k_yes
                                                                                      : k_no;
}

const char* verb_of(const struct stat& info, int mode) {
  const bool directory = S_ISDIR(info.st_mode);
  if ((mode & W_OK) != 0) return directory ? "write in" : "write";
  if ((mode & R_OK) != 0) return "read";
  return directory ? "enter" : "execute";
}

}  // namespace

Account::Account(uid_t user) : m_uid(user), m_name(user_name(user)) {
  const passwd* entry = ::getpwuid(user);
  if (entry == nullptr) return;
  m_group = entry->pw_gid;
  int count = 64;
  m_groups.resize(static_cast<std::size_t>(count));
  while (::getgrouplist(entry->pw_name, m_group, m_groups.data(), &count) < 0) {
    m_groups.resize(static_cast<std::size_t>(count));
  }
  m_groups.resize(static_cast<std::size_t>(count));
}

bool Account::can_ask() const {
  return ::geteuid() == 0 || ::geteuid() == m_uid;
}

/// In a child process that switches to the account. Between fork and exit it calls nothing that
/// allocates or locks, because other threads may have been interrupted while holding a lock.
std::vector<bool> Account::ask_as_account(const std::vector<Access>& questions) const {
  std::vector<bool> answers(questions.size(), true);
  auto pipe = make_pipe();
  if (!pipe) return answers;
  const pid_t child = ::fork();
  if (child < 0) return answers;
  if (child == 0) {
    if (::setgroups(m_groups.size(), m_groups.data()) != 0 ||
        ::setresgid(m_group, m_group, m_group) != 0 || ::setresuid(m_uid, m_uid, m_uid) != 0) {
      ::_exit(1);
    }
    for (const Access& question : questions) {
      const char said = answer(question);
      if (::write(pipe->write.get(), &said, 1) != 1) ::_exit(1);
    }
    ::_exit(0);
  }
  pipe->write.reset();
  for (auto&& allowed : answers) {
    char said = k_yes;
    if (::read(pipe->read.get(), &said, 1) != 1) break;
    allowed = said == k_yes;
  }
  ::waitpid(child, nullptr, 0);
  return answers;
}

std::vector<bool> Account::may(const std::vector<Access>& questions) const {
  if (!can_ask()) return std::vector<bool>(questions.size(), true);
  if (::geteuid() != m_uid) return ask_as_account(questions);
  std::vector<bool> answers;
  answers.reserve(questions.size());
  for (const Access& question : questions) answers.push_back(answer(question) == k_yes);
  return answers;
}

std::string Account::obstacle(const fs::path& path, int mode) const {
  std::vector<Access> questions;
  for (fs::path above = path.parent_path(); above.has_relative_path();
       above = above.parent_path()) {
    questions.push_back({above, X_OK});
  }
  std::reverse(questions.begin(), questions.end());
  questions.push_back({path, mode});
  const auto answers = may(questions);
  const auto found = std::find(answers.begin(), answers.end(), false);
  if (found == answers.end()) return {};
  const Access& refused = questions[static_cast<std::size_t>(found - answers.begin())];
  struct stat info {};
  if (::stat(refused.path.c_str(), &info) != 0) {
    return fmt::format("{} may not use {}", m_name, refused.path.string());
  }
  return fmt::format("{} may not {} {}", m_name, verb_of(info, refused.mode),
                     shown(refused.path, info));
}

}  // namespace upkeep::setup
