# shellcheck shell=bash
# Installs what the system lacks, with apt where that is possible, and programs in Python.
# shellcheck disable=SC2154 # root, cache and the exit codes are set by ../../mediamesh

apt_lists_are_fresh=no

# need COMMAND PACKAGE: adds PACKAGE to the list `missing` unless the command is there.
need() {
  local program="$1" package="$2"
  if ! command -v "$program" >/dev/null 2>&1 && [[ " ${missing[*]-} " != *" $package "* ]]; then
    missing+=("$package")
  fi
}

# need_library FILE PACKAGE: adds PACKAGE to the list `missing` unless the system's loader knows the shared library.
need_library() {
  local file="$1" package="$2"
  # Not by a pipe: grep would leave at its find, and what ldconfig could not write any more would count as a failure.
  if ! grep -q "[[:space:]]$file " <<<"$(loader_libraries)"; then
    missing+=("$package")
  fi
}

loader_libraries() {
  PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null
}

# What libwebrtc links to although a server has no use for it.
need_webrtc_libraries() {
  [ "$(uname -s)" = Linux ] && [ -n "$(loader_libraries)" ] || return 0
  need_library libpulse.so.0 libpulse0
  need_library libudev.so.1 libudev1
  need_library libX11.so.6 libx11-6
  need_library libXfixes.so.3 libxfixes3
  need_library libXrandr.so.2 libxrandr2
  need_library libXcomposite.so.1 libxcomposite1
  need_library libdbus-1.so.3 libdbus-1-3
}

need_chromium() {
  if ! command -v google-chrome >/dev/null 2>&1; then
    need chromium chromium
  fi
}

# With what makes virtual environments, which Debian keeps apart.
need_python() {
  need python3 python3
  if command -v python3 >/dev/null 2>&1 && ! python3 -c 'import venv, ensurepip' 2>/dev/null; then
    missing+=(python3-venv)
  fi
}

# Instruments and a voice, for what listens to them.
need_synthesisers() {
  need fluidsynth fluidsynth
  need espeak-ng espeak-ng
  if ! [ -f /usr/share/sounds/sf2/FluidR3_GM.sf2 ]; then
    missing+=(fluid-soundfont-gm)
  fi
}

# A C compiler with the system's headers, for what the tests put below libraries.
need_c_compiler() {
  need cc gcc
  if ! [ -f /usr/include/linux/videodev2.h ] || ! [ -f /usr/include/stdio.h ]; then
    missing+=(libc6-dev)
  fi
}

# What cuts networks and turns clocks, for the tests of failures.
need_network_faults() {
  [ "$(uname -s)" = Linux ] || return 0
  need ip iproute2
  # Debian keeps it where users don't look.
  PATH="$PATH:/usr/sbin:/sbin" need nft nftables
  need faketime faketime
}

can_install() {
  [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1
}

# install_missing WHY: installs the packages in `missing`. Returns 1 when they can't be installed, having told what to do.
install_missing() {
  local why="$1"
  [ ${#missing[@]} -gt 0 ] || return 0
  if ! can_install; then
    say "$why needs: ${missing[*]}"
    if command -v apt-get >/dev/null 2>&1; then
      say "Install it with:  sudo apt-get update && sudo apt-get install -y --no-install-recommends ${missing[*]}"
    else
      say "Install it with the package manager of this system (the names are Debian's)."
    fi
    return 1
  fi
  mkdir -p "$cache/logs"
  local log="$cache/logs/apt.log"
  if [ "$apt_lists_are_fresh" = no ]; then
    say "Updating the package lists …"
    # An error here may be of a source that is not needed: the installation decides.
    run_apt "$log" update || true
    apt_lists_are_fresh=yes
  fi
  say "Installing ${missing[*]} …"
  if ! run_apt "$log" install -y --no-install-recommends "${missing[@]}"; then
    say_error "apt-get could not install: ${missing[*]}"
    show_log "$log"
    return 1
  fi
}

run_apt() {
  local log="$1"
  shift
  DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" \
    </dev/null >"$log" 2>&1
}

# The WebSocket and WebRTC clients, the API tester and the peers of benchmarks that are not ours, pinned, in a virtual
# environment of their own.
install_python_clients() {
  local pins="$root/tools/python-requirements.txt" home="$cache/python"
  command -v python3 >/dev/null 2>&1 || return 0
  if cmp -s "$pins" "$home/installed.txt" && "$home/bin/python" -c 'import aiortc, websockets' 2>/dev/null; then
    return 0
  fi
  say "Installing the Python clients …"
  local log="$cache/logs/python.log"
  mkdir -p "$cache/logs"
  rm -rf "$home"
  if python3 -m venv "$home" >"$log" 2>&1 && "$home/bin/python" -m pip install -q -r "$pins" >>"$log" 2>&1; then
    cp "$pins" "$home/installed.txt"
  else
    say "That failed, so what needs them is left out."
    show_log "$log"
    rm -rf "$home"
  fi
}

# Clients that are not ours, pinned: livekit-client, one file, for pages of the tests; wscat, for terminals.
install_browser_clients() {
  install_livekit_client
  install_wscat
}

install_wscat() {
  local version=6.1.0 home="$cache/browser-clients" log="$cache/logs/wscat.log"
  command -v npm >/dev/null 2>&1 || return 0
  [ -x "$home/wscat-$version/node_modules/.bin/wscat" ] && return 0
  say "Fetching wscat …"
  mkdir -p "$home" "$cache/logs"
  local work
  work="$(mktemp -d "$home/fetch.XXXXXX")"
  if npm install --no-audit --no-fund --prefix "$work" "wscat@$version" >"$log" 2>&1; then
    rm -rf "$home/wscat-$version"
    mv "$work" "$home/wscat-$version"
  else
    say "That failed, so what needs it is left out."
    show_log "$log"
    rm -rf "$work"
  fi
}

install_livekit_client() {
  local version=2.23.0 home="$cache/browser-clients" log="$cache/logs/npm.log"
  command -v npm >/dev/null 2>&1 || return 0
  [ -f "$home/livekit-client-$version.js" ] && return 0
  say "Fetching the browser's LiveKit client …"
  mkdir -p "$home" "$cache/logs"
  local work
  work="$(mktemp -d "$home/fetch.XXXXXX")"
  if (cd "$work" && npm pack --silent "livekit-client@$version" && tar -xzf "livekit-client-$version.tgz") >"$log" 2>&1; then
    mv "$work/package/dist/livekit-client.umd.js" "$home/livekit-client-$version.js"
  else
    say "That failed, so what needs it is left out."
    show_log "$log"
  fi
  rm -rf "$work"
}
