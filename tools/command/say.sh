# shellcheck shell=bash
# What the command tells on the terminal. Everything but results goes to standard error.

say() {
  printf '%s\n' "$*" >&2
}

say_error() {
  printf 'mediamesh: %s\n' "$*" >&2
}

# The end of a log, after something went wrong.
show_log() {
  local log="$1" lines="${2:-30}"
  say "---- the end of $log"
  tail -n "$lines" "$log" >&2 || true
  say "----"
}
