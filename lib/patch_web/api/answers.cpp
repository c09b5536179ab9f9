// SPDX-License-Identifier: MIT
#include "patch_web/api/answers.hpp"

#include "base/text.hpp"
#include "patch/registry/records.hpp"
#include "patch/store/schema.hpp"
#include "patch/store/store.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace upkeep::patch_web::api {

namespace {

web::Response of_json() {
  web::Response response;
  response.type = "application/json";
  return response;
}

std::string tag_of(std::uint64_t last_event) {
  return fmt::format("\"{}.{}\"", patch::newest_schema(), last_event);
}

}  // namespace

web::Response array(const std::vector<std::string>& columns, const std::vector<Record>& records,
                    const std::vector<std::string>& fields) {
  web::Response response = of_json();
  Writer writer(-1);
  writer.divert([&](std::string_view text) { response.body += text; });
  const auto printer = make_printer(writer, columns, {.format = Format::json, .fields = fields});
  for (const Record& one : records) printer->print(one);
  printer->finish();
  writer.flush();
  return response;
}

web::Response streamed_array(Visit& visit, const std::vector<std::string>& columns,
                             std::function<void(Visit&, Printer&)> fill) {
  web::Response response = of_json();
  response.stream = [kept = visit.shared_from_this(), columns,
                     fill = std::move(fill)](const web::Sink& sink) {
    Writer writer(-1);
    writer.divert(sink);
    const auto printer = make_printer(writer, columns, {.format = Format::json});
    fill(*kept, *printer);
    printer->finish();
    writer.flush();
  };
  return response;
}

web::Response object(const std::vector<std::string>& columns, const Record& record) {
  return json(objects(columns, {record}).front());
}

web::Response json(const Value& value) {
  web::Response response = of_json();
  response.body = to_json(value) + "\n";
  return response;
}

ValueList objects(const std::vector<std::string>& columns, const std::vector<Record>& records) {
  ValueList list;
  list.reserve(records.size());
  for (const Record& record : records) {
    ValueObject one;
    one.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i) one.emplace_back(columns[i], record.at(i));
    list.emplace_back(std::move(one));
  }
  return list;
}

std::optional<std::uint64_t> number(Visit& visit, const char* name, std::uint64_t least,
                                    std::uint64_t most) {
  const auto text = visit.query().maybe(name);
  if (!text) return std::nullopt;
  const auto value = to_integer(*text);
  if (value && *value >= 0 && static_cast<std::uint64_t>(*value) >= least &&
      static_cast<std::uint64_t>(*value) <= most) {
    return static_cast<std::uint64_t>(*value);
  }
  throw UsageError(
      fmt::format("{}={}: not a number from {} to {}", name, printable(*text), least, most));
}

std::size_t limit_of(Visit& visit) {
  constexpr std::uint64_t k_most = 5000;
  return static_cast<std::size_t>(number(visit, "limit", 1, k_most).value_or(k_usual_limit));
}

void link_to_next(Visit& visit, web::Response& response, const std::string& after) {
  std::vector<web::Parameters::Pair> pairs;
  for (const auto& pair : visit.query().pairs()) {
    if (pair.first != "after") pairs.push_back(pair);
  }
  pairs.emplace_back("after", after);
  const std::string& url = visit.web().url;
  const std::string path =
      url.empty() ? visit.address(visit.request().path) : url + visit.request().path;
  response.set("Link", fmt::format("<{}?{}>; rel=\"next\"", path, web::to_query(pairs)));
}

std::string address_of(Visit& visit, const std::string& name, const std::string& part) {
  const bool request = patch::parse_queue_id(name).has_value();
  return visit.address(
      fmt::format("/api/v1/{}/{}{}", request ? "queue" : "patches", web::url_encoded(name), part));
}

std::string etag_of(Visit& visit, const patch::Patch& patch) {
  return tag_of(patch::last_event_of(visit.connection(), patch.id));
}

Tagged tagged(Visit& visit, patch::Patch patch) {
  Tagged subject{std::move(patch), {}, 0, {}};
  subject.name = patch::name_of(subject.patch, visit.names());
  subject.last_event = patch::last_event_of(visit.connection(), subject.patch.id);
  subject.etag = tag_of(subject.last_event);
  return subject;
}

Basis basis_of(Visit& visit, const Tagged& subject) {
  const auto header = visit.request().header("if-match");
  if (!header) return {};
  if (trim(*header) == "*") return {.given = true};
  constexpr auto k_none = std::numeric_limits<std::int64_t>::max();
  return {.given = true,
          .last_event = has_tag(*header, subject.etag, false) ? subject.last_event : k_none};
}

patch::Patch patch_of(Visit& visit, const patch::AlreadyDone& before) {
  auto found = patch::patches_of(visit.connection(), {before.patch()});
  if (found.empty()) throw web::Refusal("unknown", "the patch no longer exists");
  return std::move(found.front());
}

std::optional<web::Response> unchanged(Visit& visit, const Tagged& subject) {
  const auto known = visit.request().header("if-none-match");
  if (!known || !has_tag(*known, subject.etag, true)) return std::nullopt;
  web::Response response;
  response.status = 304;
  response.set("ETag", subject.etag);
  return response;
}

web::Response with_tag(Visit& visit, const Tagged& subject, const std::string& part,
                       web::Response response) {
  response.set("ETag", subject.etag);
  const std::string whole = address_of(visit, subject.name, part);
  if (whole != visit.address(visit.request().path)) response.set("Content-Location", whole);
  return response;
}

bool has_tag(const std::string& header, const std::string& etag, bool weak) {
  for (const std::string& one : split(header, ',')) {
    std::string_view tag = trim(one);
    if (tag == "*") return true;
    if (weak && tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

}  // namespace upkeep::patch_web::api
