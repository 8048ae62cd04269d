# shellcheck shell=bash
# Builds and runs every test, and sums up.
# shellcheck disable=SC2154 # root, cache and the exit codes are set by ../../mediamesh

run_tests() {
  local fast=no
  while [ $# -gt 0 ]; do
    case "$1" in
      --fast) fast=yes ;;
      -h | --help) usage && exit 0 ;;
      *) usage_error "'test' does not know '$1'." ;;
    esac
    shift
  done
  find_java
  find_maven
  install_for_tests "$fast"

  local results="$root/target/test-results" build_status=0
  rm -rf "$results" "$root"/*/target/surefire-reports
  mkdir -p "$results" "$root/standalone/target" "$cache/logs"
  run_java_tests "$fast" || build_status=$?
  collect_surefire_reports "$results/java"
  run_script_tests "$results/script"
  run_shellcheck "$results/shell"
  sum_up "$build_status" "$results"
}

# What is missing and can't be installed is told here; the tests that need it then skip, with the reason.
install_for_tests() {
  local fast="$1" missing=()
  need_webrtc_libraries
  need ffmpeg ffmpeg
  need ffprobe ffmpeg
  if ! compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null && ! command -v initdb >/dev/null 2>&1; then
    missing+=(postgresql)
  fi
  if [ "$fast" = no ]; then
    need_chromium
    need shellcheck shellcheck
    need_python
    need_synthesisers
    need_c_compiler
    need openssl openssl
    need_network_faults
    need_docker_programs
  fi
  install_missing "A part of the tests" || say "Going on without: the tests that need it are skipped."
  if [ "$fast" = no ]; then
    # The longest, so it goes on while the others wait for the network.
    build_kubernetes_tools &
    local kubernetes_tools=$!
    start_docker
    make_base_image
    install_python_clients
    install_browser_clients
    build_server rtsp-server "RTSP server"
    build_server livekit-server "LiveKit server"
    wait "$kubernetes_tools"
  fi
}

# What the manifests are checked with, built once.
build_kubernetes_tools() {
  local log="$cache/logs/kubernetes-tools.log"
  command -v go >/dev/null 2>&1 || return 0
  mkdir -p "$cache/logs"
  if ! MEDIAMESH_CACHE="$cache" "$root/tools/kubernetes-tools" folder >/dev/null 2>&1; then
    say "Building Kubernetes' API server for the tests (once, some minutes) …"
  fi
  if ! MEDIAMESH_CACHE="$cache" "$root/tools/kubernetes-tools" build >"$log" 2>&1; then
    say "That failed, so the tests of the manifests are skipped."
    show_log "$log"
  fi
}

# build_server TOOL NAME: a server that is not ours, built from source once: the camera of the tests, and their rooms.
build_server() {
  local tool="$1" name="$2"
  local log="$cache/logs/$tool.log"
  command -v go >/dev/null 2>&1 || return 0
  mkdir -p "$cache/logs"
  if ! compgen -G "$cache/$tool/$tool-*" >/dev/null; then
    say "Building the $name of the tests …"
  fi
  if ! MEDIAMESH_CACHE="$cache" "$root/tools/$tool" build >"$log" 2>&1; then
    say "That failed, so the tests that need it are skipped."
    show_log "$log"
  fi
}

run_java_tests() {
  local fast="$1" log="$cache/logs/test.log" status=0 options=()
  if [ "$fast" = yes ]; then
    options+=(-Dexcluded.test.groups='slow | browser | fuzz')
  fi
  # What is built here is what `up` runs afterwards.
  touch "$root/standalone/target/built"
  say "Building and testing (the whole log: $log) …"
  # Two modules at once, because most tests wait for something. One failed test must not hide the others: the reports
  # decide, and a build that fails otherwise is told by mvn.
  run_maven "$log" -Dmaven.test.failure.ignore=true -Dmediamesh.test.python="$cache/python/bin/python" \
    -Dmediamesh.test.browser-clients="$cache/browser-clients" \
    -T 2 ${options[@]+"${options[@]}"} verify || status=$?
  if [ "$status" -ne 0 ]; then
    rm -f "$root/standalone/target/built"
    errors_of "$log" | head -n 40 >&2 || show_log "$log"
  fi
  return "$status"
}

# Each collector writes lines of `passed N`, `failed NAME: REASON` and `skipped NAME: REASON`.

collect_surefire_reports() {
  local reports=("$root"/*/target/surefire-reports/TEST-*.xml)
  if [ -e "${reports[0]}" ]; then
    awk -f "$parts/reports.awk" "${reports[@]}" >"$1"
  else
    : >"$1"
  fi
}

run_script_tests() {
  local files=() file version
  while IFS= read -r file; do
    files+=("$file")
  done < <(find "$root"/*/src/test/js -name '*.test.*js' 2>/dev/null | sort)
  [ ${#files[@]} -gt 0 ] || return 0
  version="$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')"
  if [ "${version:-0}" -lt 20 ]; then
    echo "skipped tests of the dashboard's modules: they need Node 20 or later" >"$1"
    return 0
  fi
  say "Testing the dashboard's modules …"
  node --test --test-reporter=tap "${files[@]}" >"$1.tap" 2>&1 || true
  awk -f "$parts/tap.awk" "$1.tap" >"$1"
  if ! [ -s "$1" ]; then
    echo "failed tests of the dashboard's modules: node --test said nothing, see $1.tap" >"$1"
  fi
}

run_shellcheck() {
  if ! command -v shellcheck >/dev/null 2>&1; then
    echo "skipped shellcheck: it is not installed" >"$1"
  elif (cd "$root" && shellcheck -x mediamesh .ci/run tools/rtsp-server tools/livekit-server tools/base-image tools/container/* \
    tools/kubernetes-tools tools/cluster-certificates tools/command/*.sh) >"$1.log" 2>&1; then
    echo "passed 1" >"$1"
  else
    echo "failed shellcheck: see below" >"$1"
    cat "$1.log" >&2
  fi
}

sum_up() {
  local build_status="$1" results="$2"
  local passed failed skipped all="$results/all"
  cat "$results/java" "$results/script" "$results/shell" >"$all" 2>/dev/null || true
  if [ "$build_status" -ne 0 ]; then
    echo "failed build: mvn ended with exit code $build_status, see $cache/logs/test.log" >>"$all"
  fi
  passed="$(awk '$1 == "passed" { sum += $2 } END { print sum + 0 }' "$all")"
  failed="$(grep -c '^failed ' "$all" || true)"
  skipped="$(grep -c '^skipped ' "$all" || true)"
  echo
  list "$all" skipped Skipped:
  list "$all" failed Failed:
  if [ "$passed" -eq 0 ] && [ "$failed" -eq 0 ]; then
    say_error "no test ran"
    failed=1
  fi
  echo "$passed passed, $failed failed, $skipped skipped"
  if [ "$build_status" -ne 0 ]; then
    exit "$EXIT_NOT_BUILT"
  fi
  [ "$failed" -eq 0 ] || exit "$EXIT_FAILED"
}

list() {
  local all="$1" word="$2" title="$3"
  grep -q "^$word " "$all" || return 0
  echo "$title"
  sed -n "s/^$word /  /p" "$all"
}
