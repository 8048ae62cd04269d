# shellcheck shell=bash
# Runs the benchmarks, with the peers that are not ours.
# shellcheck disable=SC2154 # root, cache and the exit codes are set by ../../mediamesh

run_bench() {
  find_java
  build_if_needed bench
  install_for_bench "$@"
  # It measures starts too, as users have them.
  prepare_quick_start
  become_java bench io.mediamesh.bench.BenchMain "$@"
}

# What is missing and can't be installed is told here; the benchmarks that need it then fail, with the reason.
install_for_bench() {
  local names=()
  # shellcheck disable=SC2034 # read by install_missing
  local missing=()
  while [ $# -gt 0 ]; do
    case "$1" in
      --rounds) shift ;;
      --list | --version | -V) return 0 ;;
      -*) ;;
      *) names+=("$1") ;;
    esac
    [ $# -eq 0 ] || shift
  done
  [ ${#names[@]} -gt 0 ] || names=(webrtc peers whep room sync audio detect containers)
  case " ${names[*]} " in
    *" webrtc "* | *" peers "* | *" room "* | *" sync "* | *" audio "* | *" detect "*) need_python ;;
  esac
  case " ${names[*]} " in
    *" whep "*) need_chromium ;;
  esac
  install_missing "A part of the benchmarks" || say "Going on without: the benchmarks that need it fail."
  case " ${names[*]} " in
    *" webrtc "* | *" peers "* | *" room "* | *" sync "* | *" audio "* | *" detect "*) install_python_clients ;;
  esac
  case " ${names[*]} " in
    *" containers "*) (run_images) || say "Going on without: the benchmark of containers fails." ;;
  esac
}
