// SPDX-License-Identifier: MIT
#include "guard/process/descendants.hpp"

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <csignal>

#include <dirent.h>
#include <unistd.h>

namespace upkeep::guard {

namespace {

struct Entry {
  pid_t parent = 0;
  Descendant process;
};

std::optional<Entry> entry_of(pid_t pid) {
  std::string text;
  try {
    text = read_file(fmt::format("/proc/{}/stat", pid));
  } catch (const Error&) {
    return std::nullopt;  // it has ended
  }
  // "pid (name) state parent group ...": the name may contain blanks and parentheses.
  const std::size_t name_end = text.rfind(") ");
  if (name_end == std::string::npos) return std::nullopt;
  const auto fields = split(std::string_view(text).substr(name_end + 2), ' ');
  if (fields.size() < 3) return std::nullopt;
  Entry entry;
  entry.parent = static_cast<pid_t>(to_integer(fields[1]).value_or(0));
  entry.process = {pid, static_cast<pid_t>(to_integer(fields[2]).value_or(0)), fields[0] == "Z"};
  return entry;
}

/// All processes, by parent.
std::multimap<pid_t, Descendant> everybody() {
  std::multimap<pid_t, Descendant> all;
  const auto close = [](DIR* directory) { ::closedir(directory); };
  const std::unique_ptr<DIR, decltype(close)> proc(::opendir("/proc"), close);
  if (!proc) return all;
  while (const dirent* item = ::readdir(proc.get())) {
    const auto pid = to_integer(item->d_name);
    if (!pid) continue;
    if (const auto entry = entry_of(static_cast<pid_t>(*pid))) {
      all.emplace(entry->parent, entry->process);
    }
  }
  return all;
}

}  // namespace

std::vector<Descendant> descendants(const std::vector<pid_t>& spared) {
  const auto all = everybody();
  std::vector<Descendant> found;
  std::vector<pid_t> open{::getpid()};
  while (!open.empty()) {
    const auto [first, last] = all.equal_range(open.back());
    open.pop_back();
    for (auto it = first; it != last; ++it) {
      const pid_t pid = it->second.pid;
      if (std::find(spared.begin(), spared.end(), pid) != spared.end()) continue;
      found.push_back(it->second);
      open.push_back(pid);
    }
  }
  return found;
}

std::vector<pid_t> children() {
  const auto all = everybody();
  const auto [first, last] = all.equal_range(::getpid());
  std::vector<pid_t> pids;
  for (auto it = first; it != last; ++it) pids.push_back(it->second.pid);
  return pids;
}

int count_descendants() {
  const auto all = descendants();
  return static_cast<int>(
      std::count_if(all.begin(), all.end(), [](const Descendant& d) { return !d.zombie; }));
}

void kill_descendants(const std::vector<pid_t>& spared) {
  std::set<pid_t> hit;
  for (bool found_new = true; found_new;) {
    found_new = false;
    for (const Descendant& descendant : descendants(spared)) {
      if (!hit.insert(descendant.pid).second) continue;
      // A zombie can be a thread group leader with running threads, so it is killed as well.
      ::kill(descendant.pid, SIGKILL);
      found_new = true;
    }
  }
}

void signal_descendants(int signal_number) {
  for (const Descendant& descendant : descendants()) ::kill(descendant.pid, signal_number);
}

}  // namespace upkeep::guard
