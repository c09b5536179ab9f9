// SPDX-License-Identifier: MIT
#include "patch/exchange/governance/registry_files.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "patch/exchange/import_source.hpp"
#include "patch/model/keys.hpp"
#include "record/json_shape.hpp"
#include "record/xml.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace upkeep::patch {

namespace {

using xml::elements;
using xml::text_of;
using Json = nlohmann::ordered_json;

struct Text final : pugi::xml_writer {
  std::string text;
  void write(const void* data, std::size_t size) override {
    text.append(static_cast<const char*>(data), size);
  }
};

std::string printed(const pugi::xml_node& node) {
  Text out;
  node.print(out, "", pugi::format_raw);
  return out.text;
}

/// The text of the first child with that local name; empty if there is none.
std::string child_text(const pugi::xml_node& node, std::string_view name) {
  const auto found = elements(node, name);
  return found.empty() ? std::string() : text_of(found.front());
}

std::string last_part(std::string path) {
  while (path.ends_with('/')) path.pop_back();
  return path.substr(path.rfind('/') + 1);
}

/// Atom, as the registry's resources and comments are shown by it.
class Atom {
 public:
  explicit Atom(const RegistryRules& rules) : m_rules(rules) {}

  std::vector<FilePart> read(const pugi::xml_node& root) {
    if (xml::local_name(root) == "entry") read_entry(root);
    for (const pugi::xml_node& entry : elements(root, "entry")) read_entry(entry);
    return std::move(m_parts);
  }

 private:
  static std::string link(const pugi::xml_node& entry, std::string_view relation) {
    for (const pugi::xml_node& one : elements(entry, "link")) {
      if (xml::attribute(one, "rel") == relation) return url_decoded(xml::attribute(one, "href"));
    }
    return {};
  }

  static std::string author(const pugi::xml_node& entry) {
    const auto authors = elements(entry, "author");
    return authors.empty() ? std::string() : child_text(authors.front(), "name");
  }

  void read_entry(const pugi::xml_node& entry) {
    FilePart part;
    RegistryResource& resource = part.resource;
    if (const std::string of = link(entry, "resourcePath"); !of.empty()) {
      resource.path = of;
      part.name = last_part(of);
      resource.comments.push_back({author(entry),
                                   registry_time(child_text(entry, "updated"), m_rules.zone),
                                   child_text(entry, "content")});
      m_parts.push_back(std::move(part));
      return;
    }
    resource.path = link(entry, "path");
    if (resource.path.empty()) resource.path = url_decoded(child_text(entry, "title"));
    part.name = last_part(resource.path);
    resource.creator = author(entry);
    resource.created = registry_time(child_text(entry, "createdTime"), m_rules.zone);
    resource.media_type = child_text(entry, "mediaType");
    resource.description = child_text(entry, "summary");
    for (const pugi::xml_node& all : elements(entry, "properties")) {
      for (const pugi::xml_node& one : elements(all, "property")) {
        resource.properties.emplace_back(child_text(one, "name"), child_text(one, "value"));
      }
    }
    read_content(entry, resource);
    const bool collection = !resource.content && resource.media_type.empty();
    if (!part.name.empty() && !collection) m_parts.push_back(std::move(part));
  }

  /// As XML, as escaped text, or as base64.
  static void read_content(const pugi::xml_node& entry, RegistryResource& resource) {
    const auto contents = elements(entry, "content");
    if (contents.empty()) return;
    const auto inner = elements(contents.front());
    if (!inner.empty()) {
      resource.content = printed(inner.front());
      return;
    }
    std::string text = text_of(contents.front());
    if (text.empty()) return;
    if (!text.starts_with('<')) {
      if (std::string bytes = base64_decoded(text); !bytes.empty()) text = std::move(bytes);
    }
    resource.content = std::move(text);
  }

  const RegistryRules& m_rules;
  std::vector<FilePart> m_parts;
};

/// The registry's own dump: `resource` elements within each other.
class ResourceDump {
 public:
  explicit ResourceDump(const RegistryRules& rules) : m_rules(rules) {}

  std::vector<FilePart> read(const pugi::xml_node& root) {
    const std::string name = xml::attribute(root, "name");
    std::string path = xml::attribute(root, "path");
    const bool whole = is_collection(root) && name == last_part(m_rules.path);
    if (path.empty()) path = whole ? m_rules.path : m_rules.path + name;
    read_resource(root, path);
    return std::move(m_parts);
  }

 private:
  static bool is_collection(const pugi::xml_node& node) {
    return xml::attribute(node, "isCollection") == "true";
  }

  void read_resource(const pugi::xml_node& node, std::string path) {
    while (path.ends_with('/')) path.pop_back();
    for (const char* word : {"children", "childs"}) {
      for (const pugi::xml_node& children : elements(node, word)) {
        for (const pugi::xml_node& child : elements(children, "resource")) {
          read_resource(child, path + "/" + xml::attribute(child, "name"));
        }
      }
    }
    if (!is_collection(node)) take(node, path);
  }

  void take(const pugi::xml_node& node, const std::string& path) {
    FilePart part;
    part.name = last_part(path);
    RegistryResource& resource = part.resource;
    resource.path = path;
    resource.media_type = child_text(node, "mediaType");
    resource.creator = child_text(node, "creator");
    resource.created = registry_time(child_text(node, "createdTime"), m_rules.zone);
    resource.description = child_text(node, "description");
    for (const pugi::xml_node& all : elements(node, "properties")) {
      for (const pugi::xml_node& one : elements(all, "property")) {
        resource.properties.emplace_back(xml::attribute(one, "key"), text_of(one));
      }
    }
    if (!child_text(node, "content").empty()) {
      resource.content = base64_decoded(child_text(node, "content"));
    }
    for (const pugi::xml_node& all : elements(node, "comments")) {
      for (const pugi::xml_node& one : elements(all, "comment")) {
        resource.comments.push_back({child_text(one, "user"), {}, child_text(one, "text")});
      }
    }
    resource.tags = count(node, "taggings");
    resource.ratings = count(node, "ratings");
    for (const pugi::xml_node& all : elements(node, "associations")) {
      for (const pugi::xml_node& one : elements(all, "association")) {
        resource.associations.push_back({child_text(one, "type"), child_text(one, "destination")});
      }
    }
    m_parts.push_back(std::move(part));
  }

  static std::size_t count(const pugi::xml_node& node, std::string_view name) {
    std::size_t found = 0;
    for (const pugi::xml_node& all : elements(node, name)) found += elements(all).size();
    return found;
  }

  const RegistryRules& m_rules;
  std::vector<FilePart> m_parts;
};

FilePart history_part(const pugi::xml_node& root, const std::string& bytes,
                      const std::string& stem) {
  FilePart part;
  part.is_history = true;
  part.name = stem;
  for (const pugi::xml_node& item : elements(root, "item")) {
    const std::string path = xml::attribute(item, "originalPath");
    if (!path.empty()) part.name = last_part(path);
  }
  part.resource.history = bytes;
  return part;
}

/// What is not one is the content of the resource, and refused with it.
std::vector<FilePart> artifact_parts(const std::string& bytes, const std::string& stem) {
  std::vector<FilePart> parts;
  const auto add = [&](std::string name, std::string content) {
    FilePart& part = parts.emplace_back();
    part.name = std::move(name);
    part.resource.content = std::move(content);
  };
  try {
    for (XmlRow& row : xml_rows(bytes, "the file")) {
      const auto name = std::find_if(row.values.begin(), row.values.end(),
                                     [](const auto& one) { return one.first == k_name_key; });
      add(name == row.values.end() ? stem : name->second, std::move(row.raw));
    }
  } catch (const DataError&) {
    parts.clear();
    add(stem, bytes);
  }
  return parts;
}

/// `[{"name": ..., "value": [...]}]`.
std::vector<FilePart> property_parts(const std::string& bytes, const std::string& stem) {
  if (!json_shape_problem(bytes).empty()) return {};
  const Json json = Json::parse(bytes, nullptr, false);
  if (!json.is_array()) return {};
  FilePart part;
  part.name = stem.ends_with(".properties") ? stem.substr(0, stem.rfind('.')) : stem;
  for (const Json& one : json) {
    const bool named = one.is_object() && one.contains("name") && one["name"].is_string();
    if (!named || !one.contains("value")) return {};
    const std::string name = one["name"].get<std::string>();
    const Json& value = one["value"];
    for (const Json& text : value.is_array() ? value : Json::array({value})) {
      if (!text.is_string()) continue;
      part.resource.properties.emplace_back(name, text.get<std::string>());
      if (name == k_name_key) part.name = text.get<std::string>();
    }
  }
  return {std::move(part)};
}

}  // namespace

std::string url_decoded(const std::string& text) {
  constexpr std::string_view k_digits = "0123456789abcdef0123456789ABCDEF";
  const auto digit = [&](char c) {
    const auto at = k_digits.find(c);
    return at == std::string_view::npos ? at : at % 16;
  };
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const std::size_t high = digit(text[i + 1]), low = digit(text[i + 2]);
      if (high < 16 && low < 16) {
        out += static_cast<char>(high * 16 + low);
        i += 2;
        continue;
      }
    }
    out += text[i] == '+' ? ' ' : text[i];
  }
  return out;
}

std::string base64_decoded(const std::string& text) {
  constexpr std::string_view k_digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  unsigned int have = 0;
  bool ended = false;
  for (const char c : text) {
    if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
    if (c == '=') {
      ended = true;
      continue;
    }
    const auto value = k_digits.find(c);
    if (ended || value == std::string_view::npos) return {};
    bits = (bits << 6U) | static_cast<std::uint32_t>(value);
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out += static_cast<char>((bits >> have) & 0xFFU);
  }
  return out;
}

std::vector<FilePart> file_parts(const std::string& bytes, const std::string& stem,
                                 const RegistryRules& rules) {
  const std::string_view start = trim(without_bom(std::string_view(bytes).substr(0, 1024)));
  if (start.starts_with('[')) return property_parts(bytes, stem);
  constexpr std::size_t k_largest_mib = 64;
  xml::Document document;
  if (document.parse(bytes, {.largest_mib = k_largest_mib})) {
    return start.starts_with('<') ? artifact_parts(bytes, stem) : std::vector<FilePart>();
  }
  const std::string root = xml::local_name(document.root());
  if (root == "feed" || root == "entry") return Atom(rules).read(document.root());
  if (root == "resource") return ResourceDump(rules).read(document.root());
  if (root == "lifecycleHistory") return {history_part(document.root(), bytes, stem)};
  if (root == "metadata") return artifact_parts(bytes, stem);
  return {};
}

}  // namespace upkeep::patch
