// SPDX-License-Identifier: MIT
#include "cli/completion.hpp"

#include "base/regex.hpp"
#include "base/text.hpp"
#include "cli/bash_word.hpp"
#include "cli/tool.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <utility>

namespace upkeep::cli {

namespace {

/// The command line up to the word that is being typed.
class Line {
 public:
  explicit Line(const CLI::App& app) : m_app(&app) {}

  void take(const std::string& word) {
    if (const CLI::Option* option = std::exchange(m_option, nullptr)) {
      note_value(*option, word);
    } else if (m_only_operands || word.size() < 2 || word.front() != '-') {
      take_operand(word);
    } else if (word == "--") {
      m_only_operands = true;
    } else {
      take_option(word);
    }
  }

  [[nodiscard]] std::vector<Candidate> candidates(const std::string& typed,
                                                  const ValueSource& source) const {
    if (m_option != nullptr) return values(*m_option, typed, source);
    if (!m_only_operands && typed.starts_with('-')) {
      const auto equals = typed.find('=');
      if (equals == std::string::npos) return options();
      return values_after(typed.substr(0, equals + 1), typed.substr(equals + 1), source);
    }
    std::vector<Candidate> found = commands();
    if (const CLI::Option* operand = next_operand()) {
      for (Candidate& one : values(*operand, typed, source)) found.push_back(std::move(one));
    }
    return found;
  }

 private:
  [[nodiscard]] const CLI::Option* option_called(const std::string& name) const {
    for (const CLI::App* app = m_app; app != nullptr; app = app->get_parent()) {
      if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
    }
    return nullptr;
  }

  void take_option(const std::string& word) {
    const auto equals = word.find('=');
    const CLI::Option* option = option_called(word.substr(0, equals));
    if (option == nullptr) return;
    if (option->get_expected_max() == 0) {
      if (!option->get_lnames().empty()) m_flags.push_back("--" + option->get_lnames().front());
      return;
    }
    if (equals == std::string::npos) {
      m_option = option;
    } else {
      note_value(*option, word.substr(equals + 1));
    }
  }

  void note_value(const CLI::Option& option, const std::string& value) {
    if (option.check_name("--config")) m_config_file = value;
  }

  void take_operand(const std::string& word) {
    const auto named =
        m_app->get_subcommands([&](const CLI::App* one) { return one->get_name() == word; });
    if (m_operands.empty() && !named.empty()) {
      m_app = named.front();
    } else {
      m_operands.push_back(word);
    }
  }

  /// The operand that comes next; the last one if it takes several.
  [[nodiscard]] const CLI::Option* next_operand() const {
    std::size_t taken = m_operands.size();
    for (const CLI::Option* option : m_app->get_options()) {
      if (!option->get_positional()) continue;
      if (taken == 0 || option->get_allow_extra_args()) return option;
      --taken;
    }
    return nullptr;
  }

  [[nodiscard]] std::vector<Candidate> values(const CLI::Option& option, const std::string& typed,
                                              const ValueSource& source) const {
    std::vector<Candidate> found;
    static const Regex k_words("([a-z][a-z-]*(?:\\|[a-z][a-z-]*)+)");
    if (const auto words = k_words.groups(option.get_description())) {
      for (std::string& one : split(words->at(1), '|')) found.push_back({std::move(one)});
      return found;
    }
    const std::string name =
        option.get_positional() ? option.get_name(true) : "--" + option.get_lnames().front();
    return source({option.get_type_name(), name, typed, m_operands, m_flags, m_config_file});
  }

  /// `--option=value` as one word.
  [[nodiscard]] std::vector<Candidate> values_after(const std::string& start,
                                                    const std::string& typed,
                                                    const ValueSource& source) const {
    const CLI::Option* option = option_called(start.substr(0, start.size() - 1));
    if (option == nullptr || option->get_expected_max() == 0) return {};
    auto found = values(*option, typed, source);
    for (Candidate& one : found) one.value.insert(0, start);
    return found;
  }

  [[nodiscard]] std::vector<Candidate> options() const {
    std::vector<Candidate> found;
    for (const CLI::App* app = m_app; app != nullptr; app = app->get_parent()) {
      for (const CLI::Option* option : app->get_options()) {
        if (option->get_group().empty()) continue;  // hidden
        for (const std::string& name : option->get_snames()) {
          found.push_back({"-" + name, option->get_description()});
        }
        for (const std::string& name : option->get_lnames()) {
          found.push_back({"--" + name, option->get_description()});
        }
      }
    }
    return found;
  }

  [[nodiscard]] std::vector<Candidate> commands() const {
    std::vector<Candidate> found;
    if (!m_operands.empty()) return found;
    for (const CLI::App* one : m_app->get_subcommands([](const CLI::App*) { return true; })) {
      found.push_back({one->get_name(), one->get_description()});
    }
    return found;
  }

  const CLI::App* m_app;
  const CLI::Option* m_option = nullptr;  // whose value comes next
  bool m_only_operands = false;
  std::vector<std::string> m_operands, m_flags;
  std::string m_config_file;
};

}  // namespace

std::vector<Candidate> completions(const CLI::App& app, const std::vector<std::string>& words,
                                   const ValueSource& source) {
  if (words.empty()) return {};
  Line line(app);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) line.take(words[i]);
  auto found = line.candidates(words.back(), source);
  std::erase_if(found, [&](const Candidate& one) { return !one.value.starts_with(words.back()); });
  std::vector<Candidate> each;  // options of a command hide those of its tool
  for (Candidate& one : found) {
    const bool is_known = std::any_of(
        each.begin(), each.end(), [&](const Candidate& other) { return other.value == one.value; });
    if (!is_known) each.push_back(std::move(one));
  }
  return each;
}

std::string completion_lines(const CLI::App& app, const std::vector<std::string>& words,
                             const ValueSource& source) {
  if (words.size() < 2) return {};
  const bool is_bash = words.front() == "bash";
  std::vector<std::string> line(words.begin() + 1, words.end());
  BashWord typed;
  if (is_bash) {
    const std::string breaks = environment("COMP_WORDBREAKS").value_or("=:@");  // of the script
    for (std::string& word : line) {
      typed = read_bash_word(word, breaks);
      word = typed.text;
    }
  }
  std::string lines;
  for (const Candidate& one : completions(app, line, source)) {
    const std::string value =
        is_bash ? bash_spelling(std::string_view(one.value).substr(typed.start), typed.quote)
                : one.value;
    if (value.find_first_of("\t\n\r") != std::string::npos) continue;
    lines += value + "\t" + ellipsized(printable(one.description), 60) + "\n";
  }
  return lines;
}

}  // namespace upkeep::cli
