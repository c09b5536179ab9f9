// SPDX-License-Identifier: MIT
#include "guard/loop/message.hpp"

#include "base/error.hpp"
#include "guard/loop/json_fields.hpp"
#include "guard/loop/status_json.hpp"

#include <fmt/format.h>

#include <array>

namespace upkeep::guard {

using nlohmann::json;

constexpr std::array<std::string_view, 5> k_words(Message::Kind /*unused*/) {
  return {"status", "ended", "hook_ended", "lingering", "gone"};
}

constexpr std::array<std::string_view, 5> k_words(Order::Kind /*unused*/) {
  return {"renewed", "stop", "kill", "after", "done"};
}

template <typename Self, typename Visit>
requires std::is_same_v<std::remove_const_t<Self>, HookEnd>
void fields(Self& self, Visit&& visit) {
  visit("exit_status", self.exit_status);
  visit("timed_out", self.timed_out);
  visit("stopped", self.stopped);
  visit("spawn_error", self.spawn_error);
}

/// Visits the fields of a message of its kind.
template <typename Self, typename Visit>
requires std::is_same_v<std::remove_const_t<Self>, Message>
void fields(Self& self, Visit&& visit) {
  visit("kind", self.kind);
  switch (self.kind) {
    case Message::Kind::status:
    case Message::Kind::ended:
      visit("status", self.status);
      break;
    case Message::Kind::hook_ended:
      visit("hook", self.hook);
      break;
    case Message::Kind::lingering:
      visit("count", self.count);
      break;
    case Message::Kind::gone:
      visit("exit_status", self.exit_status);
      break;
  }
}

template <typename Self, typename Visit>
requires std::is_same_v<std::remove_const_t<Self>, Order>
void fields(Self& self, Visit&& visit) {
  visit("kind", self.kind);
  if (self.kind == Order::Kind::renewed) visit("boot_ms", self.asked_at);
  if (self.kind == Order::Kind::after) visit("argv", self.argv);
}

std::string Message::to_json() const {
  return lenient_text(to_json_value(*this));
}

std::optional<Message> Message::from_json(std::string_view text) {
  try {
    Message message;
    from_json_value(json::parse(text), message);
    return message;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string Order::to_json() const {
  try {
    return to_json_value(*this).dump();
  } catch (const json::exception& error) {
    throw Error(ExitStatus::internal, fmt::format("the hook cannot be passed on: {}", error.what()),
                "use UTF-8 in [upgrade]");
  }
}

std::optional<Order> Order::from_json(std::string_view text) {
  try {
    Order order;
    from_json_value(json::parse(text), order);
    return order;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace upkeep::guard
