// SPDX-License-Identifier: MIT
#include "patch_web/api/body.hpp"

#include "base/text.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace upkeep::patch_web::api {

namespace {

using Json = nlohmann::json;

/// Refuses, while a text is parsed, what a JSON document may not be here.
class Limits {
 public:
  bool operator()(int depth, Json::parse_event_t event, Json& parsed) {
    using Event = Json::parse_event_t;
    constexpr int k_deepest = 16;
    constexpr std::size_t k_most_values = 1000;
    if (event == Event::object_start || event == Event::array_start) {
      if (depth >= k_deepest) {
        throw web::Refusal("request",
                           fmt::format("the JSON is nested deeper than {} levels", k_deepest));
      }
      if (event == Event::object_start) m_keys.emplace_back();
    }
    if (event == Event::object_end) m_keys.pop_back();
    if (event == Event::key && !m_keys.back().insert(parsed.get<std::string>()).second) {
      throw web::Refusal("request", fmt::format("the member '{}' is there twice",
                                                printable(parsed.get<std::string>())));
    }
    if ((event == Event::key || event == Event::value) && ++m_values > 2 * k_most_values) {
      throw web::Refusal("size", fmt::format("more than {} values", k_most_values));
    }
    return true;
  }

 private:
  std::vector<std::set<std::string>> m_keys;
  std::size_t m_values = 0;  // and keys
};

Json parsed_body(const web::Request& request) {
  if (request.content_type() != "application/json") {
    throw web::Refusal("type", "the body is not JSON", "send Content-Type: application/json");
  }
  constexpr std::size_t k_longest = std::size_t{1} << 20U;
  const std::string text = web::read_body(request, k_longest);
  Limits limits;
  try {
    return Json::parse(text, [&](int depth, Json::parse_event_t event, Json& parsed) {
      return limits(depth, event, parsed);
    });
  } catch (const Json::exception& error) {
    throw web::Refusal("request", "the body is not valid JSON", printable(error.what()));
  }
}

[[noreturn]] void refuse_type(const std::string& name, const char* wanted) {
  throw web::Refusal("request", fmt::format("'{}' is not {}", printable(name), wanted));
}

std::string text_of(const std::string& name, const Json& value) {
  if (!value.is_string()) refuse_type(name, "a text");
  auto text = value.get<std::string>();
  if (text.find('\0') != std::string::npos) {
    throw web::Refusal("value", fmt::format("'{}' has a NUL", printable(name)));
  }
  return replace_all(std::string(trim(text)), "\r\n", "\n");
}

std::vector<std::string> texts_of(const std::string& name, const Json& value) {
  if (!value.is_array()) return {text_of(name, value)};
  std::vector<std::string> texts;
  texts.reserve(value.size());
  for (const Json& one : value) texts.push_back(text_of(name, one));
  return texts;
}

patch::Document object_of(const std::string& name, const Json& value) {
  if (!value.is_object()) refuse_type(name, "an object");
  patch::Document object;
  for (const auto& [key, one] : value.items()) {
    std::vector<std::string> values;
    if (!one.is_null()) values = texts_of(fmt::format("{}.{}", name, key), one);
    std::erase(values, std::string());
    object.emplace(key, std::move(values));
  }
  return object;
}

}  // namespace

Body::Body(const web::Request& request, const std::vector<Member>& members) {
  const Json json = parsed_body(request);
  if (!json.is_object()) throw web::Refusal("request", "the body is not an object");
  m_canonical = json.dump();  // members are sorted
  for (const auto& [name, value] : json.items()) {
    const auto found =
        std::find_if(members.begin(), members.end(),
                     [&known = name](const Member& one) { return known == one.name; });
    if (found == members.end()) {
      std::vector<std::string> names;
      names.reserve(members.size());
      for (const Member& one : members) names.emplace_back(one.name);
      throw web::Refusal("request", fmt::format("the body has no member '{}'", printable(name)),
                         did_you_mean(name, names));
    }
    Given given;
    if (found->kind == Member::Kind::object) given.object = object_of(name, value);
    if (found->kind == Member::Kind::text) given.texts = {text_of(name, value)};
    if (found->kind == Member::Kind::texts) given.texts = texts_of(name, value);
    if (found->kind == Member::Kind::flag) {
      if (!value.is_boolean()) refuse_type(name, "true or false");
      given.flag = value.get<bool>();
    }
    m_members.emplace(name, std::move(given));
  }
  for (const Member& one : members) {
    if (one.required && !has(one.name)) {
      throw web::Refusal("request", fmt::format("the member '{}' is missing", one.name));
    }
  }
}

std::string Body::text(const std::string& name) const {
  const auto found = m_members.find(name);
  return found == m_members.end() ? std::string() : found->second.texts.front();
}

std::vector<std::string> Body::texts(const std::string& name) const {
  const auto found = m_members.find(name);
  return found == m_members.end() ? std::vector<std::string>() : found->second.texts;
}

bool Body::flag(const std::string& name) const {
  const auto found = m_members.find(name);
  return found != m_members.end() && found->second.flag;
}

patch::Document Body::object(const std::string& name) const {
  const auto found = m_members.find(name);
  return found == m_members.end() ? patch::Document() : found->second.object;
}

}  // namespace upkeep::patch_web::api
