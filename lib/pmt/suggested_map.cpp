// SPDX-License-Identifier: MIT
#include "base/text.hpp"
#include "base/value.hpp"
#include "pmt/import_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace upkeep::pmt {

namespace {

/// Letters and digits alone, in lower case.
std::string normal(const std::string& text) {
  std::string out;
  for (const char c : lower(text)) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) out += c;
  }
  return out;
}

/// What people head such columns with.
const std::map<std::string, std::string>& usual_words() {
  static const std::map<std::string, std::string> k_words = [] {
    const std::pair<const char*, std::vector<const char*>> targets[] = {
        {"patch", {"patch", "patchname", "patchid", "patchno"}},
        {"platform",
         {"platform", "carbonversion", "carbonplatform", "kernel", "kernelversion", "carbon",
          "platformversion", "release"}},
        {"number", {"number", "no", "patchnumber", "num", "nr"}},
        {"peopleInvolved_developedby",
         {"dev", "developer", "developedby", "engineer", "author", "developers", "owner",
          "assignee"}},
        {"peopleInvolved_qaedby", {"qa", "qaby", "tester", "qaedby", "testedby", "verifiedby"}},
        {"peopleInvolved_lead", {"lead", "teamlead"}},
        {"overview_client", {"client", "customer", "clients", "customers", "account"}},
        {"overview_products", {"product", "products", "appliesto", "productversion"}},
        {"overview_description",
         {"description", "summary", "issue", "details", "fix", "title", "comment"}},
        {"overview_priority", {"priority", "prio", "severity"}},
        {"overview_issueType", {"issuetype", "type"}},
        {"overview_category", {"category", "kind"}},
        {"jiraInformation_supportJIRA",
         {"supportjira", "jira", "ticket", "supportissue", "jiraid", "supportticket"}},
        {"jiraInformation_publicJIRA", {"publicjira", "publicissue"}},
        {"patchInformation_jarsInvolved", {"jars", "jar", "jarsinvolved", "files", "jarfiles"}},
        {"patchInformation_revision",
         {"revision", "svnrevision", "commit", "svn", "rev", "commitid"}},
        {"patchInformation_location", {"location", "patchlocation", "url", "svnurl", "path"}},
        {"testInformation_automationavailable",
         {"automation", "automated", "tests", "automationavailable"}},
        {"dates_releasedOn", {"released", "releasedate", "releasedon", "datereleased", "date"}},
        {"dates_developmentStartedOn",
         {"started", "startdate", "devstart", "developmentstarted", "begin"}},
        {"dates_qaStartedOn", {"qastart", "qastarted", "qadate"}},
        {"state", {"state", "status"}},
        {"documentation_notes", {"notes", "remarks", "comments"}},
    };
    std::map<std::string, std::string> words;
    for (const auto& [target, spellings] : targets) {
      for (const char* one : spellings) words[one] = target;
    }
    return words;
  }();
  return k_words;
}

class Guess {
 public:
  explicit Guess(const ArtifactType& type) : m_type(type) {
    for (const Field& field : type.fields()) {
      m_exact.emplace(normal(field.key), field.key);
      m_exact.emplace(normal(field.table + field.name), field.key);
      m_exact.emplace(normal(field.name), field.key);
    }
  }

  std::string of(const std::string& header) const {
    const std::string word = normal(header);
    if (word.empty()) return {};
    if (const auto usual = usual_words().find(word); usual != usual_words().end()) {
      const auto& targets = row_targets();
      const bool row = std::find(targets.begin(), targets.end(), usual->second) != targets.end();
      if (row || m_type.find(usual->second) != nullptr) return usual->second;
    }
    if (const auto exact = m_exact.find(word); exact != m_exact.end()) return exact->second;
    std::vector<std::string> spellings;
    for (const auto& [spelling, key] : m_exact) spellings.push_back(spelling);
    constexpr std::size_t k_long_enough = 5;
    if (word.size() < k_long_enough) return {};
    const auto near = nearest(word, spellings);
    return near ? m_exact.at(*near) : std::string();
  }

 private:
  const ArtifactType& m_type;
  std::map<std::string, std::string> m_exact;
};

std::string toml_text(const std::string& text) {
  return to_json(Value(text));  // a TOML basic string is a JSON string
}

}  // namespace

std::string suggested_map(const std::vector<std::string>& headers, const std::string& file,
                          const ArtifactType& type, const config::Patch&) {
  const Guess guess(type);
  std::string out = fmt::format(
      "# Draft of a map for {}; look at every line, then:\n"
      "#   pmt-patch import --map THIS {} --dry-run\n"
      "blank = [\"-\", \"N/A\", \"n/a\"]\n\n[columns]\n",
      printable(file), printable(file));
  std::set<std::string> used;
  std::vector<std::string> several;
  for (const std::string& header : headers) {
    std::string target = guess.of(header);
    const Field* field = type.find(target);
    const bool taken =
        !target.empty() && used.contains(target) && (field == nullptr || !field->unbounded);
    if (taken) target.clear();
    out += fmt::format(
        "{} = {}{}\n", toml_text(std::string(trim(header))), toml_text(target),
        target.empty() ? (taken ? "  # its likely field is taken" : "  # ignored") : "");
    if (!target.empty() && used.insert(target).second && field != nullptr && field->unbounded) {
      several.push_back(target);
    }
  }
  if (!used.contains("platform") && !used.contains("patch")) {
    out += "\n[defaults]\n# platform = \"4.4.0\"  # no column looks like one\n";
  }
  if (!several.empty()) {
    out += "\n[split]\n";
    for (const std::string& key : several) out += fmt::format("{} = \",\"\n", key);
  }
  out += "\n[dates]\nformats = [\"%d/%m/%Y\", \"%Y-%m-%d\"]\nunreadable = \"reject\"\n";
  return out;
}

}  // namespace upkeep::pmt
