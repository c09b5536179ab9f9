# SPDX-License-Identifier: MIT
# The administrator's page: of ws-overseer's answer, the forecast and the fleet or, with LOG_OF, the end of a log.
# Forecast: queued running slots median_s finish_at. Then each workspace: workspace state percent step position eta_s
# elapsed_s run ended_at log detail. Everything that is not ours is escaped.

function escape(text) {
  gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); gsub(/"/, "\\&quot;", text)
  return text
}
function duration(seconds) {
  if (seconds == "") return ""
  if (seconds < 100) return seconds " s"
  return seconds < 5400 ? int(seconds / 60 + 0.5) " min" : sprintf("%.1f h", seconds / 3600)
}
function cell(text, number) { return "<td" (number ? " class=\"number\"" : "") ">" escape(text) "</td>" }
function name_cell(name, has_log) {
  return "<td>" (has_log == "" ? escape(name) : "<a href=\"/upkeep-admin?ws=" escape(name) "\">" escape(name) "</a>") "</td>"
}
function head(title, refresh) {
  print "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">"
  print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
  print "<meta name=\"color-scheme\" content=\"light dark\">"
  if (refresh) print "<meta http-equiv=\"refresh\" content=\"" refresh "\">"
  print "<title>" title "</title>\n<link rel=\"stylesheet\" href=\"/upkeep/page.css\">\n</head>\n<body class=\"fleet\">\n<main>"
}
function table(caption, titles, rows,   i, n, title) {
  if (rows == "") return
  n = split(titles, title, ",")
  print "<div class=\"wide\"><table>\n<caption>" caption "</caption>\n<tr>"
  for (i = 1; i <= n; ++i) print "<th scope=\"col\"" (title[i] ~ /^#/ ? " class=\"number\"" : "") ">" substr(title[i], title[i] ~ /^#/ ? 2 : 1) "</th>"
  print "</tr>\n" rows "</table></div>"
}
function picture(   i, x, share, label, parts) {
  for (i = 1; i <= states; ++i) if (count[word[i]]) label = label ", " count[word[i]] " " word[i]
  print "<svg viewBox=\"0 0 1000 20\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"" total " workspaces" label "\">"
  for (i = 1; i <= states; ++i) {
    share = total ? 1000 * count[word[i]] / total : 0
    if (share > 0 && share < 3) share = 3  # a single failure of thousands must be seen
    if (share > 0) print "<rect class=\"" word[i] "\" x=\"" int(x) "\" y=\"0\" width=\"" share + 1 "\" height=\"20\"/>"
    x += share
  }
  print "</svg>\n<p class=\"legend\">"
  for (i = 1; i <= states; ++i) if (count[word[i]])
    print "<span><b class=\"" word[i] "\" aria-hidden=\"true\">&#9632;</b> " count[word[i]] " " word[i] "</span>"
  print "</p>"
}

BEGIN {
  FS = "\t"; most = 200
  states = split("upgraded,running,queued,pending,failed,unknown", word, ",")
}
ENVIRON["LOG_OF"] != "" { log_text = log_text escape($0) "\n"; next }
NR == 1 { queued = $1; running = $2; slots = $3; median = $4; finish = $5; next }
$2 == "" { next }
{ ++total; ++count[$2] }
$2 == "running" { runs = runs "<tr>" name_cell($1, $10) cell($3 " %", 1) cell($4) cell(duration($7), 1) cell(duration($6), 1) cell($8, 1) "</tr>\n" }
$2 == "queued" { place[$5 + 0] = "<tr>" name_cell($1, $10) cell($5 + 1, 1) cell(duration($6), 1) cell($8, 1) "</tr>\n"; if ($5 + 0 > last) last = $5 + 0 }
$2 == "failed" || $2 == "unknown" {
  if (++bad <= most) wrong = wrong "<tr>" name_cell($1, $10) cell($2) cell($8, 1) cell($9) cell($11) "</tr>\n"
}
END {
  if (ENVIRON["LOG_OF"] != "") {
    head("Log of " escape(ENVIRON["LOG_OF"]), 0)
    print "<p><a href=\"/upkeep-admin\">All workspaces</a></p>\n<h1>" escape(ENVIRON["LOG_OF"]) "</h1>"
    if (ENVIRON["STATUS"] == 0) print "<p class=\"quiet\">The end of the log of its newest run.</p>\n<pre>" log_text "</pre>"
    else print "<p>" (ENVIRON["STATUS"] == 66 ? "There is no log of a run here." : "The database does not answer.") "</p>"
  } else {
    head("Upgrades", 15)
    print "<h1>Upgrades of " total + 0 " workspaces</h1>"
    if (ENVIRON["STATUS"] > 2) print "<p class=\"note\">The database does not answer.</p>"
    else {
      picture()
      print "<p>" queued " queued, " running " running, " slots + 0 " at one time" \
        (median == "" ? "" : "; one takes " duration(median)) (finish == "" || queued + running == 0 ? "" : "; all done at " escape(finish)) ".</p>"
      table("Running", "Workspace,#Percent,Step,#Since,#Left,#Run", runs)
      for (i = 0; i <= last; ++i) if (i in place && ++shown <= most) line = line place[i]
      table("Queued" (shown > most ? " (the first " most ")" : ""), "Workspace,#Place,#Done in,#Run", line)
      table("Failed or unknown" (bad > most ? " (" most " of " bad ")" : ""), "Workspace,State,#Run,Ended,Why", wrong)
    }
  }
  print "</main>\n</body>\n</html>"
}
