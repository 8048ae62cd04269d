# shellcheck shell=bash
# Builds when the sources are newer than what was built.
# shellcheck disable=SC2154 # root, cache and the exit codes are set by ../../mediamesh

# The jars of MODULE: its own, and what Maven wrote down for it.
classpath() {
  local module="$1"
  printf '%s:%s' "$root/$module/target/$module-$(version).jar" "$(cat "$root/$module/target/classpath")"
}

# Whether MODULE was built from the sources as they are now, and every jar it runs with is still there.
is_built() {
  local module="$1" stamp="$root/$1/target/built" newer jar
  [ -f "$stamp" ] && [ -s "$root/$module/target/classpath" ] || return 1
  # Folders count too, so that a removed file is noticed.
  newer="$(cd "$root" && find pom.xml .mvn ./*/pom.xml ./*/src/main -newer "$stamp" -print 2>/dev/null | head -n 1)"
  [ -z "$newer" ] || return 1
  while IFS= read -r -d : jar; do
    [ -e "$jar" ] || return 1
  done < <(classpath "$module" && printf ':')
}

# Of two commands at once the second waits, and then finds the work done. Without flock they may both do it.
lock() {
  mkdir -p "$root/target"
  exec 9>"$root/target/build.lock"
  if command -v flock >/dev/null 2>&1; then
    flock 9
  fi
}

unlock() {
  exec 9>&-
}

build_if_needed() {
  local module="$1"
  is_built "$module" && return 0
  find_maven
  mkdir -p "$cache/logs"
  lock
  if is_built "$module"; then
    unlock
    return 0
  fi
  say "Building mediamesh (the first time also fetches its libraries: some minutes) …"
  local log="$cache/logs/build.log" started="$root/target/build.started"
  touch "$started"
  if ! run_maven "$log" -pl "$module" -am -Dmaven.test.skip=true -Dspotless.check.skip=true package; then
    say_error "The build failed; the whole log is in $log"
    errors_of "$log" | head -n 20 >&2 || show_log "$log"
    exit "$EXIT_NOT_BUILT"
  fi
  # The time at which the build began: what was edited meanwhile counts as newer.
  if [ -d "$root/standalone/target" ]; then
    cp -p "$started" "$root/standalone/target/built"
  fi
  mv "$started" "$root/$module/target/built"
  unlock
}

# run_maven LOG ARGUMENT…: runs mvn on the JDK that was found; one line for each module and test class.
run_maven() {
  local log="$1" status=0
  shift
  (cd "$root" && mvn -B "$@" </dev/null 2>&1 9>&-) | tee "$log" | awk -f "$parts/progress.awk" >&2 || status="${PIPESTATUS[0]}"
  return "$status"
}

# What mvn says about a failure, without its advice on how to run mvn. A warning of the compiler is an error here.
errors_of() {
  grep -E '^\[ERROR\]|^\[WARNING\] .*\.java' "$1" |
    grep -Ev '^\[ERROR\] *($|\[Help|-> \[Help|To see the full|Re-run Maven|For more information|After correcting|mvn )'
}
