// SPDX-License-Identifier: MIT
#include "patch/archive/descriptor.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>

#include <yaml.h>

namespace upkeep::patch::archive {

namespace {

constexpr int k_deepest = 32;

/// libyaml's parser for a text that must outlive it.
class Parser {
 public:
  explicit Parser(const std::string& text) {
    if (yaml_parser_initialize(&m_parser) == 0) {
      throw Error(ExitStatus::internal, "out of memory");
    }
    yaml_parser_set_input_string(
        &m_parser, reinterpret_cast<const unsigned char*>(text.data()),  // NOLINT: its interface
        text.size());
  }
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;
  ~Parser() { yaml_parser_delete(&m_parser); }

  yaml_parser_t* get() noexcept { return &m_parser; }

  [[noreturn]] void refuse() const {
    throw DataError(fmt::format("not YAML: line {}: {}", m_parser.problem_mark.line + 1,
                                m_parser.problem != nullptr ? m_parser.problem : "unreadable"));
  }

 private:
  yaml_parser_t m_parser{};
};

/// Refuses input for which libyaml takes quadratic time: deep nesting, and many anchors.
void check_shape(const std::string& text) {
  Parser parser(text);
  int depth = 0;
  for (bool done = false; !done;) {
    yaml_event_t event;
    if (yaml_parser_parse(parser.get(), &event) == 0) parser.refuse();
    const std::unique_ptr<yaml_event_t, decltype(&yaml_event_delete)> guard(&event,
                                                                            yaml_event_delete);
    bool anchored = event.type == YAML_ALIAS_EVENT;
    if (event.type == YAML_MAPPING_START_EVENT) {
      ++depth;
      anchored = event.data.mapping_start.anchor != nullptr;
    } else if (event.type == YAML_SEQUENCE_START_EVENT) {
      ++depth;
      anchored = event.data.sequence_start.anchor != nullptr;
    } else if (event.type == YAML_MAPPING_END_EVENT || event.type == YAML_SEQUENCE_END_EVENT) {
      --depth;
    } else if (event.type == YAML_SCALAR_EVENT) {
      anchored = event.data.scalar.anchor != nullptr;
    }
    if (anchored) throw DataError("it has anchors or aliases");
    if (depth > k_deepest) throw DataError("it is nested too deeply");
    done = event.type == YAML_DOCUMENT_END_EVENT || event.type == YAML_STREAM_END_EVENT;
  }
}

/// A document of libyaml with access by key.
class Yaml {
 public:
  explicit Yaml(const std::string& text) {
    check_shape(text);
    Parser parser(text);
    if (yaml_parser_load(parser.get(), &m_document) == 0) parser.refuse();
  }
  Yaml(const Yaml&) = delete;
  Yaml& operator=(const Yaml&) = delete;
  ~Yaml() { yaml_document_delete(&m_document); }

  /// nullptr if it is empty.
  yaml_node_t* root() { return yaml_document_get_root_node(&m_document); }

  yaml_node_t* find(yaml_node_t* node, std::string_view key) {
    if (node == nullptr || node->type != YAML_MAPPING_NODE) return nullptr;
    for (auto* pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; ++pair) {
      if (text(yaml_document_get_node(&m_document, pair->key)) == key) {
        return yaml_document_get_node(&m_document, pair->value);
      }
    }
    return nullptr;
  }

  void each(yaml_node_t* node, const std::function<void(yaml_node_t*)>& take) {
    for (auto* item = node->data.sequence.items.start; item < node->data.sequence.items.top;
         ++item) {
      take(yaml_document_get_node(&m_document, *item));
    }
  }

  static std::string_view text(yaml_node_t* node) {
    if (node == nullptr || node->type != YAML_SCALAR_NODE) return {};
    return {reinterpret_cast<const char*>(node->data.scalar.value),  // NOLINT: bytes
            node->data.scalar.length};
  }

 private:
  yaml_document_t m_document{};
};

class DescriptorReader {
 public:
  DescriptorReader(const std::string& yaml, const std::string& directory)
      : m_yaml(yaml), m_directory(directory + "/") {}

  Descriptor read() {
    yaml_node_t* root = m_yaml.root();
    if (root == nullptr || root->type != YAML_MAPPING_NODE) throw DataError("it has no keys");
    read_changes(m_yaml.find(root, "file_changes"));
    for (const char* products : {"compatible_products", "partially_applicable_products"}) {
      yaml_node_t* list = m_yaml.find(root, products);
      if (list == nullptr || list->type != YAML_SEQUENCE_NODE) continue;
      m_yaml.each(list, [&](yaml_node_t* product) { read_changes(product); });
    }
    return std::move(m_found);
  }

 private:
  void read_changes(yaml_node_t* node) {
    read_list(node, "added_files", m_found.added);
    read_list(node, "modified_files", m_found.modified);
    read_list(node, "removed_files", m_found.removed);
  }

  void read_list(yaml_node_t* node, const char* key, std::set<std::string, std::less<>>& paths) {
    yaml_node_t* list = m_yaml.find(node, key);
    if (list == nullptr) return;
    m_found.lists = true;
    const std::string_view scalar = Yaml::text(list);
    if (list->type == YAML_SCALAR_NODE && (scalar.empty() || scalar == "~" || scalar == "null")) {
      return;  // a key without a value
    }
    if (list->type != YAML_SEQUENCE_NODE) throw DataError(fmt::format("{} is not a list", key));
    m_yaml.each(list, [&](yaml_node_t* item) {
      std::string_view path = trim(Yaml::text(item));
      if (path.starts_with("./")) path.remove_prefix(2);
      if (path.starts_with('/')) path.remove_prefix(1);
      if (path.starts_with(m_directory)) path.remove_prefix(m_directory.size());
      if (path.empty()) throw DataError(fmt::format("{} has an entry that is not a path", key));
      paths.emplace(path);
    });
  }

  Yaml m_yaml;
  std::string m_directory;
  Descriptor m_found;
};

}  // namespace

Descriptor parse_descriptor(const std::string& yaml, const std::string& directory) {
  return DescriptorReader(yaml, directory).read();
}

}  // namespace upkeep::patch::archive
