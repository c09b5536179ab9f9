// SPDX-License-Identifier: MIT
// The names that people and trackers use for columns, and the contents of these columns.
#include "base/regex.hpp"
#include "base/text.hpp"
#include "patch/exchange/sampled_column.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace upkeep::patch {

namespace {

struct Words {
  const char* target;
  std::vector<const char*> words;  // the most certain first
  std::size_t rank = 0;            // of the first word
};

const std::vector<Words>& usual_words() {
  static const std::vector<Words> k_words{
      {"patch", {"patch", "patchname", "patchid", "patchno"}},
      {"platform",
       {"platform",         "carbonversion",   "carbonplatform", "kernel",        "kernelversion",
        "carbon",           "platformversion", "release",        "version",       "affectsversions",
        "affectedversions", "affectedversion", "fixversions",    "targetversion", "targetmilestone",
        "milestone",        "fixversion",      "foundinversion", "foundin",       "foundinbuild",
        "targetrelease",    "productversion",  "fixedinversion"}},
      {"number", {"patchnumber", "number", "no", "num", "nr", "#"}},
      {"peopleInvolved_developedby",
       {"developer", "developedby", "dev", "developers", "engineer", "assignee", "assignedto",
        "owner", "assignees", "author", "assigneerealname"}},
      {"peopleInvolved_qaedby",
       {"qa", "qaby", "tester", "qaedby", "testedby", "verifiedby", "qacontact", "qaengineer"}},
      {"peopleInvolved_lead", {"lead", "teamlead", "projectlead"}},
      {"overview_reporter", {"reporter", "reportedby", "raisedby", "openedby", "reporterrealname"}},
      {"overview_client",
       {"client", "customer", "clients", "customers", "account", "customername"}},
      {"overview_products",
       {"products", "product", "appliesto", "productversion", "affectedproduct", "affectedproducts",
        "productname"}},
      {"overview_description",
       {"summary", "title", "subject", "shortdesc", "shortdescription", "headline", "issuetitle",
        "issuesummary", "title1", "title2", "title3", "description", "issue", "details", "fix"}},
      // Given both a title and a description, the title is the short text.
      {"documentation_notes", {"notes", "remarks", "releasenotes"}},
      {"documentation_notes", {"description", "details", "comments", "comment"}, 20},
      {"overview_priority", {"priority", "prio", "severity", "bugseverity", "sev"}},
      {"overview_issueType", {"issuetype", "type", "workitemtype", "tracker"}},
      {"overview_category", {"category", "kind"}},
      {"overview_wantedOn", {"wantedon", "duedate", "due", "deadline", "targetdate", "wanted"}},
      {"jiraInformation_supportJIRA",
       {"supportjira", "issuekey",      "jira",       "ticket",  "supportissue",
        "jiraid",      "supportticket", "key",        "bugid",   "issueid",
        "ticketid",    "issuenumber",   "id",         "number",  "#",
        "jiralink",    "issuelink",     "ticketlink", "jiraurl", "issueurl",
        "ticketurl",   "incident"}},
      {"jiraInformation_publicJIRA", {"publicjira", "publicissue"}},
      {"patchInformation_jarsInvolved", {"jarsinvolved", "jars", "jar", "jarfiles", "files"}},
      {"patchInformation_revision",
       {"revision", "svnrevision", "commit", "svn", "rev", "commitid"}},
      {"patchInformation_location", {"location", "patchlocation", "svnurl", "path", "url"}},
      {"testInformation_automationavailable",
       {"automation", "automated", "tests", "automationavailable"}},
      {"dates_releasedOn",
       {"releasedon", "released", "releasedate", "datereleased", "releaseddate", "date"}},
      {"dates_developmentStartedOn",
       {"developmentstarted", "started", "startdate", "devstart", "begin"}},
      {"dates_qaStartedOn", {"qastarted", "qastart", "qadate"}},
      {"created_at",
       {"createdat", "created", "createdon", "createddate", "datecreated", "opendate", "opened",
        "openedon", "submitted", "datesubmitted", "submittedon", "openedat", "createdatutc"}},
      {"created_by", {"createdby", "creator"}},
      {"state", {"state", "status", "bugstatus", "issuestatus"}},
      {"lifecycle", {"lifecycle"}},
  };
  return k_words;
}

}  // namespace

std::string normal_header(const std::string& header) {
  static const Regex custom("(?i)custom fields?\\s*\\((.*)\\)");
  const std::string inner = custom.matches(header) ? custom.groups(header)->at(1) : header;
  std::string out;
  for (const char c : lower(inner)) {
    const bool other = (static_cast<unsigned char>(c) & 0x80U) != 0;
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || other) out += c;
  }
  // `#` stands for a number, and is the whole header of some trackers' numbers.
  return out.empty() ? std::string(trim(inner)) : out;
}

std::vector<HeaderGuess> guess_header(const std::string& header) {
  const std::string word = normal_header(header);
  std::vector<HeaderGuess> guesses;
  for (const auto& [target, words, rank] : usual_words()) {
    const auto found = std::find(words.begin(), words.end(), word);
    if (found == words.end()) continue;
    guesses.push_back({target, rank + static_cast<std::size_t>(found - words.begin())});
  }
  std::stable_sort(guesses.begin(), guesses.end(),
                   [](const auto& a, const auto& b) { return a.rank < b.rank; });
  return guesses;
}

bool is_no_field(const std::string& header) {
  static const std::set<std::string> k_words{"project",
                                             "projectname",
                                             "projectkey",
                                             "projecttype",
                                             "projectdescription",
                                             "projecturl",
                                             "component",
                                             "components",
                                             "resolution",
                                             "updated",
                                             "updatedat",
                                             "lastviewed",
                                             "resolved",
                                             "resolvedat",
                                             "labels",
                                             "tags",
                                             "votes",
                                             "watchers",
                                             "watchersid",
                                             "environment",
                                             "attachment",
                                             "attachments",
                                             "worklog",
                                             "logwork",
                                             "timespent",
                                             "spenttime",
                                             "estimation",
                                             "originalestimate",
                                             "remainingestimate",
                                             "workratio",
                                             "securitylevel",
                                             "changed",
                                             "changeddate",
                                             "areapath",
                                             "iterationpath",
                                             "areaid",
                                             "subsystem",
                                             "statereason",
                                             "closed",
                                             "closedat",
                                             "closeddate",
                                             "opsys",
                                             "os",
                                             "hardware",
                                             "repplatform",
                                             "statuscategory",
                                             "parent",
                                             "parentid",
                                             "parentsummary",
                                             "sprint",
                                             "epiclink",
                                             "epicname",
                                             "storypoints",
                                             "rank",
                                             "watcher",
                                             "assigneeid",
                                             "reporterid",
                                             "creatorid",
                                             "resolver",
                                             "updater",
                                             "fixedinbuild",
                                             "keywords",
                                             "whiteboard",
                                             "isdraft",
                                             "ispinned",
                                             "reactiongroups",
                                             "body",
                                             "projectitems",
                                             "projectcards",
                                             "links",
                                             "projectid",
                                             "weight",
                                             "confidential",
                                             "relatedissues",
                                             "private",
                                             "reproducibility",
                                             "viewstatus",
                                             "osversion"};
  return k_words.contains(normal_header(header));
}

std::string guess_priority(const std::string& word) {
  static const std::map<std::string, std::string> k_words{
      {"blocker", "1"},     {"showstopper", "1"}, {"highest", "1"},  {"urgent", "1"},
      {"immediate", "1"},   {"critical", "2"},    {"high", "2"},     {"important", "2"},
      {"major", "3"},       {"medium", "3"},      {"moderate", "3"}, {"normal", "4"},
      {"low", "4"},         {"minor", "4"},       {"trivial", "5"},  {"lowest", "5"},
      {"enhancement", "5"}, {"cosmetic", "5"}};
  static const Regex number("(?i)(?:p|prio|priority|sev|severity|s)?[- ]?([1-5])(?:\\s*[-:(].*)?");
  if (number.matches(word)) return number.groups(word)->at(1);
  const auto found = k_words.find(normal_header(word));
  return found == k_words.end() ? std::string() : found->second;
}

std::vector<std::string> guess_states(const std::string& word) {
  static const std::vector<std::pair<std::vector<const char*>, std::vector<std::string>>> k_states{
      {{"todo",
        "open",
        "new",
        "backlog",
        "reopened",
        "unconfirmed",
        "confirmed",
        "submitted",
        "proposed",
        "planned",
        "selectedfordevelopment",
        "inprogress",
        "active",
        "assigned",
        "accepted",
        "approved",
        "committed",
        "doing",
        "started",
        "fixing",
        "indevelopment",
        "development",
        "tobediscussed",
        "waitingforsupport"},
       {"Development"}},
      {{"inreview", "codereview", "review", "readyforqa", "readyfortesting", "readyfortest",
        "resolved", "fixed", "toverify", "pendingqa", "awaitingqa"},
       {"ReadyForQA", "Testing"}},
      {{"testing", "inqa", "qa", "intest", "intesting", "verifying", "undertest", "validation"},
       {"Testing", "ReadyForQA"}},
      {{"failedqa", "qafailed", "failed", "testfailed"}, {"FailedQA", "Development"}},
      {{"onhold", "blocked", "waiting", "paused", "suspended", "waitingforcustomer", "deferred",
        "feedback"},
       {"OnHold"}},
      {{"done", "closed", "released", "complete", "completed", "shipped", "verified", "delivered",
        "merged", "published"},
       {"Released"}},
      {{"regression", "regressed"}, {"Regression"}},
      {{"broken"}, {"Broken"}},
  };
  const std::string normal = normal_header(word);
  for (const auto& [words, states] : k_states) {
    if (std::find(words.begin(), words.end(), normal) != words.end()) return states;
  }
  return {};
}

}  // namespace upkeep::patch
