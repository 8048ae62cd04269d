# shellcheck shell=bash
# A container engine for the tests, where none runs.
# shellcheck disable=SC2154 # root, cache and the exit codes are set by ../../mediamesh

docker_engine=""

need_docker_programs() {
  need docker docker.io
  if ! docker info >/dev/null 2>&1; then
    need dockerd docker.io
  fi
  if ! docker compose version >/dev/null 2>&1; then
    need docker-compose docker-compose
  fi
  need debootstrap debootstrap
}

# Starts an engine unless one answers, and stops it again when the command ends. What it lacks is told; the tests of
# containers then skip.
start_docker() {
  command -v docker >/dev/null 2>&1 || return 0
  ! docker info >/dev/null 2>&1 || return 0
  if ! command -v dockerd >/dev/null 2>&1 || [ "$(id -u)" -ne 0 ]; then
    say "No docker engine answers, and only root can start one; the tests of containers are skipped."
    return 0
  fi
  local log="$cache/logs/dockerd.log" waited=0
  mkdir -p "$cache/logs"
  say "Starting a docker engine for the tests …"
  dockerd >"$log" 2>&1 &
  docker_engine=$!
  trap stop_docker EXIT
  until docker info >/dev/null 2>&1; do
    waited=$((waited + 1))
    if [ "$waited" -gt 60 ] || ! kill -0 "$docker_engine" 2>/dev/null; then
      say "It does not start, so the tests of containers are skipped."
      show_log "$log"
      stop_docker
      return 0
    fi
    sleep 0.5
  done
}

# Only the one that was started here.
stop_docker() {
  [ -n "$docker_engine" ] || return 0
  kill "$docker_engine" 2>/dev/null || true
  wait "$docker_engine" 2>/dev/null || true
  docker_engine=""
}

# What images are made of where there is no registry, made once.
make_base_image() {
  docker info >/dev/null 2>&1 || return 0
  local log="$cache/logs/base-image.log"
  if ! docker image inspect mediamesh/base:bookworm mediamesh/jdk:25 >/dev/null 2>&1; then
    say "Making the base of the images (once, about a minute) …"
  fi
  if ! MEDIAMESH_CACHE="$cache" "$root/tools/base-image" build >"$log" 2>&1; then
    say "That failed; the tests of containers need a registry then."
    show_log "$log" 5
  fi
}
