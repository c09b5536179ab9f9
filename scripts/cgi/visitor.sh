# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# What the CGI programs share. A value from outside is matched here, passed on as data, and judged by the tools.
set -u
export LC_ALL=C

# head STATUS [HEADER...]
head() {
  printf 'Status: %s\r\nContent-Type: %s\r\n' "$1" "${type:-application/json}"
  shift
  for header; do printf '%s\r\n' "$header"; done
  printf '\r\n'
}

# refuse STATUS WORD [HEADER...]
refuse() {
  word=$2 status=$1
  shift 2
  type=application/json head "$status" "$@"
  [ "${REQUEST_METHOD-}" = HEAD ] || printf '{"error":"%s"}\n' "$word"
  exit 0
}

# parameter NAME: its first value in the query; empty where it is not there, or no plain word.
parameter() {
  rest="&${QUERY_STRING-}"
  case $rest in *"&$1="*) ;; *) return 0 ;; esac
  rest=${rest#*"&$1="}
  rest=${rest%%&*}
  case $rest in *[!A-Za-z0-9_.-]* | [.-]*) return 0 ;; esac
  printf '%.65s' "$rest"
}

# methods METHOD...: those this program has.
methods() {
  for method; do [ "${REQUEST_METHOD-}" != "$method" ] || return 0; done
  refuse '405 Method Not Allowed' method "Allow: $(printf '%s' "$*" | sed 's/ /, /g')"
}

# ask VERB [ADDRESS]: the helper's record in $record, or the end of this program. It is one line, and only what visitors may see.
ask() {
  # Several words, and no shell between: sudo -n -u ACCOUNT HELPER.
  # shellcheck disable=SC2086
  record=$(printf '%s %s %s\n' "$1" "$workspace" "${2-}" | timeout 20 ${UPKEEP_VISITOR:?} 2> /dev/null)
  case $? in
    0 | 1 | 2) ;;
    64 | 65) refuse '404 Not Found' name ;;
    75) refuse '503 Service Unavailable' busy 'Retry-After: 5' ;;
    *) refuse '503 Service Unavailable' away 'Retry-After: 5' ;;
  esac
}

workspace=$(parameter ws)
case $workspace in
  '') refuse '400 Bad Request' workspace ;;
  ?????????????????????????????????????????????????????????????????*) refuse '404 Not Found' name ;;
esac
