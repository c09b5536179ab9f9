// SPDX-License-Identifier: MIT
// Determines what an account may do with a file by asking the kernel as that account, so that
// modes, groups, access control lists and parent directories are all considered.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

namespace upkeep::setup {

/// One question: may the path be read, written, entered (R_OK, W_OK, X_OK)?
struct Access {
  std::filesystem::path path;
  int mode = 0;
};

class Account {
 public:
  explicit Account(uid_t user);

  [[nodiscard]] uid_t uid() const noexcept { return m_uid; }
  [[nodiscard]] const std::string& name() const noexcept { return m_name; }
  /// Whether this process can find out: it runs as root or as the account itself.
  [[nodiscard]] bool can_ask() const;
  /// One answer per question. If can_ask() is false, every answer is yes.
  [[nodiscard]] std::vector<bool> may(const std::vector<Access>& questions) const;
  /// The reason why not, as `upkeep may not write in /var/log/upkeep (root, 0750)`, or naming a
  /// parent directory that cannot be entered; empty: access is allowed.
  [[nodiscard]] std::string obstacle(const std::filesystem::path& path, int mode) const;

 private:
  [[nodiscard]] std::vector<bool> ask_as_account(const std::vector<Access>& questions) const;
  uid_t m_uid;
  std::string m_name;
  gid_t m_group = static_cast<gid_t>(-1);
  std::vector<gid_t> m_groups;
};

}  // namespace upkeep::setup
