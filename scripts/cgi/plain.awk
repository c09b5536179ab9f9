# SPDX-License-Identifier: MIT
# awk -f plain.awk texts.tsv RECORD: one published record (tsv) as a page without scripts. Everything that is not ours
# is escaped. Columns: workspace state percent position eta_s step start_s reference poll_s as_of

function escape(text) {
  gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text); gsub(/"/, "\\&quot;", text)
  return text
}
function fill(text, name, value,   at) {  # not sub(): & means something there
  at = index(text, "{" name "}")
  return at ? substr(text, 1, at - 1) value substr(text, at + length(name) + 2) : text
}
function duration(seconds,   minutes, hours) {
  minutes = int(seconds / 60 + 0.5); hours = int(seconds / 3600 + 0.5)
  if (seconds < 50) return say["time.0"]
  if (minutes < 2) return say["time.1"]
  if (minutes < 55) return fill(say["time.n"], "n", minutes)
  return hours < 2 ? say["time.hour"] : fill(say["time.hours"], "n", hours)
}
function paragraph(text, class) {
  if (text != "") printf "<p%s>%s</p>\n", class == "" ? "" : " class=\"" class "\"", text
}
# Which column of the texts: the address's language, else the first one of the browser's that there is.
function choose_language(   i, n, tags, tag) {
  n = split(ENVIRON["RECORD_LANG"] "," ENVIRON["ACCEPTED"], tags, ",")
  for (i = 1; i <= n; ++i) {
    tag = tolower(tags[i]); gsub(/[ ;-].*/, "", tag)
    if (tag in column) return tag
  }
  return "en"
}

BEGIN { FS = "\t" }
FILENAME != "-" && FNR == 1 { for (i = 2; i <= NF; ++i) column[$i] = i; lang = choose_language(); next }
FILENAME != "-" { say[$1] = $(column[lang]); next }
{
  workspace = $1; state = $2
  if (!(state in say)) state = "unknown"
  login = ENVIRON["UPKEEP_LOGIN"]
  login = fill(login, "workspace", workspace)
  login = fill(login, "lang", ENVIRON["RECORD_LANG"] == "" ? "en" : ENVIRON["RECORD_LANG"])
  login = escape(fill(login, "skin", ENVIRON["RECORD_SKIN"] == "" ? "neoclassic" : ENVIRON["RECORD_SKIN"]))
  active = state == "queued" || state == "running"
  if (state == "upgraded") refresh = "8; url=" login
  else if (active) refresh = $9 < 3 ? 3 : $9 + 0
  else refresh = 30
  percent = $3 + 0
  print "<!DOCTYPE html>\n<html lang=\"" lang "\">\n<head>\n<meta charset=\"utf-8\">"
  print "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">"
  print "<meta name=\"color-scheme\" content=\"light dark\">"
  if (state != "failed" && state != "pending") print "<meta http-equiv=\"refresh\" content=\"" refresh "\">"
  print "<title>" (active ? percent " % – " : "") say["title"] "</title>"
  print "<link rel=\"stylesheet\" href=\"/upkeep/page.css\">\n</head>\n<body>\n<main>"
  paragraph(escape(workspace), "workspace")
  print "<h1 id=\"said\">" say[state] "</h1>"
  if (active || state == "upgraded") {
    print "<progress max=\"100\" value=\"" percent "\" aria-labelledby=\"said\"></progress>"
    paragraph(percent " %", "percent")
  }
  if (state == "queued") {
    text = $4 == "" ? "" : $4 == 0 ? say["ahead.0"] : $4 == 1 ? say["ahead.1"] : fill(say["ahead.n"], "n", $4 + 0)
    if ($7 != "") text = text " " ($7 < 10 ? say["starts.now"] : fill(say["starts"], "time", duration($7)))
    if ($5 != "") text = text " " fill(say["ready"], "time", duration($5))
    paragraph(text)
  }
  if (state == "running") {
    paragraph($5 == "" ? "" : fill(say["left"], "time", duration($5)))
    paragraph($6 == "" ? "" : fill(say["step"], "step", escape($6)), "quiet")
  }
  if (state == "failed" && $8 != "") paragraph(fill(say["reference"], "reference", escape($8)))
  if (state == "upgraded") paragraph(say["going"])
  if (state == "upgraded" || state == "unknown")
    print "<p><a class=\"button\" href=\"" login "\" target=\"_top\">" say["login"] "</a></p>"
  if (state == "pending" || state == "failed")
    print "<form method=\"post\" action=\"request\"><button class=\"button\">" \
      say[state == "failed" ? "again" : "start"] "</button></form>"
  if (active) paragraph(say["wait"], "quiet")
  print "</main>\n</body>\n</html>"
}
