# SPDX-License-Identifier: MIT
# Patches for a demonstration, in the format of `pmt-patch export --format jsonl`: what a support team has done in a
# year, up to today. COUNT decides what they are; only their dates are of today.
# Usage: awk -v count=COUNT -f demo-patches.awk
BEGIN {
  srand(7)
  now = systime()
  fill(platforms, "4.0.0 4.2.0 4.4.0")
  fill(people, "anna anna ben carla dora emil")
  fill(testers, "ben ben quinn")
  fill(clients, "Acme|Globex|Initech|Umbrella|Müller & Söhne|O'Neil Bank|Stark Industries|Wayne Enterprises", "|")
  fill(products, "ESB 4.8.1|ESB 4.9.0|AM 1.6.0|AM 1.10.0|IS 5.0.0|IS 5.1.0|DSS 3.2.2|GREG 4.6.0", "|")
  fill(faults, "NullPointerException|Deadlock|Memory leak|Connection leak|Wrong answer|Time-out|Login loop|Lost message", "|")
  fill(parts, "synapse-core|axis2-transport-http|carbon.core|identity.oauth|apimgt.gateway|dataservices.core|registry.indexing|mediation.initializer", "|")
  fill(causes, "after a restart of a cluster node|when two users log in at once|with a payload above 1 MB|if the back end closes the connection|when the tenant was unloaded|with a certificate of two names|after 24 hours under load|when a header is missing", "|")
  fill(checklist, "Verified patch zip file format|Verified README|Verified EULA|Reviewed the automated tests provided for the patch|Reviewed info given on public/support commits|Verified the existance of previous patches in the test environment|Auotmated tests framework run on test environment|Checked md5 checksum for jars for hosted and tested|Patch was signed|JIRA was marked resolved", "|")
  for (i = 1; i <= count; ++i) print patch(i)
}

function fill(list, words, separator,    n, i, found) {
  n = split(words, found, separator == "" ? " " : separator)
  list[0] = n
  for (i = 1; i <= n; ++i) list[i] = found[i]
}
function chance(share) { return rand() < share }
function between(low, high) { return low + int(rand() * (high - low + 1)) }
function any(list) { return list[between(1, list[0])] }
function stamp(time) { return strftime("%Y-%m-%dT%H:%M:%SZ", time, 1) }
function day(time) { return strftime("%Y-%m-%d", time, 1) }
# A text has neither quotes nor backslashes.
function text(value) { return "\"" value "\"" }
function field(key, value) { fields = fields (fields == "" ? "" : ",") text(key) ":" value }

function record(actor, action, rest) {
  history = history (history == "" ? "" : ",") "{\"at\":" text(stamp(at)) ",\"actor\":" text(actor) \
    ",\"via\":\"pmt-lifecycle\",\"action\":" text(action) rest "}"
}
function change(key, from, to) { return ",\"changes\":[{\"key\":" text(key) ",\"from\":" from ",\"to\":" to "}]" }
function move(actor, event, target) {
  at += between(2, 90) * 3600
  if (at > now) at = now - between(1, 50) * 60
  record(actor, "move", ",\"time_s\":" between(1, 40) * 900 change(event, text(state), text(target)))
  state = target
  since = at
}

# The age decides how far it has come.
function patch(i,    platform, number, name, created, client, product, part, developer, tester, category, released, goal, j) {
  platform = any(platforms)
  number = ++numbers[platform]
  name = sprintf("WSO2-CARBON-PATCH-%s-%04d", platform, number)
  created = since = at = now - int((count - i + rand()) * 365 * 86400 / count) - 3600
  client = any(clients); product = any(products); part = any(parts)
  developer = any(people); tester = any(testers)
  category = chance(0.12) ? "critical" : chance(0.1) ? "ported" : "normal"
  goal = at < now - 60 * 86400 ? (chance(0.92) ? 4 : between(0, 3)) : between(0, 4)
  fields = history = released = ""
  state = "Development"
  record(developer, "create", ",\"changes\":[{\"key\":\"lifecycle\",\"from\":null,\"to\":\"PatchLifeCycle\"}," \
    "{\"key\":\"state\",\"from\":null,\"to\":\"Development\"}]")
  field("overview_name", text(name))
  field("overview_products", "[" text(product) "]")
  field("overview_carbonPlatform", text(platform))
  field("overview_category", text(category))
  field("overview_client", "[" text(client) "]")
  field("overview_priority", text(between(1, 5)))
  field("overview_description", text(any(faults) " in " part " " any(causes)))
  field("peopleInvolved_developedby", text(developer))
  field("peopleInvolved_lead", text("carla"))
  field("peopleInvolved_qaedby", text(tester))
  field("dates_developmentStartedOn", text(day(at)))
  field("jiraInformation_supportJIRA", "[" text("SUPPORT-" 1000 + i) "]")
  field("patchInformation_jarsInvolved", "[" text("org.example." part "_" platform ".jar") "]")
  if (chance(0.4)) record(developer, "eta", change("Development", "null", "\"28800/57600/144000\""))
  if (goal > 0) {
    field("jiraInformation_publicJIRA", "[" text("https://issues.example.org/browse/CARBON-" 14000 + i) "]")
    field("patchInformation_revision", text(180000 + i))
    move(developer, "Promote", "ReadyForQA")
  } else if (chance(0.15)) {
    move(developer, "OnHold", "OnHold")
  }
  if (goal > 1) {
    move(tester, "Promote", "Testing")
    field("dates_qaStartedOn", text(day(at)))
  }
  if (goal > 2) {
    for (j = 1; j <= checklist[0]; ++j) {
      if (goal > 3 || chance(0.7)) record(tester, "tick", change(checklist[j], "false", "true"))
    }
  }
  if (goal > 3) {
    if (chance(0.06)) {
      move(tester, "Demote", "FailedQA")
    } else {
      move(tester, "Promote", "Released")
      field("dates_releasedOn", text(day(at)))
      released = ",\"released_at\":" text(stamp(at))
    }
  }
  return "{\"patch\":" text(name) ",\"platform\":" text(platform) ",\"number\":" number ",\"category\":" \
    text(category) ",\"created_by\":" text(developer) ",\"created_at\":" text(stamp(created)) released \
    ",\"lifecycle\":\"PatchLifeCycle\",\"lifecycle_version\":1,\"state\":" text(state) ",\"state_since\":" \
    text(stamp(since)) ",\"fields\":{" fields "},\"links\":[],\"history\":[" history "]}"
}
