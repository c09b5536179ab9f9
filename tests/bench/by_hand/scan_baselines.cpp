// SPDX-License-Identifier: MIT
// The log scanner against PCRE2 and RE2, which look for the same rules in the same log.
// Usage: scan_baselines LOG [ROUNDS]    prints one line for each way: name, MB/s, lines that match
#include "base/boot_time.hpp"
#include "base/file.hpp"
#include "config/profile.hpp"
#include "guard/logscan/line_sieve.hpp"
#include "guard/logscan/log_scanner.hpp"

#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>
#include <ctime>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

namespace {

constexpr std::size_t k_piece = 64U << 10U;  // as the guardian reads a pipe

std::vector<std::string> rules_of(const upkeep::guard::Rules& rules) {
  std::vector<std::string> all{rules.step_open, rules.step_close};
  all.insert(all.end(), rules.failure.begin(), rules.failure.end());
  return all;
}

std::string alternation(const std::vector<std::string>& rules) {
  std::string all = "(?m)";
  for (std::size_t i = 0; i < rules.size(); ++i) all += (i > 0 ? "|(?:" : "(?:") + rules[i] + ")";
  return all;
}

/// Calls `use` with the lines of `log`, a piece at a time. Pieces end where lines do.
void each_piece(std::string_view log, const std::function<void(std::string_view)>& use) {
  while (!log.empty()) {
    std::size_t end = std::min(k_piece, log.size());
    end = log.rfind('\n', end - 1) + 1;
    if (end == 0) end = log.size();
    use(log.substr(0, end));
    log.remove_prefix(end);
  }
}

template <typename Use>
void each_line(std::string_view piece, const Use& use) {
  while (!piece.empty()) {
    const std::size_t end = std::min(piece.find('\n'), piece.size());
    use(piece.substr(0, end));
    piece.remove_prefix(std::min(end + 1, piece.size()));
  }
}

class Pcre {
 public:
  explicit Pcre(const std::string& pattern) {
    int error = 0;
    PCRE2_SIZE at = 0;
    m_code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(), 0,
                               &error, &at, nullptr));
    pcre2_jit_compile(m_code.get(), PCRE2_JIT_COMPLETE);
    m_data.reset(pcre2_match_data_create(1, nullptr));
  }
  /// @returns whether there is a match at or behind `from`; its place in begin() and end()
  bool find(std::string_view text, std::size_t from) {
    return pcre2_match(m_code.get(), reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from,
                       0, m_data.get(), nullptr) >= 0;
  }
  [[nodiscard]] std::size_t end() const { return pcre2_get_ovector_pointer(m_data.get())[1]; }
  /// What PCRE2 itself knows of the first and the last byte of a match.
  [[nodiscard]] std::string known() const {
    std::uint32_t first = 0, last = 0;
    const std::uint8_t* bitmap = nullptr;
    pcre2_pattern_info(m_code.get(), PCRE2_INFO_FIRSTCODETYPE, &first);
    pcre2_pattern_info(m_code.get(), PCRE2_INFO_LASTCODETYPE, &last);
    pcre2_pattern_info(m_code.get(), PCRE2_INFO_FIRSTBITMAP, &bitmap);
    std::string text = first == 1 ? "first byte" : first == 2 ? "start of a line" : "nothing";
    if (bitmap != nullptr) text += ", bitmap";
    if (last == 1) text += ", last byte";
    return text;
  }

 private:
  struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
  };
  std::unique_ptr<pcre2_code, Free> m_code;
  std::unique_ptr<pcre2_match_data, Free> m_data;
};

std::int64_t newlines(std::string_view text) {
  return std::count(text.begin(), text.end(), '\n');
}

void measure(std::string_view name, std::string_view log, int rounds,
             const std::function<std::int64_t()>& scan) {
  double best = 1e9;
  std::int64_t found = 0;
  for (int i = 0; i < rounds; ++i) {
    const std::clock_t begin = std::clock();  // of this process alone: other work does not count
    found = scan();
    best = std::min(best, static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC);
  }
  fmt::print("{}\t{:.0f}\t{}\n", name, static_cast<double>(log.size()) / 1e6 / best, found);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 64;
  const std::string text = upkeep::read_file(argv[1]);
  const std::string_view log = text;
  const int rounds = argc > 2 ? std::stoi(argv[2]) : 3;
  const auto profile = upkeep::config::shipped_profile("processmaker");
  const upkeep::guard::Rules rules{profile.step_open, profile.step_close, profile.success,
                                   profile.failure, profile.ignore};
  const std::vector<std::string> patterns = rules_of(rules);

  measure("newlines alone", log, rounds, [&] {
    std::int64_t lines = 0;
    each_piece(log, [&](std::string_view piece) { lines += newlines(piece); });
    return lines;
  });
  measure("log scanner", log, rounds, [&] {
    upkeep::guard::LogScanner scanner(rules);
    each_piece(log, [&](std::string_view piece) { scanner.feed(piece, upkeep::BootTime()); });
    return scanner.steps_done();
  });
  std::vector<upkeep::guard::PatternNeeds> needs;
  needs.reserve(patterns.size());
  for (const std::string& pattern : patterns) needs.push_back(upkeep::guard::needs_of(pattern));
  const upkeep::guard::LineSieve sieve(needs);
  measure("the sieve alone", log, rounds, [&] {
    std::int64_t places = 0;
    std::vector<std::size_t> found;
    each_piece(log, [&](std::string_view piece) {
      sieve.sift(piece, found);
      places += static_cast<std::int64_t>(found.size());
    });
    return places;
  });
  std::vector<Pcre> single;
  single.reserve(patterns.size());
  for (const std::string& pattern : patterns) single.emplace_back(pattern);
  measure("PCRE2 with JIT, line by line", log, rounds, [&] {
    std::int64_t found = 0;
    each_piece(log, [&](std::string_view piece) {
      each_line(piece, [&](std::string_view line) {
        found +=
            std::any_of(single.begin(), single.end(), [&](Pcre& one) { return one.find(line, 0); });
      });
    });
    return found;
  });
  Pcre all(alternation(patterns));
  measure("PCRE2 with JIT, one alternation", log, rounds, [&] {
    std::int64_t found = 0, lines = 0;
    each_piece(log, [&](std::string_view piece) {
      lines += newlines(piece);
      for (std::size_t from = 0; from < piece.size() && all.find(piece, from); ++found) {
        from = std::min(piece.find('\n', all.end()), piece.size() - 1) + 1;
      }
    });
    return found;
  });
  RE2::Options options;
  options.set_never_nl(true);
  options.set_log_errors(false);
  RE2::Set set(options, RE2::UNANCHORED);
  for (const std::string& pattern : patterns) set.Add(pattern, nullptr);
  set.Compile();
  measure("RE2, a set, line by line", log, rounds, [&] {
    std::int64_t found = 0;
    each_piece(log, [&](std::string_view piece) {
      each_line(piece, [&](std::string_view line) {
        found += set.Match(re2::StringPiece(line.data(), line.size()), nullptr);
      });
    });
    return found;
  });
  options.set_never_nl(false);
  const RE2 one(alternation(patterns), options);
  measure("RE2, one alternation", log, rounds, [&] {
    std::int64_t found = 0, lines = 0;
    each_piece(log, [&](std::string_view piece) {
      lines += newlines(piece);
      const re2::StringPiece whole(piece.data(), piece.size());
      re2::StringPiece match;
      for (std::size_t from = 0;
           from < piece.size() && one.Match(whole, from, whole.size(), RE2::UNANCHORED, &match, 1);
           ++found) {
        const auto end = static_cast<std::size_t>(match.data() - piece.data()) + match.size();
        from = std::min(piece.find('\n', end), piece.size() - 1) + 1;
      }
    });
    return found;
  });
  for (std::size_t i = 0; i < patterns.size(); ++i) {
    fmt::print("known\t{}\t{}\n", single[i].known(), patterns[i]);
  }
  fmt::print("known\t{}\tall of them as one alternation\n", all.known());
  return 0;
}
