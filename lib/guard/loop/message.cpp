// SPDX-License-Identifier: MIT
#include "guard/loop/message.hpp"

#include "base/error.hpp"
#include "guard/loop/status_json.hpp"

#include <fmt/format.h>

#include <array>

namespace upkeep::guard {

using nlohmann::json;

namespace {

constexpr std::array<std::string_view, 5> k_message_names{"status", "ended", "hook_ended",
                                                          "lingering", "gone"};
constexpr std::array<std::string_view, 5> k_order_names{"renewed", "stop", "kill", "after", "done"};

/// The enumerator named in `kind`. @throws json::exception where there is none such
template <typename Kind, std::size_t n>
std::optional<Kind> kind_in(const json& from, const std::array<std::string_view, n>& names) {
  const auto name = from.at("kind").get<std::string>();
  for (std::size_t i = 0; i < n; ++i) {
    if (names.at(i) == name) return static_cast<Kind>(i);
  }
  return std::nullopt;
}

HookEnd hook_from(const json& from) {
  HookEnd hook;
  from.at("exit_status").get_to(hook.exit_status);
  from.at("timed_out").get_to(hook.timed_out);
  from.at("stopped").get_to(hook.stopped);
  from.at("spawn_error").get_to(hook.spawn_error);
  return hook;
}

}  // namespace

std::string Message::to_json() const {
  json out{{"kind", k_message_names.at(static_cast<std::size_t>(kind))}};
  switch (kind) {
    case Kind::status:
    case Kind::ended:
      out["status"] = status_to(status);
      break;
    case Kind::hook_ended:
      out["hook"] = {{"exit_status", hook.exit_status},
                     {"timed_out", hook.timed_out},
                     {"stopped", hook.stopped},
                     {"spawn_error", hook.spawn_error}};
      break;
    case Kind::lingering:
      out["count"] = count;
      break;
    case Kind::gone:
      out["exit_status"] = exit_status;
      break;
  }
  return lenient_text(out);
}

std::optional<Message> Message::from_json(std::string_view text) {
  try {
    const json from = json::parse(text);
    const auto kind = kind_in<Kind>(from, k_message_names);
    if (!kind) return std::nullopt;
    Message message;
    message.kind = *kind;
    switch (*kind) {
      case Kind::status:
      case Kind::ended:
        message.status = status_from(from.at("status"));
        break;
      case Kind::hook_ended:
        message.hook = hook_from(from.at("hook"));
        break;
      case Kind::lingering:
        from.at("count").get_to(message.count);
        break;
      case Kind::gone:
        from.at("exit_status").get_to(message.exit_status);
        break;
    }
    return message;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

std::string Order::to_json() const {
  json out{{"kind", k_order_names.at(static_cast<std::size_t>(kind))}};
  if (kind == Kind::renewed) out["boot_ms"] = boot_ms;
  if (kind == Kind::after) out["argv"] = argv;
  try {
    return out.dump();
  } catch (const json::exception& error) {
    throw Error(ExitStatus::internal, fmt::format("the hook cannot be passed on: {}", error.what()),
                "use UTF-8 in [upgrade]");
  }
}

std::optional<Order> Order::from_json(std::string_view text) {
  try {
    const json from = json::parse(text);
    const auto kind = kind_in<Kind>(from, k_order_names);
    if (!kind) return std::nullopt;
    Order order;
    order.kind = *kind;
    if (*kind == Kind::renewed) from.at("boot_ms").get_to(order.boot_ms);
    if (*kind == Kind::after) from.at("argv").get_to(order.argv);
    return order;
  } catch (const json::exception&) {
    return std::nullopt;
  }
}

}  // namespace upkeep::guard
