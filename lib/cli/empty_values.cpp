// SPDX-License-Identifier: MIT
#include "cli/empty_values.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace upkeep::cli {

namespace {

/// The option with this name after the words read so far, or nullptr.
const CLI::Option* option_of(const CLI::App* app, const std::string& name) {
  for (; app != nullptr; app = app->get_parent()) {
    if (const CLI::Option* option = app->get_option_no_throw(name)) return option;
  }
  return nullptr;
}

bool takes_value(const CLI::Option& option) {
  return option.get_expected_max() > 0;
}

bool takes_operands(const CLI::App* app) {
  for (; app != nullptr; app = app->get_parent()) {
    for (const CLI::Option* option : app->get_options()) {
      if (option->get_positional() && option->get_allow_extra_args()) return true;
    }
  }
  return false;
}

/// @param shown as the user wrote it
void refuse_if_empty(const CLI::Option& option, const std::string& shown, std::string value) {
  const bool empty = value.empty();
  const char delimiter = option.get_delimiter();
  if (delimiter != '\0') std::replace(value.begin(), value.end(), delimiter, ' ');
  if (!trim(value).empty()) return;
  throw UsageError(fmt::format("{}: the value is {}", shown, empty ? "empty" : "blank"),
                   "give it a value, or omit the option; is a shell variable unset?");
}

/// Reads the words of a command line one by one.
class Words {
 public:
  explicit Words(const CLI::App& app) : m_app(&app) {}

  void take(const std::string& word) {
    if (const CLI::Option* option = std::exchange(m_option, nullptr)) {
      refuse_if_empty(*option, m_shown, word);
    } else if (m_only_operands || word.size() < 2 || word.front() != '-') {
      take_operand(word);
    } else if (word == "--") {
      m_only_operands = true;
    } else if (word[1] == '-') {
      take_long_option(word);
    } else if (const CLI::Option* letter = option_of(m_app, word.substr(0, 2));
               letter != nullptr && takes_value(*letter) && word.size() == 2) {
      m_option = letter;
      m_shown = word;
    }
  }

 private:
  void take_operand(const std::string& word) {
    if (word.empty()) {
      throw UsageError("an operand is empty", "is a shell variable unset?");
    }
    if (!m_only_operands) {
      for (const CLI::App* sub : m_app->get_subcommands([](const CLI::App*) { return true; })) {
        if (!sub->check_name(word)) continue;
        m_app = sub;
        return;
      }
    }
    if (word.front() == '[' && word.back() == ']' && takes_operands(m_app)) {
      throw UsageError(fmt::format("'{}' is in brackets", printable(word)),
                       "write the contents, one operand each");
    }
  }

  void take_long_option(const std::string& word) {
    const auto equals = word.find('=');
    m_shown = word.substr(0, equals);
    const CLI::Option* option = option_of(m_app, m_shown);
    if (option == nullptr) return;  // the parser reports it
    if (equals != std::string::npos) {
      refuse_if_empty(*option, m_shown, word.substr(equals + 1));
      if (!takes_value(*option)) refuse_value_of_flag(word.substr(equals + 1));
    } else if (takes_value(*option)) {
      m_option = option;
    }
  }

  /// The parser would read a word like `yes` as the flag itself, and lose an operand.
  [[noreturn]] void refuse_value_of_flag(const std::string& value) const {
    std::string advice = "omit what follows the flag";
    if (takes_operands(m_app)) {
      advice = fmt::format("omit it, or make it an operand: {} {}{}", m_shown,
                           value.front() == '-' ? "-- " : "", printable(value));
    }
    throw UsageError(fmt::format("{} takes no value", m_shown), advice);
  }

  const CLI::App* m_app;
  const CLI::Option* m_option = nullptr;  // whose value is next
  std::string m_shown;
  bool m_only_operands = false;
};

}  // namespace

void refuse_empty_values(const CLI::App& app, int argc, const char* const* argv) {
  Words words(app);
  for (int i = 1; i < argc; ++i) words.take(argv[i]);  // NOLINT(*-pointer-arithmetic): main's
}

}  // namespace upkeep::cli
