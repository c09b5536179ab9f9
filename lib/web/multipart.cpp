// SPDX-License-Identifier: MIT
#include "web/multipart.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "web/header_value.hpp"
#include "web/refusal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upkeep::web {

namespace {

constexpr std::size_t k_read_at_once = 65536;
constexpr std::size_t k_most_of_fields = 1UL << 20U;
constexpr std::size_t k_most_parts = 1000;
/// The header lines of a part: a browser sends two.
constexpr std::size_t k_longest_head = 8192;
constexpr std::size_t k_longest_boundary = 70;  // RFC 2046

[[noreturn]] void refuse_form(const std::string& what) {
  throw Refusal("request", "the form is malformed: " + what);
}

std::string boundary_of(const Request& request) {
  if (request.content_type() != "multipart/form-data") {
    throw Refusal("type", "the body is not multipart/form-data");
  }
  constexpr std::string_view k_letters =
      "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=? ";
  const auto header = parse_header_value(request.header("content-type").value_or(""));
  const auto found = header ? header->parameter("boundary") : std::nullopt;
  if (!found || found->empty() || found->size() > k_longest_boundary || found->back() == ' ' ||
      found->find_first_not_of(k_letters) != std::string::npos) {
    refuse_form("its boundary is not valid");
  }
  return *found;
}

/// The bytes of the body, with a limit.
class Input {
 public:
  Input(const Request& request, std::uint64_t most) : m_request(request), m_most(most) {
    if (request.content_length && *request.content_length > most) refuse_size();
  }

  /// Appends the next part of the body to `buffer`. @throws Refusal(request) at its end
  void fill(std::string& buffer) {
    const std::size_t before = buffer.size();
    buffer.resize(before + k_read_at_once);
    const std::size_t got =
        m_request.read_body ? m_request.read_body(buffer.data() + before, k_read_at_once) : 0;
    buffer.resize(before + got);
    m_read += got;
    if (m_read > m_most) refuse_size();
    if (got == 0) refuse_form("it ends too early");
  }

 private:
  [[noreturn]] void refuse_size() const {
    throw Refusal("size", fmt::format("the form is longer than {} bytes", m_most));
  }

  const Request& m_request;
  std::uint64_t m_most;
  std::uint64_t m_read = 0;
};

/// What precedes the content of a part.
struct Head {
  std::string name;
  std::optional<std::string> filename{};  ///< of a file; may be empty
};

/// Browsers write a quote and line ends in a name like this, and nothing else.
std::string unescaped(std::string text) {
  text = replace_all(std::move(text), "%22", "\"");
  text = replace_all(std::move(text), "%0D", "\r");
  return replace_all(std::move(text), "%0A", "\n");
}

std::string checked_text(std::string text) {
  if (!is_utf8(text)) refuse_form("a text is not UTF-8");
  if (text.find('\0') != std::string::npos) {
    throw Refusal("value", "a value contains a NUL character");
  }
  return text;
}

void read_disposition(std::string_view value, std::optional<Head>& head) {
  const auto parsed = parse_header_value(value);
  const auto name = parsed ? parsed->parameter("name") : std::nullopt;
  if (head || !name || parsed->value != "form-data") {
    refuse_form("the Content-Disposition of a part is not valid");
  }
  head = Head{.name = checked_text(unescaped(*name))};
  if (auto filename = parsed->parameter("filename")) {
    std::string whole = checked_text(unescaped(std::move(*filename)));
    const auto slash = whole.find_last_of("/\\");
    head->filename = slash == std::string::npos ? std::move(whole) : whole.substr(slash + 1);
  }
}

Head parse_head(std::string_view text) {
  std::optional<Head> head;
  for (const std::string& line : split(text, '\n')) {
    const std::string_view plain = trim(line);
    if (plain.empty()) continue;
    const auto colon = plain.find(':');
    if (colon == std::string_view::npos) refuse_form("a part has an invalid header");
    const std::string name = lower(trim(plain.substr(0, colon)));
    const std::string_view value = trim(plain.substr(colon + 1));
    if (name == "content-disposition") {
      read_disposition(value, head);
    } else if (name == "content-transfer-encoding") {
      const std::string encoding = lower(value);
      if (encoding != "7bit" && encoding != "8bit" && encoding != "binary") {
        refuse_form("a part is encoded");
      }
    } else if (name == "content-type" && lower(value).starts_with("multipart/")) {
      refuse_form("a part contains parts");
    }
  }
  if (!head) refuse_form("a part has no Content-Disposition");
  return std::move(*head);
}

class MultipartReader {
 public:
  MultipartReader(const Request& request, std::uint64_t most, const FileSink& take)
      : m_delimiter("\r\n--" + boundary_of(request)), m_input(request, most), m_take(take) {}

  Parameters read() {
    until_delimiter([](std::string_view) {});  // a preamble means nothing
    for (std::size_t parts = 0; !is_last(); ++parts) {
      if (parts == k_most_parts) {
        throw Refusal("size", fmt::format("the form has more than {} parts", k_most_parts));
      }
      read_part();
    }
    return std::move(m_fields);
  }

 private:
  /// Passes on everything up to the next delimiter, which is consumed.
  template <typename Take>
  void until_delimiter(Take&& take) {
    for (;;) {
      const auto found = m_buffer.find(m_delimiter);
      const std::size_t size =
          found != std::string::npos
              ? found
              : m_buffer.size() - std::min(m_buffer.size(), m_delimiter.size());
      if (size > 0) take(std::string_view(m_buffer).substr(0, size));
      m_buffer.erase(0, size);
      if (found != std::string::npos) break;
      m_input.fill(m_buffer);
    }
    m_buffer.erase(0, m_delimiter.size());
  }

  void need(std::size_t size) {
    while (m_buffer.size() < size) m_input.fill(m_buffer);
  }

  /// Reads the rest of a delimiter's line. @returns whether it ends the form
  bool is_last() {
    need(2);
    if (m_buffer.starts_with("--")) return true;
    while (m_buffer.front() == ' ' || m_buffer.front() == '\t') {
      m_buffer.erase(0, 1);
      need(2);
    }
    if (!m_buffer.starts_with("\r\n")) refuse_form("its boundary is followed by other text");
    return false;
  }

  /// The buffer begins with the line end before the header, so that an empty one ends as any other.
  Head read_head() {
    constexpr std::string_view k_end = "\r\n\r\n";
    for (;;) {
      const auto end = m_buffer.find(k_end);
      // An end that has not arrived yet may have begun.
      const std::size_t size = end != std::string::npos
                                   ? end
                                   : m_buffer.size() - std::min(m_buffer.size(), k_end.size() - 1);
      if (size > k_longest_head) refuse_form("the header of a part is too long");
      if (end != std::string::npos) {
        Head head = parse_head(std::string_view(m_buffer).substr(0, end));
        // The line end stays: a delimiter may follow at once.
        m_buffer.erase(0, end + k_end.size() - 2);
        return head;
      }
      m_input.fill(m_buffer);
    }
  }

  void read_part() {
    const Head head = read_head();
    bool begins = true;
    const auto without_line_end = [&](std::string_view piece) {
      if (std::exchange(begins, false)) piece.remove_prefix(2);
      return piece;
    };
    need(m_delimiter.size() + 2);
    if (head.filename) {
      read_file(FilePart{.name = head.name, .filename = *head.filename}, without_line_end);
    } else {
      read_field(head.name, without_line_end);
    }
  }

  template <typename Strip>
  void read_file(const FilePart& part, const Strip& strip) {
    until_delimiter([&](std::string_view piece) {
      const std::string_view bytes = strip(piece);
      if (bytes.empty()) return;
      if (part.filename.empty()) refuse_form("a file has no name");
      m_take(part, bytes);
    });
    // A browser sends a nameless, empty file if none was chosen.
    if (!part.filename.empty()) m_take(part, {});
  }

  template <typename Strip>
  void read_field(const std::string& name, const Strip& strip) {
    std::string value;
    count(name.size());
    until_delimiter([&](std::string_view piece) {
      const std::string_view bytes = strip(piece);
      count(bytes.size());
      value += bytes;
    });
    m_fields.add(name, checked_text(std::move(value)));
  }

  void count(std::size_t size) {
    m_of_fields += size;
    if (m_of_fields > k_most_of_fields) {
      throw Refusal(
          "size", fmt::format("the fields of the form are longer than {} bytes", k_most_of_fields));
    }
  }

  std::string m_delimiter;
  Input m_input;
  const FileSink& m_take;
  std::string m_buffer = "\r\n";  ///< ahead of the body: a delimiter may begin it
  Parameters m_fields;
  std::size_t m_of_fields = 0;
};

}  // namespace

Parameters read_multipart(const Request& request, std::uint64_t most_bytes, const FileSink& take) {
  return MultipartReader(request, most_bytes, take).read();
}

}  // namespace upkeep::web
