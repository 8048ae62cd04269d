# shellcheck shell=bash
# Finds a JDK 25 (not only a runtime: the product is built from source) and a Maven that can build with it.
# shellcheck disable=SC2154 # root, cache and the exit codes are set by ../../mediamesh

readonly JAVA_RELEASE=25

# Whether this folder is a JDK of the wanted release. Reads its `release` file: starting a JVM would take longer.
is_wanted_jdk() {
  local home="$1"
  [ -n "$home" ] && [ -x "$home/bin/java" ] && [ -x "$home/bin/javac" ] || return 1
  [ -r "$home/release" ] && grep -Eq "^JAVA_VERSION=\"$JAVA_RELEASE([.+\"-]|\$)" "$home/release"
}

# The home of the `java` on PATH, behind all links.
home_of_default_java() {
  local java
  java="$(command -v java 2>/dev/null)" || return 0
  while [ -L "$java" ]; do
    local target
    target="$(readlink "$java")"
    case "$target" in
      /*) java="$target" ;;
      *) java="$(dirname "$java")/$target" ;;
    esac
  done
  (cd "$(dirname "$java")/.." 2>/dev/null && pwd -P) || true
}

jdk_candidates() {
  printf '%s\n' "${JAVA_HOME:-}"
  home_of_default_java
  printf '%s\n' /usr/lib/jvm/* /opt/java/* /opt/jdk* "${SDKMAN_DIR:-${HOME:-}/.sdkman}"/candidates/java/*
  printf '%s\n' "${HOME:-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home
  if [ -x /usr/libexec/java_home ]; then
    /usr/libexec/java_home -v "$JAVA_RELEASE" 2>/dev/null || true
  fi
}

# Sets java_home, or ends the command with what to do.
find_java() {
  if [ -n "${MEDIAMESH_JAVA_HOME:-}" ]; then
    if ! is_wanted_jdk "$MEDIAMESH_JAVA_HOME"; then
      say_error "MEDIAMESH_JAVA_HOME=$MEDIAMESH_JAVA_HOME is not a JDK $JAVA_RELEASE. Correct it, or unset it to have one looked for."
      exit "$EXIT_MISSING"
    fi
    java_home="$MEDIAMESH_JAVA_HOME"
  elif ! look_for_java; then
    install_java
  fi
  export JAVA_HOME="$java_home"
}

look_for_java() {
  local candidate
  while IFS= read -r candidate; do
    if is_wanted_jdk "$candidate"; then
      java_home="$candidate"
      return 0
    fi
  done < <(jdk_candidates)
  return 1
}

install_java() {
  local package="openjdk-$JAVA_RELEASE-jdk-headless" missing=()
  say "No JDK $JAVA_RELEASE was found."
  if can_install && apt-cache show "$package" >/dev/null 2>&1; then
    missing=("$package")
    if install_missing "mediamesh" && look_for_java; then
      return 0
    fi
  fi
  say_error "mediamesh needs a JDK $JAVA_RELEASE. Install one, for example
  Debian and Ubuntu:  sudo apt-get install $package
                      (older releases: temurin-$JAVA_RELEASE-jdk from Adoptium's package source)
  macOS:              brew install openjdk@$JAVA_RELEASE
  SDKMAN:             sdk install java $JAVA_RELEASE-tem
or set MEDIAMESH_JAVA_HOME to the folder of one that is already there."
  exit "$EXIT_MISSING"
}

has_maven() {
  command -v mvn >/dev/null 2>&1 || return 1
  local found
  found="$(mvn --version 2>/dev/null | sed -n 's/.*Apache Maven \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)"
  case "$found" in
    "" | [0-2].* | 3.[0-7]) return 1 ;;
  esac
}

# Ends the command unless a Maven of 3.8 or later is there or can be installed.
find_maven() {
  has_maven && return 0
  # shellcheck disable=SC2034 # read by install_missing
  local missing=(maven)
  if ! install_missing "The build"; then
    exit "$EXIT_MISSING"
  fi
  if ! has_maven; then
    say_error "The build needs Maven 3.8 or later, and the mvn on PATH ($(command -v mvn || echo none)) is older."
    exit "$EXIT_MISSING"
  fi
}
