// SPDX-License-Identifier: MIT
#include "record/reader.hpp"

#include "base/error.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <unistd.h>

namespace upkeep {

namespace {

std::string too_long(std::size_t limit) {
  return fmt::format("it is longer than {} MiB", limit >> 20U);
}

}  // namespace

std::optional<std::string> RecordReader::next() {
  for (;;) {
    const auto at = m_buffer.find(m_separator, m_searched);
    if (at != std::string::npos) {
      std::string record = m_buffer.substr(m_start, at - m_start);
      m_start = m_searched = at + 1;
      if (std::exchange(m_skipping, false)) throw DataError(too_long(m_limit));
      return record;
    }
    m_buffer.erase(0, m_start);  // once per read, not per record
    m_start = 0;
    m_searched = m_buffer.size();
    if (m_searched > m_limit) {
      m_buffer.clear();
      m_searched = 0;
      m_skipping = true;
    }
    if (m_end && m_skipping) {
      m_skipping = false;
      m_buffer.clear();
      throw DataError(too_long(m_limit));
    }
    if (m_end) {
      if (m_buffer.empty()) return std::nullopt;
      m_searched = 0;
      return std::exchange(m_buffer, {});
    }
    std::array<char, 65536> chunk{};
    const ssize_t n = ::read(m_fd, chunk.data(), chunk.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      throw Error(ExitStatus::no_input,
                  fmt::format("cannot read the names: {}", std::strerror(errno)));
    }
    m_end = n == 0;
    m_buffer.append(chunk.data(), static_cast<std::size_t>(n));
    skip_mark();
  }
}

void RecordReader::skip_mark() {
  constexpr std::string_view k_mark = "\xEF\xBB\xBF";
  if (m_begun) return;
  if (m_buffer.size() < k_mark.size() && !m_end && k_mark.starts_with(m_buffer)) return;
  m_begun = true;
  if (!m_buffer.starts_with(k_mark)) return;
  m_buffer.erase(0, k_mark.size());
  m_searched = 0;
}

namespace {

/// A JSON array of thousands of records may be one line.
constexpr std::size_t k_json_limit = 64 * RecordReader::k_limit;

/// Finds the end of the first JSON value of a text.
class JsonDepth {
 public:
  /// Scans further text. @returns whether a value is still open at the end of `text`
  bool open_after(std::string_view text) {
    for (const char c : text) {
      if (std::exchange(m_escaped, false)) continue;
      if (m_quoted) {
        m_escaped = c == '\\';
        m_quoted = c != '"';
      } else if (c == '"') {
        m_quoted = true;
      } else if (c == '{' || c == '[') {
        ++m_depth;
      } else if (c == '}' || c == ']') {
        --m_depth;
      }
    }
    return m_depth > 0;
  }

 private:
  long m_depth = 0;
  bool m_quoted = false, m_escaped = false;
};

std::string name_of(const nlohmann::json& item, const NameSource& source) {
  if (!item.is_object() && !item.is_string()) {
    throw DataError("a JSON array contains something other than an object");
  }
  const nlohmann::json* name = item.is_string() ? &item : nullptr;
  for (const std::string_view key : {source.key, source.other_key}) {
    if (name != nullptr || key.empty()) continue;
    const auto found = item.find(key);
    if (found != item.end() && found->is_string()) name = &*found;
  }
  if (name == nullptr) {
    throw DataError(fmt::format("a JSON object has no string \"{}\"", source.key));
  }
  auto text = name->get<std::string>();
  if (text.empty()) throw DataError("a JSON object has an empty name");
  return text;
}

/// The records of stdin.
class PipedNames {
 public:
  PipedNames(const NameSource& source, std::vector<std::string>& names,
             const std::function<void(const std::string&, const std::string&)>& reject)
      : m_reader(source.in_fd, source.null_separated ? '\0' : '\n', k_json_limit),
        m_source(source),
        m_names(names),
        m_reject(reject) {}

  /// @returns whether all of it could be read
  bool read() {
    bool whole = true;
    for (;;) {
      std::string record = "…";
      try {
        auto next = m_reader.next();
        if (!next) return whole;
        record = std::move(*next);
        take(record);
      } catch (const DataError& error) {
        whole = false;
        m_reject(record, error.what());
      }
      m_first = false;
    }
  }

 private:
  void take(std::string& record) {
    const auto begin = record.find_first_not_of(" \t\r\n");
    if (begin != std::string::npos && (record[begin] == '{' || record[begin] == '[')) {
      take_json(record);
    } else if (record.size() > RecordReader::k_limit) {
      throw DataError(too_long(RecordReader::k_limit));
    } else {
      take_fields(record);
    }
  }

  void take_fields(std::string_view record) {
    if (!record.empty() && record.back() == '\r') record.remove_suffix(1);
    if (record.empty() || (m_first && is_header(record))) return;
    const std::string_view field = record.substr(0, record.find('\t'));
    if (field.empty()) throw DataError("its first field is empty");
    m_names.emplace_back(field);
  }

  /// The first line may contain the column names.
  [[nodiscard]] bool is_header(std::string_view record) const {
    for (const std::string_view key : {m_source.key, m_source.other_key}) {
      if (key.empty() || !record.starts_with(key)) continue;
      const std::string_view rest = record.substr(key.size());
      if (rest.empty() || rest.front() == '\t') return true;
      if (rest.front() == ',' || rest.starts_with("  ")) {
        throw DataError("it is the header of a table for people or for a spreadsheet");
      }
    }
    return false;
  }

  void take_json(std::string& record) {
    JsonDepth depth;
    bool open = depth.open_after(record);
    while (open) {
      const auto more = m_reader.next();
      if (!more) throw DataError("it begins a JSON value that is truncated");
      open = depth.open_after(*more);
      record += '\n';
      record += *more;
      if (record.size() > k_json_limit) throw DataError(too_long(k_json_limit));
    }
    const auto json = nlohmann::json::parse(record, nullptr, false);
    if (!json.is_structured()) throw DataError("it begins like JSON but is not valid");
    if (json.is_object()) {
      m_names.push_back(name_of(json, m_source));
      return;
    }
    for (const auto& item : json) m_names.push_back(name_of(item, m_source));
  }

  RecordReader m_reader;
  const NameSource& m_source;
  std::vector<std::string>& m_names;
  const std::function<void(const std::string&, const std::string&)>& m_reject;
  bool m_first = true;
};

}  // namespace

bool for_each_name(
    const NameSource& source, const std::function<void(std::string)>& take,
    const std::function<void(const std::string& record, const std::string& why)>& reject) {
  if (std::any_of(source.operands.begin(), source.operands.end(),
                  [](const std::string& operand) { return operand.empty(); })) {
    throw UsageError("an operand is empty", "is a shell variable unset?");
  }
  if (source.operands.empty() && source.in_tty) return false;
  std::vector<std::string> names;
  const auto read_stdin = [&] { return PipedNames(source, names, reject).read(); };
  bool whole = true;
  if (source.operands.empty()) whole = read_stdin();
  for (const std::string& operand : source.operands) {
    if (operand == "-") {
      whole = read_stdin() && whole;
    } else {
      names.push_back(operand);
    }
  }
  if (!whole) names.clear();
  for (std::string& name : names) take(std::move(name));
  return true;
}

}  // namespace upkeep
