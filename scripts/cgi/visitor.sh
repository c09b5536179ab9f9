# shellcheck shell=sh
# SPDX-License-Identifier: MIT
# Common to the CGI programs. Input is matched against patterns here, passed on as data, and validated by the tools.
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

# later WORD: the answer if nothing can answer now. ws-plain and ws-wait have their own.
later() { refuse '503 Service Unavailable' "$1" 'Retry-After: 5'; }

# parameter NAME: its first value in the query, in $value; empty if it is missing or not a plain word. No process is
# started for it, here and below: refused requests must be cheap.
parameter() {
  value='' rest="&${QUERY_STRING-}"
  case $rest in *"&$1="*) ;; *) return 0 ;; esac
  rest=${rest#*"&$1="}
  rest=${rest%%&*}
  case $rest in *[!A-Za-z0-9_.-]* | [.-]*) ;; *) value=$rest ;; esac
}

# methods METHOD...: refuses all others.
methods() {
  for method; do [ "${REQUEST_METHOD-}" != "$method" ] || return 0; done
  refuse '405 Method Not Allowed' method "Allow: $(printf '%s' "$*" | sed 's/ /, /g')"
}

# known_as_unknown: whether this name was requested seconds ago and is not a workspace; $record is set accordingly.
known_as_unknown() {
  [ -s "${UPKEEP_STATUS:?}/.unknown" ] && read -r now _ < /proc/uptime || return 1
  while read -r at name record; do
    [ "$name" = "$workspace" ] && [ $((${now%%.*} - at)) -ge 0 ] && [ $((${now%%.*} - at)) -le 10 ] && return 0
  done < "$UPKEEP_STATUS/.unknown"
  return 1
}

# place N: takes the Nth place among concurrent requests until this program ends; fails if it is taken.
place() {
  [ -r "$UPKEEP_STATUS/.place.$1" ] && exec 8< "$UPKEEP_STATUS/.place.$1" && flock -n 8
}

# take_place: at most eight concurrent requests, two per visitor; more would use up the web server's processes.
take_place() {
  [ -r "${UPKEEP_STATUS:?}/.place.0" ] || return 0  # nothing has been published yet
  sum=0 count=0
  rest=${REMOTE_ADDR-}
  case $rest in *:*) separator=: ;; *) separator=. ;; esac
  while [ -n "$rest" ] && [ "$count" -lt 4 ]; do  # the /64 of an IPv6 address
    part=${rest%%"$separator"*}
    case $rest in *"$separator"*) rest=${rest#*"$separator"} ;; *) rest= ;; esac
    case $part in '' | *[!0-9A-Fa-f]*) part=0 ;; esac
    sum=$(((sum * 31 + 0x$part) % 65536)) count=$((count + 1))
  done
  place $((sum % 8)) 2> /dev/null || place $(((sum + 1 + sum / 8 % 7) % 8)) 2> /dev/null
}

# ask VERB [ADDRESS]: puts the helper's record in $record, or ends this program. It is one line, and contains only what
# visitors may see.
ask() {
  known_as_unknown && return 0
  take_place || later busy
  # Several words, without a shell: sudo -n -u ACCOUNT HELPER. Processes that it leaves running must not hold the place.
  # shellcheck disable=SC2034,SC2086
  record=$(printf '%s %s %s\n' "$1" "$workspace" "${2-}" | timeout 20 ${UPKEEP_VISITOR:?} 8<&- 2> /dev/null)
  case $? in
    0 | 1 | 2) ;;
    64 | 65) refuse '404 Not Found' name ;;
    75) later busy ;;
    *) later away ;;
  esac
}

# answer: sends $record.
answer() {
  case $record in
    *'"state":"unknown"'*) head '404 Not Found' ;;
    *) head '200 OK' ;;
  esac
  [ "${REQUEST_METHOD-}" = HEAD ] || printf '%s\n' "$record"
}

parameter ws
workspace=$value
case $workspace in
  '') refuse '400 Bad Request' workspace ;;
  ?????????????????????????????????????????????????????????????????*) refuse '404 Not Found' name ;;
esac
