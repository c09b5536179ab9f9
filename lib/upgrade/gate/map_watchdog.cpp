// SPDX-License-Identifier: MIT
#include "upgrade/gate/map_watchdog.hpp"

#include "base/error.hpp"
#include "base/patience.hpp"
#include "base/pipe.hpp"
#include "record/reader.hpp"
#include "upgrade/gate/map_server.hpp"
#include "upgrade/model/state.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <exception>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upkeep::upgrade {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

// The answering process promises 800 ms, and we promise a second.
constexpr milliseconds k_answer_within{950};
// A process that dies immediately must not be restarted in a tight loop.
constexpr milliseconds k_start_again_after{1000};
// An empty pipe accepts this much without blocking; names are shorter.
constexpr std::size_t k_longest_name = 4000;

/// Whether the process has been stopped by a signal (not by a debugger).
bool is_stopped(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto end_of_name = text.rfind(") ");
  return end_of_name != std::string::npos && text.compare(end_of_name + 2, 1, "T") == 0;
}

/// Apache waits indefinitely for a stopped process, so its child wakes it. If both are stopped, as
/// by job control, both stay stopped.
void wake_parent(pid_t parent) {
  constexpr milliseconds k_look_every{300};
  while (::getppid() == parent) {
    if (is_stopped(parent)) ::kill(parent, SIGCONT);
    std::this_thread::sleep_for(k_look_every);
  }
}

}  // namespace

/// The process that answers, with a pipe in each direction.
class MapAnswerer::Child {
 public:
  /// @param serve answers until the input ends; runs in the child
  /// @param foreign descriptors that the child must close: Apache waits until they are closed
  Child(std::function<void(int in_fd, Writer& out)> serve, std::array<int, 2> foreign)
      : m_serve(std::move(serve)), m_foreign(foreign) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    // Nothing can be lost: every question has been answered.
    end();
    if (m_dying > 0) ::waitpid(m_dying, nullptr, 0);
  }

  /// nullopt: there is no process, it died, or it did not answer in time; it is replaced on the
  /// next question.
  std::optional<std::string> ask(const std::string& name, Patience& patience) {
    if (m_pid < 0 && !start()) return std::nullopt;
    const std::string question = name + '\n';
    const auto written = ::write(m_questions.get(), question.data(), question.size());
    if (written == static_cast<ssize_t>(question.size())) {
      if (auto answer = hear(patience)) return answer;
    }
    end();
    return std::nullopt;
  }

 private:
  bool start() {
    if (Clock::now() < m_next_start || !buried()) return false;
    m_next_start = Clock::now() + k_start_again_after;
    auto questions = make_pipe();
    auto answers = make_pipe();
    if (!questions || !answers) return false;
    const pid_t pid = ::fork();
    if (pid < 0) return false;
    if (pid == 0) {
      questions->write.reset();
      answers->read.reset();
      work(questions->read.get(), answers->write.get());
    }
    m_pid = pid;
    m_questions = std::move(questions->write);
    m_answers = std::move(answers->read);
    m_heard.clear();
    return true;
  }

  [[noreturn]] void work(int in_fd, int out_fd) const {
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : m_foreign) ::dup2(nothing, fd);
    std::thread(wake_parent, ::getppid()).detach();
    Writer out(out_fd);
    try {
      m_serve(in_fd, out);
    } catch (const BrokenPipe&) {  // NOLINT(bugprone-empty-catch): the reader is gone
    } catch (const std::exception&) {
      ::_exit(static_cast<int>(ExitStatus::internal));
    }
    // Skips the destructors of the parent's objects: a database client may still have a thread.
    ::_exit(0);
  }

  std::optional<std::string> hear(Patience& patience) {
    for (;;) {
      const auto end = m_heard.find('\n');
      if (end != std::string::npos) {
        std::string answer = m_heard.substr(0, end);
        m_heard.erase(0, end + 1);
        return answer;
      }
      pollfd answers{m_answers.get(), POLLIN, 0};
      const int ready = ::poll(&answers, 1, static_cast<int>(patience.slice().count()));
      patience.passed();
      if (ready < 0 && errno != EINTR) return std::nullopt;
      if (ready <= 0 && patience.is_over()) return std::nullopt;
      if (ready <= 0) continue;
      std::array<char, 256> chunk{};
      const auto n = ::read(m_answers.get(), chunk.data(), chunk.size());
      if (n <= 0) return std::nullopt;
      m_heard.append(chunk.data(), static_cast<std::size_t>(n));
    }
  }

  void end() {
    if (m_pid < 0) return;
    ::kill(m_pid, SIGKILL);
    m_questions.reset();
    m_answers.reset();
    m_dying = std::exchange(m_pid, -1);
  }

  /// Whether the killed process has been reaped. Waits only briefly: a process that hangs in the
  /// kernel dies late, and there must not be two of those.
  bool buried() {
    constexpr int k_tries = 50;
    for (int i = 0; m_dying > 0 && i < k_tries; ++i) {
      if (::waitpid(m_dying, nullptr, WNOHANG) != 0) {
        m_dying = -1;
      } else {
        std::this_thread::sleep_for(milliseconds(1));
      }
    }
    return m_dying < 0;
  }

  std::function<void(int in_fd, Writer& out)> m_serve;
  std::array<int, 2> m_foreign;
  pid_t m_pid = -1, m_dying = -1;
  Fd m_questions, m_answers;
  std::string m_heard;
  Clock::time_point m_next_start = Clock::time_point::min();
};

MapAnswerer::MapAnswerer(const config::Config& config, const std::string& target,
                         std::array<int, 2> foreign)
    : m_child(std::make_unique<Child>(
          [&config, target](int questions, Writer& answers) {
            serve_map(config, target, questions, answers);
          },
          foreign)) {}

MapAnswerer::~MapAnswerer() = default;

std::string MapAnswerer::ask(const std::string& question) {
  if (question.size() > k_longest_name) return std::string(word(State::unknown));
  Patience patience(k_answer_within);
  // Twice, because the death of an idle process is only noticed now.
  for (int i = 0; i < 2; ++i) {
    if (auto answer = m_child->ask(question, patience)) return *answer;
  }
  return std::string(word(State::unknown));
}

ExitStatus keep_map_served(const config::Config& config, const std::string& target, int in_fd,
                           Writer& out) {
  MapAnswerer answerer(config, target, {in_fd, out.fd()});
  RecordReader reader(in_fd, '\n');
  for (;;) {
    std::string answer(word(State::unknown));
    try {
      const auto name = reader.next();
      if (!name) return ExitStatus::ok;
      answer = answerer.ask(*name);
    } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): an endless line is not a name
    }
    out.write(answer);
    out.write("\n");
    out.flush();
  }
}

}  // namespace upkeep::upgrade
