// SPDX-License-Identifier: MIT
#include "patch_web/reasons.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "patch/lifecycle/call_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace upkeep::patch_web {

namespace {

using namespace patch::lifecycle;  // NOLINT(google-build-using-namespace): reasons are all that

/// A part of a sentence; `key` of the field that it names, if it names one.
struct Piece {
  std::string text;
  std::string key{};
};
using Pieces = std::vector<Piece>;

/// The pattern with its `{}` replaced, one after the other.
Pieces filled(const std::string& pattern, const std::vector<Pieces>& values) {
  constexpr std::string_view k_gap = "{}";
  Pieces pieces;
  std::size_t at = 0;
  for (const Pieces& value : values) {
    const auto gap = pattern.find(k_gap, at);
    if (gap == std::string::npos) break;
    pieces.push_back({pattern.substr(at, gap - at)});
    pieces.insert(pieces.end(), value.begin(), value.end());
    at = gap + k_gap.size();
  }
  pieces.push_back({pattern.substr(at)});
  return pieces;
}

std::string capitalised(std::string text) {
  if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

std::string joined(const Pieces& pieces) {
  std::string text;
  for (const Piece& one : pieces) text += one.text;
  return text;
}

/// `A, B and C`
Pieces enumerated(const std::string& last_two, std::vector<Pieces> values) {
  if (values.empty()) return {};
  Pieces last = std::move(values.back());
  values.pop_back();
  if (values.empty()) return last;
  Pieces first;
  for (const Pieces& value : values) {
    if (!first.empty()) first.push_back({", "});
    first.insert(first.end(), value.begin(), value.end());
  }
  return filled(last_two, {first, last});
}

Pieces fields(Visit& visit, const std::vector<std::string>& keys) {
  std::vector<Pieces> labels;
  labels.reserve(keys.size());
  for (const std::string& key : keys) labels.push_back({{label_of(visit, key), key}});
  return enumerated(visit.texts().reasons.both, std::move(labels));
}

Pieces fact(const Blocker& reason, std::size_t number) {
  return {{number < reason.facts.size() ? reason.facts[number] : std::string()}};
}

/// Without the item that the condition belongs to.
Pieces condition(Visit& visit, const Blocker& reason) {
  const ReasonTexts& texts = visit.texts().reasons;
  const bool one = reason.keys.size() == 1;
  switch (reason.fault) {
    case Fault::no_value:
      return filled(one ? texts.no_value : texts.no_values, {fields(visit, reason.keys)});
    case Fault::no_value_when:
      return filled(
          one ? texts.no_value_when : texts.no_values_when,
          {fields(visit, reason.keys), fields(visit, {reason.facts.front()}), fact(reason, 1)});
    case Fault::no_match:
      return filled(texts.no_match, {fields(visit, reason.keys), fact(reason, 0)});
    case Fault::wrong_count:
      return filled(texts.wrong_count, {fields(visit, reason.keys), fact(reason, 0),
                                        fact(reason, 1), fact(reason, 2)});
    case Fault::not_equal:
      return filled(
          texts.not_equal,
          {reason.keys.empty() ? fact(reason, 0) : fields(visit, reason.keys), fact(reason, 1)});
    case Fault::no_link:
      return filled(texts.no_link, {fact(reason, 0)});
    case Fault::unticked:
      return filled(texts.unticked, {{{reason.item}}});
    case Fault::ticked:
      return filled(texts.ticked, {{{reason.item}}});
    case Fault::votes:
      return filled(texts.votes, {fact(reason, 0), fact(reason, 1)});
    case Fault::moved:
      if (reason.facts.size() == 1) return filled(texts.moved, {fact(reason, 0)});
      return filled(texts.moved_by,
                    {fact(reason, 0), fact(reason, 1), fact(reason, 2), fact(reason, 3)});
    case Fault::declined:
      return {{texts.declined}};
    case Fault::voided:
      return {{texts.voided}};
    case Fault::other:
      break;
  }
  if (reason.reason == "target") return {{texts.no_target}};
  if (reason.reason == "permission" && reason.roles) {
    if (reason.roles->empty()) return {{visit.texts().no_one_may}};
    return filled(texts.permission, {{{roles_and_people(visit, reason.roles)}}});
  }
  return {{reason.detail}};
}

Pieces sentence_of(Visit& visit, const Blocker& reason) {
  if (reason.reason == "item" && !reason.item.empty()) return {{reason.item}};
  Pieces pieces = condition(visit, reason);
  const bool about_item = reason.fault == Fault::unticked || reason.fault == Fault::ticked;
  const bool of_item = reason.reason == "validation" && !reason.item.empty() && !about_item;
  if (of_item && reason.fault != Fault::other) pieces.insert(pieces.begin(), {reason.item + ": "});
  return pieces;
}

std::vector<std::string> keys_of(const Call& call, std::initializer_list<const char*> parameters) {
  std::vector<std::string> keys;
  for (const char* parameter : parameters) {
    for (const std::string& one : split(call.parameter(parameter), ',')) {
      if (const auto key = trim(one); !key.empty()) keys.emplace_back(key);
    }
  }
  return keys;
}

Pieces needed(Visit& visit, const std::vector<std::string>& keys) {
  const ReasonTexts& texts = visit.texts().reasons;
  return filled(keys.size() == 1 ? texts.needs_value : texts.need_values, {fields(visit, keys)});
}

}  // namespace

std::string label_of(Visit& visit, const std::string& key) {
  const patch::Field* field = visit.type().find(key);
  if (field == nullptr) return key;
  return field->caption();
}

std::string roles_text(const Texts& texts, const RoleList& roles) {
  if (!roles) return {};
  if (roles->empty()) return texts.no_one;
  std::vector<Pieces> named;
  named.reserve(roles->size());
  for (const std::string& role : *roles) named.push_back({{role}});
  return joined(enumerated(texts.reasons.either, std::move(named)));
}

std::string roles_and_people(Visit& visit, const RoleList& roles) {
  const Texts& texts = visit.texts();
  const auto& known = visit.config().patch.roles;
  if (!roles || roles->empty() || !known) return roles_text(texts, roles);
  std::vector<Pieces> named;
  named.reserve(roles->size());
  for (const std::string& role : *roles) {
    const auto found = known->find(role);
    if (found == known->end() || found->second.empty()) {
      named.push_back({{role}});
    } else {
      named.push_back(filled(texts.reasons.people, {{{role}}, {{join(found->second, ", ")}}}));
    }
  }
  return joined(enumerated(texts.reasons.either, std::move(named)));
}

std::string needed_role(const Texts& texts, const RoleList& roles, const std::string& named) {
  if (roles && roles->empty()) return texts.no_one_may;
  return fmt::format(fmt::runtime(texts.who_may), named);
}

std::string reason_text(Visit& visit, const Blocker& reason) {
  return joined(sentence_of(visit, reason));
}

std::string reason_text(Visit& visit, const Value& reason) {
  const auto* members = std::get_if<ValueObject>(&reason.storage());
  if (members == nullptr) return {};
  const auto text = [&](const char* name) {
    const auto found = std::find_if(members->begin(), members->end(),
                                    [&](const auto& one) { return one.first == name; });
    return found == members->end() ? std::string() : to_text(found->second);
  };
  const std::string detail = text("detail"), event = text("event");
  for (const Blocker& one : visit.noted()) {
    if (one.detail == detail && one.event == event) return reason_text(visit, one);
  }
  return message_of(visit.texts().messages, detail);
}

void reason_sentence(Markup& out, Visit& visit, const Blocker& reason,
                     const std::function<std::string(const std::string& key)>& address) {
  bool first = true;
  for (const Piece& one : sentence_of(visit, reason)) {
    if (one.text.empty()) continue;
    std::string text = first && one.key.empty() ? capitalised(one.text) : one.text;
    first = false;
    if (one.key.empty() || visit.type().find(one.key) == nullptr) {
      out.text(text);
    } else {
      out.element("a", text, {{"href", address(one.key)}});
    }
  }
}

std::string requirement_text(Visit& visit, const Call& call, const State& state) {
  const ReasonTexts& texts = visit.texts().reasons;
  const std::string name = call.short_class();
  const auto keys = keys_of(call, {"attributes", "attribute"});
  const auto value = [&](const char* parameter) -> Pieces {
    return {{std::string(trim(call.parameter(parameter)))}};
  };
  if (name == "AttributeExistenceValidator") return joined(needed(visit, keys));
  if (name == "AttributeValueValidator") {
    return joined(filled(texts.must_match, {fields(visit, keys), value("pattern")}));
  }
  if (name == "AttributeValueCountValidator") {
    return joined(
        filled(texts.must_count, {fields(visit, keys), value("expression"), value("count")}));
  }
  if (name == "PropertyValueValidator") {
    return joined(filled(texts.must_equal, {fields(visit, {call.parameter("propertyName")}),
                                            value("propertyValue")}));
  }
  if (name == "TypedAssociationValidator") {
    return joined(filled(texts.needs_link, {value("associationType")}));
  }
  if (name == "CheckItemTickedValidator") {
    const auto index = to_integer(trim(call.parameter("itemIndex")));
    const bool known = index && *index >= 0 && *index < std::ssize(state.items);
    const Pieces item =
        known ? Pieces{{state.items[static_cast<std::size_t>(*index)].name}} : value("itemIndex");
    const bool wanted = lower(call.parameter("checked")) != "false";
    return joined(filled(wanted ? texts.needs_tick : texts.needs_no_tick, {item}));
  }
  if (name == "RequiredWhenValidator") {
    return joined(
        filled(texts.when, {fields(visit, {call.parameter("attribute")}), value("pattern"),
                            needed(visit, keys_of(call, {"required"}))}));
  }
  return spelled_validation(call, state);
}

std::string duty_text(Visit& visit, const AgendaEntry& entry) {
  const Texts& texts = visit.texts();
  std::string text;
  if (const auto& late = entry.late) {
    const std::string& limit = late->reason == "estimate" ? texts.due_by : texts.past_limit;
    text = fmt::format(fmt::runtime(texts.late_by), human_duration(late->overdue),
                       fmt::format(fmt::runtime(limit), late->limit));
  } else if (!entry.duty) {
    return entry.detail;
  } else if (const auto& first = entry.duty->first) {
    text = reason_text(visit, *first);
    if (first->roles && first->reason != "permission") {
      text = fmt::format(fmt::runtime(texts.reasons.people), text, roles_text(texts, first->roles));
    }
    if (entry.duty->more > 0) {
      text = fmt::format(fmt::runtime(texts.and_more), text, entry.duty->more);
    }
  } else {
    text = texts.nothing_blocks;
  }
  return entry.others.empty() ? text : join(entry.others, ", ") + ": " + text;
}

}  // namespace upkeep::patch_web
