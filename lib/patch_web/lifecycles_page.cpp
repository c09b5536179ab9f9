// SPDX-License-Identifier: MIT
// /lifecycles and /lifecycles/NAME: the loaded definitions, and how many patches stand where.
#include "base/text.hpp"
#include "patch/lifecycle/graph.hpp"
#include "patch/lifecycle/library.hpp"
#include "patch/query/state_counts.hpp"
#include "patch_web/lifecycle_text.hpp"
#include "patch_web/page.hpp"
#include "patch_web/pages.hpp"
#include "patch_web/parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace upkeep::patch_web {

namespace {

using patch::lifecycle::Definition;
using patch::lifecycle::Library;
using patch::lifecycle::Listed;

std::string lifecycle_address(const Visit& visit, const std::string& name) {
  return visit.address("/lifecycles/" + web::url_encoded(name));
}

std::string version_address(const Visit& visit, const Listed& one) {
  return fmt::format("{}?version={}", lifecycle_address(visit, one.name), one.version);
}

/// How many of its patches are in a state, in whatever version.
std::int64_t patches_in(const std::vector<patch::StateCount>& counts, const std::string& lifecycle,
                        const std::string& state) {
  std::int64_t sum = 0;
  for (const patch::StateCount& one : counts) {
    if (one.lifecycle == lifecycle && patch::lifecycle::same_state(one.state, state)) {
      sum += one.patches;
    }
  }
  return sum;
}

/// Each state with its number of patches, as a link to the list.
void counts_list(Markup& out, Visit& visit, const std::vector<patch::StateCount>& counts,
                 const std::string& lifecycle) {
  std::map<std::string, std::int64_t> by_state;
  for (const patch::StateCount& one : counts) {
    if (one.lifecycle == lifecycle) by_state[one.state] += one.patches;
  }
  if (by_state.empty()) return;
  out.open("ul", {{"class", "counts"}});
  for (const auto& [state, number] : by_state) {
    out.open("li").open("a", {{"href", state_list_address(visit, lifecycle, state)}});
    state_badge(out, visit, state);
    out.text(fmt::format(" {}", number)).close().close();
  }
  out.close();
}

void versions_table(Markup& out, Visit& visit, const std::vector<Listed>& versions,
                    const std::vector<patch::StateCount>& counts) {
  const Texts& texts = visit.texts();
  out.open("div", {{"class", "scroll"}}).open("table").open("thead").open("tr");
  for (const std::string& label : {texts.lifecycle_page.version, texts.lifecycle_page.states,
                                   texts.lifecycle_page.patches, texts.lifecycle_page.loaded}) {
    out.element("th", label, {{"scope", "col"}});
  }
  out.close().close().open("tbody");
  for (const Listed& one : versions) {
    std::int64_t patches = 0;
    for (const patch::StateCount& count : counts) {
      if (count.lifecycle == one.name && count.version == one.version) patches += count.patches;
    }
    out.open("tr").open("td", {{"data-label", texts.lifecycle_page.version}});
    out.element("a", fmt::format("{} {}", one.name, one.version),
                {{"href", version_address(visit, one)}});
    out.close();
    out.element("td", std::to_string(one.states), {{"data-label", texts.lifecycle_page.states}});
    out.element("td", std::to_string(patches), {{"data-label", texts.lifecycle_page.patches}});
    out.open("td", {{"data-label", texts.lifecycle_page.loaded}});
    time_of(out, visit, one.loaded_at);
    out.close().close();
  }
  out.close().close().close();
}

/// The version that the address asks for: the newest one unless it says so.
std::int64_t wanted_version(Visit& visit, Library& library, const std::string& name) {
  const std::int64_t newest = library.newest(name);
  const auto text = visit.query().maybe("version");
  if (!text) return newest;
  const auto number = to_integer(*text);
  if (!number || *number < 1) {
    throw UsageError(fmt::format("version={} is not the number of a version", printable(*text)));
  }
  return *number;
}

web::Response as_file(Visit& visit, const std::string& format, const std::string& name,
                      std::int64_t version) {
  Library& library = visit.lifecycle().library();
  web::Response response;
  if (format == "svg") {
    response.type = "image/svg+xml";
    response.body = graph_svg(library.get(name, version));
  } else if (format == "dot") {
    response.type = "text/vnd.graphviz; charset=utf-8";
    response.body = graph_dot(library.get(name, version));
  } else if (format == "xml") {
    response.type = "application/xml; charset=utf-8";
    response.body = library.xml(name, version);
  } else {
    throw UsageError(fmt::format("format={} is not a format of lifecycles", printable(format)),
                     "use svg, dot or xml");
  }
  return response;
}

void files(Markup& out, const std::string& address) {
  out.open("p", {{"class", "files"}});
  for (const char* format : {"svg", "dot", "xml"}) {
    out.element("a", format, {{"href", fmt::format("{}&format={}", address, format)}});
  }
  out.close();
}

}  // namespace

web::Response lifecycles_page(Visit& visit, const Names& /*names*/) {
  const auto listed = visit.lifecycle().library().list();
  const auto counts = patch::state_counts(visit.connection(), visit.select({}));
  const Texts& texts = visit.texts();
  Page page(visit, texts.lifecycles, Section::lifecycles);
  Markup& out = page.out();
  out.element("h1", texts.lifecycles);
  if (listed.empty()) out.element("p", texts.lifecycle_page.none);
  for (std::size_t first = 0; first < listed.size();) {
    const std::string& name = listed[first].name;
    std::size_t end = first;
    while (end < listed.size() && listed[end].name == name) ++end;
    const std::string id = fmt::format("lifecycle-{}", first);
    out.open("section", {{"class", "card"}, {"aria-labelledby", id}}).open("h2", {{"id", id}});
    out.element("a", name, {{"href", lifecycle_address(visit, name)}}).close();
    counts_list(out, visit, counts, name);
    const auto from = listed.begin() + static_cast<std::ptrdiff_t>(first);
    versions_table(out, visit, {from, from + static_cast<std::ptrdiff_t>(end - first)}, counts);
    out.close();
    first = end;
  }
  page.command("pmt-lifecycle list");
  return page.response();
}

web::Response lifecycle_page(Visit& visit, const Names& names) {
  Library& library = visit.lifecycle().library();
  const std::string name = library.called(names.at(0));
  const std::int64_t version = wanted_version(visit, library, name);
  if (name != names.at(0)) {
    web::Response moved =
        web::see_other(lifecycle_address(visit, name) +
                       (visit.request().query.empty() ? "" : "?" + visit.request().query));
    moved.status = 301;
    return moved;
  }
  const Definition& definition = library.get(name, version);
  if (const auto format = visit.query().maybe("format")) {
    return as_file(visit, *format, name, version);
  }
  const auto listed = library.list(name);
  const auto counts = patch::state_counts(visit.connection(), visit.select({}));
  const LifecycleTexts& texts = visit.texts().lifecycle_page;
  Page page(visit, name, Section::lifecycles);
  Markup& out = page.out();
  out.element("h1", name);
  out.element("p", fmt::format(fmt::runtime(texts.version_of), version, listed.back().version),
              {{"class", "sub"}});
  const std::string address = fmt::format("{}?version={}", lifecycle_address(visit, name), version);
  out.open("div",
           {{"class", "picture"}, {"tabindex", "0"}, {"role", "group"}, {"aria-label", name}});
  out.open("img", {{"src", address + "&format=svg"},
                   {"alt", fmt::format(fmt::runtime(texts.graph_of), name)}});
  out.close();
  files(out, address);
  out.open("div", {{"id", "states"}});
  for (const patch::lifecycle::State& state : definition.states) {
    state_part(out, visit, definition, state, patches_in(counts, name, state.name));
  }
  out.close();
  roles_part(out, visit, definition);
  if (listed.size() > 1) {
    out.element("h2", texts.other_versions);
    versions_table(out, visit, listed, counts);
  }
  page.command(fmt::format("pmt-lifecycle graph {} --of {}", name, version));
  return page.response();
}

}  // namespace upkeep::patch_web
