// SPDX-License-Identifier: MIT
#include "patch/registry/event_words.hpp"

#include "base/text.hpp"
#include "patch/registry/records.hpp"

#include <fmt/format.h>

#include <string_view>

namespace upkeep::patch {

namespace {

std::string_view verb_of(EventKind kind) {
  switch (kind) {
    case EventKind::request:
      return "requested";
    case EventKind::decline:
      return "declined";
    case EventKind::reopen:
      return "reopened";
    case EventKind::create:
      return "created";
    case EventKind::edit:
      return "edited";
    case EventKind::link:
      return "linked";
    case EventKind::unlink:
      return "unlinked";
    case EventKind::import:
      return "imported";
    case EventKind::record:
      return "recorded";
    case EventKind::annul:
      return "voided";
    case EventKind::restore:
      return "restored";
    case EventKind::comment:
      return "commented";
    case EventKind::attach:
      return "attached";
    case EventKind::migrate:
      return "migrated";
    case EventKind::move:
      return "moved";
    case EventKind::undo:
      return "undid";
    case EventKind::tick:
      return "ticked";
    case EventKind::untick:
      return "unticked";
    case EventKind::vote:
      return "voted for";
    case EventKind::unvote:
      return "withdrew the vote for";
    case EventKind::estimate:
      return "estimated";
    case EventKind::remind:
      return "sent a reminder";
    case EventKind::log_time:
      return "logged time";
    case EventKind::revoke:
      return "revoked";
    case EventKind::unknown:
      break;
  }
  return {};
}

/// `8h to 40h, likely 16h`, from the seconds `28800/57600/144000`.
std::string estimate_words(const std::string& value) {
  std::vector<std::string> hours;
  for (const std::string& part : split(value, '/')) {
    const auto seconds = to_integer(part);
    if (!seconds) return value;
    hours.push_back(human_hours(std::chrono::seconds(*seconds)));
  }
  constexpr std::size_t k_points = 3;
  if (hours.size() != k_points) return value;
  return fmt::format("{} to {}, likely {}", hours[0], hours[2], hours[1]);
}

class Wording {
 public:
  Wording(const ArtifactType& type, const NameRule& names, const TextStyle& style)
      : m_type(type), m_names(names), m_style(style) {}

  [[nodiscard]] EventWords words_of(const Event& event, bool revoked) const {
    EventWords words;
    const std::string_view verb = verb_of(event.kind);
    words.head = verb.empty() ? printable(event.action) : std::string(verb);
    std::vector<std::string> remarks;
    for (const Change& change : event.changes) {
      if (const std::string before = before_state(event, change); !before.empty()) {
        words.head += before;
        words.state = value(change, change.to);
        if (change.key != "state") remarks.push_back(printable(change.key));
      } else if (event.kind == EventKind::create && change.key == "lifecycle") {
        remarks.push_back(value(change, change.to));
      } else if (std::string line = line_of(event, change); !line.empty()) {
        words.list.push_back(std::move(line));
      }
    }
    const std::string inputs = printable(human_text({}, json_value(event.inputs), true, m_style));
    if (!inputs.empty()) words.list.push_back("inputs: " + inputs);
    add_time(event, revoked, remarks);
    words.remark = join(remarks, ", ");
    // What a single change changed belongs to the sentence.
    if (words.list.size() == 1 && words.state.empty()) {
      words.head += " " + words.list.front();
      words.list.clear();
    }
    return words;
  }

 private:
  /// What stands between the verb and the state that the change leads to, which is shown behind it;
  /// empty for other changes.
  [[nodiscard]] std::string before_state(const Event& event, const Change& change) const {
    switch (event.kind) {
      case EventKind::create:
        return change.key == "state" ? " in " : "";
      case EventKind::restore:
        return change.key == "state" ? " to " : "";
      case EventKind::move:
      case EventKind::undo:  // dates follow
        if (&change != &event.changes.front()) return {};
        return fmt::format(" {} -> ", value(change, change.from));
      default:
        return {};
    }
  }

  static void add_time(const Event& event, bool revoked, std::vector<std::string>& remarks) {
    if (event.revokes) remarks.push_back(fmt::format("event {}", *event.revokes));
    if (!event.time) return;
    std::string spent = human_hours(*event.time);
    if (event.worked_on) spent += " on " + printable(*event.worked_on);
    if (revoked) spent += ", revoked";
    remarks.push_back(std::move(spent));
    remarks.push_back(fmt::format("event {}", event.id));  // for `log-time --revoke`
  }

  [[nodiscard]] std::string line_of(const Event& event, const Change& change) const {
    switch (event.kind) {
      case EventKind::request:
      case EventKind::decline:
      case EventKind::reopen:
        if (change.key == "queue") return {};  // as the verb says
        break;
      case EventKind::tick:
      case EventKind::untick:
      case EventKind::vote:
      case EventKind::unvote:
        return printable(change.key);
      case EventKind::estimate:
        return printable(change.key + ": " + estimate_words(to_text(change.to)));
      case EventKind::annul:
      case EventKind::remind:
        return {};
      case EventKind::revoke:
        return human_text("time_s", change.from, true, m_style);
      case EventKind::link:
      case EventKind::unlink:
        return printable(change.key) + " " +
               value(change, change.to.is_null() ? change.from : change.to);
      default:
        break;
    }
    return label(change.key) + ": " + change_words(change);
  }

  [[nodiscard]] std::string change_words(const Change& change) const {
    const std::string from = value(change, change.from);
    std::string to = value(change, change.to);
    if (from.empty()) return to;
    if (to.empty()) return fmt::format("removed ({})", from);
    return fmt::format("{} -> {}", from, to);
  }

  [[nodiscard]] std::string value(const Change& change, const Value& value) const {
    const std::string text =
        human_text(change.key, shown_value(change, value, m_names), true, m_style);
    return printable(replace_all(text, "\n", " "));
  }

  [[nodiscard]] std::string label(const std::string& key) const {
    const Field* field = m_type.find(key);
    if (field == nullptr) return printable(replace_all(key, "_", " "));
    return printable(field->label.empty() ? field->name : field->label);
  }

  const ArtifactType& m_type;
  const NameRule& m_names;
  const TextStyle& m_style;
};

}  // namespace

EventWords event_words(const Event& event, bool revoked, const ArtifactType& type,
                       const NameRule& names, const TextStyle& style) {
  return Wording(type, names, style).words_of(event, revoked);
}

std::set<std::uint64_t> revoked_events(const std::vector<Event>& events) {
  std::set<std::uint64_t> revoked;
  for (const Event& event : events) {
    if (event.revokes) revoked.insert(*event.revokes);
  }
  return revoked;
}

}  // namespace upkeep::patch
