// SPDX-License-Identifier: MIT
// /feeds/patches.atom: the newest events of what a selector finds, as Atom (RFC 4287).
#include "base/text.hpp"
#include "patch/query/newest_events.hpp"
#include "patch/query/query_words.hpp"
#include "patch/registry/event_words.hpp"
#include "patch/registry/records.hpp"
#include "patch_web/pages.hpp"
#include "record/markup.hpp"

#include <fmt/format.h>

#include <map>

namespace upkeep::patch_web {

namespace {

constexpr std::size_t k_most_events = 100;

/// When a feed without events changed last: Atom wants a moment, and the same
/// one at each look, or a reader would see a change where there was none.
constexpr const char* k_never = "1970-01-01T00:00:00Z";

/// Text of an XML document: characters that XML does not allow become U+FFFD.
std::string xml_text(const std::string& raw) {
  std::string text = escaped_markup(raw);
  for (const char* forbidden : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {
    text = replace_all(text, forbidden, "\xef\xbf\xbd");
  }
  return text;
}

/// An address below the public one, or a path if that is not known.
std::string public_address(const Visit& visit, const std::string& address) {
  const std::string& url = visit.web().url;
  return url.empty() ? address : url + address.substr(visit.web().base.size());
}

/// An id that never changes: the public address if there is one.
std::string stable_id(const Visit& visit, const std::string& address,
                      const std::string& otherwise) {
  return visit.web().url.empty() ? "urn:upkeep:" + otherwise : public_address(visit, address);
}

void element(std::string& out, const char* name, const std::string& text) {
  out += fmt::format("<{0}>{1}</{0}>\n", name, xml_text(text));
}

void link(std::string& out, const char* rel, const char* type, const std::string& address) {
  out += fmt::format("<link rel=\"{}\" type=\"{}\" href=\"{}\"/>\n", rel, type, xml_text(address));
}

/// What the event changed, and its comment.
std::string body_of(const patch::EventWords& words, const patch::Event& event) {
  std::vector<std::string> lines = words.list;
  if (!words.remark.empty()) lines.insert(lines.begin(), words.remark);
  if (!event.comment.empty()) lines.push_back(event.comment);
  return join(lines, "\n");
}

void entry(std::string& out, Visit& visit, const patch::Event& event, const std::string& patch,
           bool revoked) {
  TextStyle style;
  style.now = visit.now();
  style.relative = false;
  const patch::EventWords words =
      patch::event_words(event, revoked, visit.type(), visit.names(), style, visit.texts().events);
  const std::string page = fmt::format("{}/history?event={}", visit.patch_address(patch), event.id);
  out += "<entry>\n";
  element(out, "id", stable_id(visit, page, fmt::format("event:{}", event.id)));
  element(out, "title", fmt::format("{}: {}{}", patch, words.head, words.state));
  element(out, "updated", event.at);
  out += "<author>\n";
  element(out, "name", event.actor);
  out += "</author>\n";
  out += fmt::format("<category term=\"{}\"/>\n", xml_text(event.action));
  link(out, "alternate", "text/html", public_address(visit, page));
  const std::string body = body_of(words, event);
  if (!body.empty()) element(out, "summary", body);
  out += "</entry>\n";
}

std::map<std::uint64_t, std::string> names_of(Visit& visit,
                                              const std::vector<patch::Event>& events) {
  std::vector<std::uint64_t> ids;
  ids.reserve(events.size());
  for (const patch::Event& one : events) ids.push_back(one.patch);
  std::map<std::uint64_t, std::string> names;
  if (ids.empty()) return names;
  for (const patch::Patch& one : patch::patches_of(visit.connection(), ids)) {
    names[one.id] = patch::name_of(one, visit.names());
  }
  return names;
}

}  // namespace

web::Response patches_feed(Visit& visit, const Names& /*names*/) {
  const std::string q = visit.query().get("q");
  const auto events =
      patch::newest_events(visit.connection(), visit.select(patch::query_words(q)), k_most_events);
  const auto names = names_of(visit, events);
  const auto revoked = patch::revoked_events(events);
  const FeedTexts& texts = visit.texts().feed;
  const std::string own =
      visit.address("/feeds/patches.atom") + (q.empty() ? "" : "?q=" + web::url_encoded(q));
  std::string out = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  out += fmt::format("<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"{}\">\n",
                     visit.texts().language);
  element(out, "id", stable_id(visit, own, "patches:" + web::url_encoded(q)));
  element(out, "title", q.empty() ? texts.title : fmt::format(fmt::runtime(texts.title_of), q));
  element(out, "updated", events.empty() ? k_never : events.front().at);
  link(out, "self", "application/atom+xml", public_address(visit, own));
  link(out, "alternate", "text/html", public_address(visit, visit.list_address(q)));
  for (const patch::Event& one : events) {
    const auto name = names.find(one.patch);
    if (name != names.end()) entry(out, visit, one, name->second, revoked.contains(one.id));
  }
  out += "</feed>\n";
  web::Response response;
  response.type = "application/atom+xml; charset=utf-8";
  response.body = std::move(out);
  return response;
}

}  // namespace upkeep::patch_web
