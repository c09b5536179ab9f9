# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Common to the tests of the installed packages: a private database of the account upkeep, which ends with the test. Files
# are below $work; run by hand, in a new directory that is removed at the end.
set -eu

fail() {
  echo "error: $*" >&2
  exit 1
}

# expect TEXT COMMAND...: runs it, prints its output, and fails unless a line of it contains the text.
expect() {
  text=$1
  shift
  echo "\$ $*"
  output=$("$@") || output="$output
(exit status $?)"
  printf '%s\n' "$output"
  case $output in *"$text"*) ;; *) fail "expected: $text" ;; esac
}

# as_upkeep COMMAND...: as the account that runs upgrades, which has no shell.
as_upkeep() {
  runuser -u upkeep -- env -i PATH=/usr/bin:/bin HOME="$work/home" UPKEEP_CONFIG="$work/upkeep.toml" LC_ALL=C.UTF-8 "$@"
}

sql() { as_upkeep mariadb --socket="$work/home/.local/state/upkeep/mariadb.sock" --batch --execute "$1"; }

# open_database: $work, with a database of the account upkeep.
open_database() {
  work=$(mktemp -d "${AUTOPKGTEST_TMP:-/tmp}/upkeep.XXXXXX")
  chmod 0755 "$work"
  install -d -o upkeep -m 0700 "$work/home"
  cat > "$work/upkeep.toml" << END
[workspaces]
schema = "wf_{workspace}"

[upgrade]
target = "2"
command = ["$work/upgrade", "{workspace}"]
directory = "$work"
profile = "plain"
log_dir = "/var/log/upkeep"
state_dir = "/var/lib/upkeep"

[schedule]
delay_s = 0
via = "command"
command = ["true"]

[[probe]]
version = "2"
table = "NEW"
END
  trap close_database EXIT
  as_upkeep upkeep local start
  as_upkeep upkeep init
}

close_database() {
  as_upkeep upkeep local stop || true
  rm -rf "$work"
}
