// SPDX-License-Identifier: MIT
#include "patch/registry/event_words.hpp"

#include "base/text.hpp"
#include "patch/registry/records.hpp"

#include <fmt/format.h>

namespace upkeep::patch {

namespace {

/// `8h to 40h, likely 16h`, from the seconds `28800/57600/144000`.
std::string estimate_words(const std::string& value, const std::string& pattern) {
  std::vector<std::string> hours;
  for (const std::string& part : split(value, '/')) {
    const auto seconds = to_integer(part);
    if (!seconds) return value;
    hours.push_back(human_hours(std::chrono::seconds(*seconds)));
  }
  constexpr std::size_t k_points = 3;
  if (hours.size() != k_points) return value;
  return fmt::format(fmt::runtime(pattern), hours[0], hours[2], hours[1]);
}

class Wording {
 public:
  Wording(const ArtifactType& type, const NameRule& names, const TextStyle& style,
          const EventVocabulary& vocabulary)
      : m_type(type), m_names(names), m_style(style), m_words(vocabulary) {}

  [[nodiscard]] EventWords words_of(const Event& event, bool revoked) const {
    EventWords words;
    const auto verb = m_words.verbs.find(event.kind);
    words.head = verb == m_words.verbs.end() ? printable(event.action) : verb->second;
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
    if (!inputs.empty()) words.list.push_back(filled(m_words.inputs, inputs));
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
        return change.key == "state" ? m_words.in_state : "";
      case EventKind::restore:
        return change.key == "state" ? m_words.to_state : "";
      case EventKind::move:
      case EventKind::undo:  // dates follow
        if (&change != &event.changes.front()) return {};
        return fmt::format(" {} -> ", value(change, change.from));
      default:
        return {};
    }
  }

  /// One of the words, filled in.
  template <typename... Values>
  static std::string filled(const std::string& pattern, const Values&... values) {
    return fmt::format(fmt::runtime(pattern), values...);
  }

  void add_time(const Event& event, bool revoked, std::vector<std::string>& remarks) const {
    if (event.revokes) remarks.push_back(filled(m_words.event, *event.revokes));
    if (!event.time) return;
    std::string spent = human_hours(*event.time);
    if (event.worked_on) spent = filled(m_words.on_day, spent, printable(*event.worked_on));
    if (revoked) spent = filled(m_words.revoked, spent);
    remarks.push_back(std::move(spent));
    remarks.push_back(filled(m_words.event, event.id));  // for `log-time --revoke`
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
        return printable(change.key + ": " + estimate_words(to_text(change.to), m_words.estimate));
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
    if (to.empty()) return filled(m_words.removed, from);
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
    return printable(field->caption());
  }

  const ArtifactType& m_type;
  const NameRule& m_names;
  const TextStyle& m_style;
  const EventVocabulary& m_words;
};

}  // namespace

const EventVocabulary& english_events() {
  static const EventVocabulary k_english{
      .verbs = {{EventKind::request, "requested"},    {EventKind::decline, "declined"},
                {EventKind::reopen, "reopened"},      {EventKind::create, "created"},
                {EventKind::edit, "edited"},          {EventKind::link, "linked"},
                {EventKind::unlink, "unlinked"},      {EventKind::import, "imported"},
                {EventKind::record, "recorded"},      {EventKind::annul, "voided"},
                {EventKind::restore, "restored"},     {EventKind::comment, "commented"},
                {EventKind::attach, "attached"},      {EventKind::migrate, "migrated"},
                {EventKind::move, "moved"},           {EventKind::undo, "undid"},
                {EventKind::tick, "ticked"},          {EventKind::untick, "unticked"},
                {EventKind::vote, "voted for"},       {EventKind::unvote, "withdrew the vote for"},
                {EventKind::estimate, "estimated"},   {EventKind::remind, "sent a reminder"},
                {EventKind::log_time, "logged time"}, {EventKind::revoke, "revoked"}},
      .in_state = " in ",
      .to_state = " to ",
      .estimate = "{} to {}, likely {}",
      .inputs = "inputs: {}",
      .removed = "removed ({})",
      .on_day = "{} on {}",
      .revoked = "{}, revoked",
      .event = "event {}",
  };
  return k_english;
}

EventWords event_words(const Event& event, bool revoked, const ArtifactType& type,
                       const NameRule& names, const TextStyle& style,
                       const EventVocabulary& vocabulary) {
  return Wording(type, names, style, vocabulary).words_of(event, revoked);
}

std::set<std::uint64_t> revoked_events(const std::vector<Event>& events) {
  std::set<std::uint64_t> revoked;
  for (const Event& event : events) {
    if (event.revokes) revoked.insert(*event.revokes);
  }
  return revoked;
}

}  // namespace upkeep::patch
