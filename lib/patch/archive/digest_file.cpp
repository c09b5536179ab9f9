// SPDX-License-Identifier: MIT
#include "patch/archive/digest_file.hpp"

#include "base/encoding.hpp"
#include "base/error.hpp"
#include "base/regex.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <utility>

namespace upkeep::patch::archive {

namespace {

constexpr std::size_t k_most_digits = 128;

/// `SHA2-256`, `sha256`, `RMD160` -> `SHA256`, `SHA256`, `RIPEMD160`; empty if unknown.
std::string algorithm_called(std::string_view name) {
  static const std::map<std::string, std::string> k_names{
      {"md5", "MD5"},          {"sha1", "SHA1"},           {"sha", "SHA1"},
      {"rmd160", "RIPEMD160"}, {"ripemd160", "RIPEMD160"}, {"sha224", "SHA224"},
      {"sha256", "SHA256"},    {"sha384", "SHA384"},       {"sha512", "SHA512"},
      {"sha2224", "SHA224"},   {"sha2256", "SHA256"},      {"sha2384", "SHA384"},
      {"sha2512", "SHA512"}};
  std::string plain;
  for (const char c : name) {
    if (c != '-' && c != '_') plain += c;
  }
  const auto found = k_names.find(lower(plain));
  return found == k_names.end() ? std::string() : found->second;
}

std::string algorithm_of(std::size_t digits, const std::string& assumed) {
  switch (digits) {
    case 32:
      return "MD5";
    case 40:
      return assumed == "RIPEMD160" ? assumed : "SHA1";
    case 56:
      return "SHA224";
    case 64:
      return "SHA256";
    case 96:
      return "SHA384";
    case k_most_digits:
      return "SHA512";
    default:
      return {};
  }
}

bool is_hex(char c) {
  return std::isxdigit(static_cast<unsigned char>(c)) != 0;
}

/// Removes blanks and colons between groups of digits; nullopt if there is anything else. A group
/// has at least two digits, so that no word of prose is one.
std::optional<std::string> digits_of(std::string_view text) {
  std::string digits;
  std::size_t group = 0;
  for (const char c : text) {
    if (is_hex(c)) {
      digits += c;
      ++group;
    } else if (c == ' ' || c == '\t' || c == ':') {
      if (group == 1) return std::nullopt;
      group = 0;
    } else {
      return std::nullopt;
    }
  }
  if (digits.empty() || group == 1) return std::nullopt;
  return lower(digits);
}

/// As escaped by coreutils: `\\` and `\n`.
std::string unescaped(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) {
      ++i;
      out += name[i] == 'n' ? '\n' : name[i];
    } else {
      out += name[i];
    }
  }
  return out;
}

class DigestFileReader {
 public:
  explicit DigestFileReader(std::string assumed) : m_assumed(std::move(assumed)) {}

  void take(std::string_view line) {
    if (take_more(line)) return;
    finish();
    if (trim(line).empty()) return;
    if (take_coreutils(line) || take_tagged(line) || take_colons(line) || take_table(line)) return;
    take_groups(line);
  }
  std::vector<FileDigest> result() {
    finish();
    return std::move(m_found);
  }

 private:
  void add(std::string file, const std::string& algorithm, std::string_view digits) {
    const std::string by_length = algorithm_of(digits.size(), m_assumed);
    if (by_length.empty()) return;
    const bool fits = algorithm.empty() || algorithm_of(digits.size(), algorithm) == algorithm;
    if (!fits) return;
    m_found.push_back({std::move(file), algorithm.empty() ? by_length : algorithm, lower(digits)});
  }

  /// `DIGITS  NAME`, `DIGITS *NAME`; a line whose name has a backslash or a line break starts with
  /// `\`.
  bool take_coreutils(std::string_view line) {
    static const Regex k_line("^\\s*(\\\\?)([0-9A-Fa-f]{32,128})(?:[ \\t]+[*]?(.*?))?\\s*$");
    const auto groups = k_line.groups(line);
    if (!groups || algorithm_of(groups->at(2).size(), m_assumed).empty()) return false;
    std::string name = groups->at(3);
    if (digits_of(name)) return false;
    if (!groups->at(1).empty()) name = unescaped(name);
    add(name.empty() ? heading() : name, {}, groups->at(2));
    return true;
  }
  /// `SHA256 (NAME) = DIGITS`, `SHA2-256(NAME)= DI:GI:TS`.
  bool take_tagged(std::string_view line) {
    static const Regex k_line("^\\s*([A-Za-z0-9_-]+) ?\\((.*)\\) ?= ?([0-9A-Fa-f:]+)\\s*$");
    const auto groups = k_line.groups(line);
    if (!groups) return false;
    const auto digits = digits_of(groups->at(3));
    const std::string algorithm = algorithm_called(groups->at(1));
    if (digits && !algorithm.empty()) add(groups->at(2), algorithm, *digits);
    return true;
  }
  /// `NAME:8:DIGITS:`, with OpenPGP's number of the algorithm.
  bool take_colons(std::string_view line) {
    static const Regex k_line("^(.*):([0-9]{1,2}):([0-9A-Fa-f]+):\\s*$");
    const auto groups = k_line.groups(line);
    if (!groups) return false;
    static const std::map<std::string, std::string> k_numbers{
        {"1", "MD5"},    {"2", "SHA1"},    {"3", "RIPEMD160"}, {"8", "SHA256"},
        {"9", "SHA384"}, {"10", "SHA512"}, {"11", "SHA224"}};
    const auto algorithm = k_numbers.find(groups->at(2));
    if (algorithm == k_numbers.end()) return false;
    add(groups->at(1), algorithm->second, groups->at(3));
    return true;
  }
  /// `SHA256          DIGITS    PATH`, a row of Get-FileHash.
  bool take_table(std::string_view line) {
    static const Regex k_line(
        "^\\s*([A-Za-z0-9-]+)[ \\t]+([0-9A-Fa-f]{32,128})(?:[ \\t]+(.*?))?\\s*$");
    const auto groups = k_line.groups(line);
    if (!groups || algorithm_called(groups->at(1)).empty()) return false;
    const bool cut = groups->at(3).ends_with("...") || groups->at(3).ends_with("\xE2\x80\xA6");
    add(cut ? std::string() : groups->at(3), algorithm_called(groups->at(1)), groups->at(2));
    return true;
  }

  /// `NAME: DIGITS ...`, `NAME:    MD5 = DI GI TS ...`, with more digits on the following lines; a
  /// long name has its own line.
  void take_groups(std::string_view line) {
    std::string_view rest = line;
    std::string algorithm;
    if (const auto label = rest.rfind(" = "); label != std::string_view::npos) {
      const std::string_view before = rest.substr(0, label);
      const auto word = before.find_last_of(" \t:");
      const std::string_view name = before.substr(word == std::string_view::npos ? 0 : word + 1);
      algorithm = algorithm_called(name);
      const auto digits = digits_of(rest.substr(label + 3));
      if (!algorithm.empty() && digits) {
        start(before.substr(0, before.size() - name.size()), algorithm, *digits);
        return;
      }
      algorithm.clear();
    }
    if (const auto digits = digits_of(trim(rest));
        digits && rest.find(':') == std::string_view::npos) {
      start({}, {}, *digits);
      return;
    }
    for (auto colon = rest.find(':'); colon != std::string_view::npos;
         colon = rest.find(':', colon + 1)) {
      const std::string_view behind = trim(rest.substr(colon + 1));
      if (behind.empty()) {
        head(rest.substr(0, colon));
        return;
      }
      const auto digits = digits_of(behind);
      if (behind.find(':') == std::string_view::npos && digits) {
        start(rest.substr(0, colon + 1), {}, *digits);
        return;
      }
    }
  }
  /// A line with a name whose digits follow.
  void head(std::string_view text) {
    static const Regex k_windows("^([A-Za-z0-9]+) hash of (?:file )?(.*)$");
    m_heading = trim(text);
    if (const auto groups = k_windows.groups(text)) m_heading = groups->at(2);
  }
  std::string heading() { return std::exchange(m_heading, {}); }
  void start(std::string_view file, std::string algorithm, std::string digits) {
    file = trim(file);
    if (file.ends_with(':')) file.remove_suffix(1);
    m_file = file.empty() ? heading() : std::string(trim(file));
    static const std::array<std::string_view, 3> k_labels{"hash", "digest", "checksum"};
    const std::string plain = lower(m_file);
    if (std::find(k_labels.begin(), k_labels.end(), plain) != k_labels.end()) m_file.clear();
    if (algorithm.empty()) {
      if (const std::string named = algorithm_called(m_file); !named.empty()) {
        algorithm = named;
        m_file.clear();
      }
    }
    m_algorithm = std::move(algorithm);
    m_digits = std::move(digits);
  }
  /// Continuation lines of digits.
  bool take_more(std::string_view line) {
    if (m_digits.empty() || line.empty() || (line.front() != ' ' && line.front() != '\t'))
      return false;
    const auto more = digits_of(trim(line));
    if (!more || m_digits.size() + more->size() > k_most_digits) return false;
    m_digits += *more;
    return true;
  }
  void finish() {
    if (!m_digits.empty()) add(std::move(m_file), m_algorithm, m_digits);
    m_digits.clear();
    m_file.clear();
    m_algorithm.clear();
  }

  std::string m_assumed;
  std::vector<FileDigest> m_found;
  std::string m_file, m_algorithm, m_digits;  // the digest being read
  std::string m_heading;                      // a name whose digits follow
};

std::string as_utf8(std::string_view text) {
  try {
    if (text.starts_with("\xFF\xFE")) return to_utf8(text.substr(2), "UTF-16LE");
    if (text.starts_with("\xFE\xFF")) return to_utf8(text.substr(2), "UTF-16BE");
  } catch (const DataError&) {  // NOLINT(bugprone-empty-catch): read without conversion
  }
  return std::string(without_bom(text));
}

/// The part that is signed by a clear-text signature; the whole text if there is none.
std::string_view signed_part(std::string_view text) {
  const auto begin = text.find("-----BEGIN PGP SIGNED MESSAGE-----");
  if (begin == std::string_view::npos) return text;
  const auto end = text.find("-----BEGIN PGP SIGNATURE-----", begin);
  return text.substr(begin, end == std::string_view::npos ? end : end - begin);
}

}  // namespace

std::vector<FileDigest> parse_digest_file(std::string_view text, const std::string& assumed) {
  const std::string plain = as_utf8(text);
  DigestFileReader reader(assumed);
  for (std::string line : split(signed_part(plain), '\n')) {
    while (line.ends_with('\r')) line.pop_back();
    if (line.starts_with("- ")) line.erase(0, 2);  // escaped in clear-text signatures
    reader.take(line);
  }
  return reader.result();
}

}  // namespace upkeep::patch::archive
