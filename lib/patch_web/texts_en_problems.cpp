// SPDX-License-Identifier: MIT
// The pages about problems in English.
#include "patch_web/texts.hpp"
#include "web/refusal.hpp"

namespace upkeep::patch_web {

namespace {

/// As the problem documents of the API say.
std::string title_of(std::string_view word) {
  return std::string(web::problem_kind(word).title);
}

}  // namespace

std::vector<ProblemText> english_problems() {
  return {
      {"refused", title_of("refused"),
       "The request is well formed, but a rule of the registry or of the lifecycle stands against "
       "it: an item is not ticked, a field is empty, a vote is missing.",
       "Each reason says what is missing and who may supply it. When nothing is missing any more, "
       "send it again."},
      {"conflict", title_of("conflict"),
       "The patch has changed since the page was opened: it has moved, or someone has changed a "
       "field that you changed as well. Nothing was written.",
       "The page shows both values and what you typed. Choose, and send it again."},
      {"unknown", title_of("unknown"),
       "There is no patch, request, lifecycle, report or address of that name.",
       "Check the spelling. The search box finds patches by number, JIRA key, jar and words."},
      {"request", title_of("request"),
       "The address, the query or the form cannot be read: a parameter is missing, unknown or "
       "malformed.",
       "The message names the parameter. A selector is described in upkeep-select(7)."},
      {"value", title_of("value"),
       "A value is not one that its field accepts: not in its pick list, not a date, not a "
       "duration, not matching its pattern.",
       "The message beside the field says what it accepts."},
      {"away", title_of("away"),
       "The database or another service that the request needs does not answer.",
       "Try again in a few seconds. If it lasts, tell those who run this site: 'upkeep doctor' "
       "shows what is missing."},
      {"busy", title_of("busy"),
       "Another request holds what this one needs, or too many run at once. Nothing was written.",
       "Send the same again in a few seconds. It happens once, however often it is sent."},
      {"unsure", title_of("unsure"),
       "The connection was lost while the change was being written. It is there completely, or "
       "not at all.",
       "Look at the patch, or send the same form again: it happens once, however often it is "
       "sent."},
      {"read-only", title_of("read-only"),
       "Changes are switched off, for example during maintenance. Everything can be read.",
       "Wait until changes are switched on again."},
      {"internal", title_of("internal"),
       "The program has met a situation that it does not handle. Nothing was written by this "
       "request.",
       "Report it to those who run this site, with the id of the request: the log has the "
       "details."},
      {"configuration", title_of("configuration"),
       "The configuration of this site is missing or not valid, so that the request cannot be "
       "served.",
       "Those who run this site find the reason in the log and with 'upkeep doctor'."},
      {"role", title_of("role"), "This needs a role that you do not have.",
       "The message says who has it. The page about you lists what you may do, and who may do "
       "the rest."},
      {"token", title_of("token"),
       "A form is valid for two days after its page was opened, and only for the person who opened "
       "it. Nothing was written.",
       "What you typed is still there. Check it and send it again."},
      {"site", title_of("site"),
       "The request was sent by a page of another site. Such requests never change anything here.",
       "Open the page here and send its form. Behind a proxy, [web.patches] url must give the "
       "public address."},
      {"account", title_of("account"),
       "The web server did not say who you are, or named an account that may not act here.",
       "Log in again. If that does not help, tell those who run this site: upkeep.toml(5) explains "
       "[web.patches] user and [patch] trusted."},
      {"method", title_of("method"), "The address exists, but does not support this HTTP method.",
       "The header Allow of the answer lists the methods that it supports."},
      {"accept", title_of("accept"),
       "The address cannot answer in any of the formats that the header Accept allows.",
       "Leave the header out, or accept application/json."},
      {"size", title_of("size"),
       "The body, or an archive in it, is larger than this site accepts, or has too many fields.",
       "Send less at once. [web.patches] max_upload_mb limits archives."},
      {"length", title_of("length"), "The address is longer than 2,000 characters.",
       "Use a shorter selector."},
      {"type", title_of("type"),
       "The body is not of a type that the address reads: forms are sent by pages, the API reads "
       "application/json.",
       "Set the header Content-Type."},
      {"precondition", title_of("precondition"),
       "A change of fields must say which values it is based on, so that it does not overwrite "
       "what someone else has written.",
       "Send the values that you have seen as 'was', or the header If-Match."},
  };
}

}  // namespace upkeep::patch_web
