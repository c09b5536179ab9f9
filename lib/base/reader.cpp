// SPDX-License-Identifier: MIT
#include "base/reader.hpp"

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
constexpr std::size_t k_record_limit = 1024UL * 1024;
}

std::optional<std::string> RecordReader::next() {
  for (;;) {
    const auto at = m_buffer.find(m_separator, m_searched);
    if (at != std::string::npos) {
      std::string record = m_buffer.substr(m_start, at - m_start);
      m_start = m_searched = at + 1;
      if (std::exchange(m_skipping, false)) throw DataError("it is longer than 1 MiB");
      return record;
    }
    m_buffer.erase(0, m_start);  // once a read, not once a record
    m_start = 0;
    m_searched = m_buffer.size();
    if (m_searched > k_record_limit) {
      m_buffer.clear();
      m_searched = 0;
      m_skipping = true;
    }
    if (m_end && m_skipping) {
      m_skipping = false;
      m_buffer.clear();
      throw DataError("it is longer than 1 MiB");
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
  }
}

std::optional<std::string> subject_of(std::string_view record, std::string_view key) {
  if (!record.empty() && record.back() == '\r') record.remove_suffix(1);
  if (record.empty()) return std::nullopt;
  if (record.front() != '{') {
    const std::string_view field = record.substr(0, record.find('\t'));
    if (field.empty()) throw DataError("its first field is empty");
    return std::string(field);
  }
  const auto json = nlohmann::json::parse(record, nullptr, false);
  if (!json.is_object()) throw DataError("it starts with '{' but is not a JSON object");
  const auto found = json.find(key);
  if (found == json.end() || !found->is_string()) {
    throw DataError(fmt::format("the JSON object has no text \"{}\"", key));
  }
  return found->get<std::string>();
}

bool for_each_name(
    const NameSource& source, const std::function<void(std::string)>& take,
    const std::function<void(const std::string& record, const std::string& why)>& reject) {
  if (std::any_of(source.operands.begin(), source.operands.end(),
                  [](const std::string& operand) { return operand.empty(); })) {
    throw UsageError("an operand is empty",
                     "name what is meant; an unset shell variable, perhaps?");
  }
  const auto take_stdin = [&] {
    RecordReader reader(source.in_fd, source.null_separated ? '\0' : '\n');
    for (;;) {
      std::optional<std::string> record;
      try {
        record = reader.next();
        if (!record) return;
        if (auto name = subject_of(*record, source.key)) take(std::move(*name));
      } catch (const DataError& error) {
        reject(record.value_or("…"), error.what());
      }
    }
  };
  if (source.operands.empty()) {
    if (source.in_tty) return false;
    take_stdin();
    return true;
  }
  for (const std::string& operand : source.operands) {
    if (operand == "-") {
      take_stdin();
    } else {
      take(operand);
    }
  }
  return true;
}

}  // namespace upkeep
