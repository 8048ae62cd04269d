# shellcheck shell=bash
# Builds the container images of the services; the Dockerfile says what is in them.
# shellcheck disable=SC2154 # root, cache and the exit codes are set by ../../mediamesh

# In the order in which they share the most with the one before.
readonly services=(audio gateway recorder ingest tracking vision)

run_images() {
  local base="" jdk="" tag="" prepare_only=no rehearse=yes
  tag="$(version)"
  while [ $# -gt 0 ]; do
    case "$1" in
      --base | --jdk | --tag)
        [ $# -gt 1 ] || usage_error "$1 needs a value."
        printf -v "${1#--}" '%s' "$2"
        shift
        ;;
      --base=* | --jdk=* | --tag=*) printf -v "$(expr "$1" : '--\([a-z]*\)=')" '%s' "${1#*=}" ;;
      --prepare) prepare_only=yes ;;
      --no-rehearsal) rehearse=no ;;
      -h | --help) usage && exit 0 ;;
      *) usage_error "'images' does not know '$1'." ;;
    esac
    shift
  done
  if [ "$(uname -s)" != Linux ]; then
    say_error "images are built on Linux: the native libraries in them are those that Maven fetches for this system."
    exit "$EXIT_MISSING"
  fi
  find_java
  build_if_needed standalone
  lock
  prepare_images
  unlock
  [ "$prepare_only" = no ] || return 0
  need_docker
  choose_bases
  build_images "$tag" "$rehearse"
}

need_docker() {
  if ! command -v docker >/dev/null 2>&1; then
    say_error "building images needs docker. On Debian:  sudo apt-get install docker.io"
    exit "$EXIT_MISSING"
  fi
  if ! docker info >/dev/null 2>&1; then
    say_error "no docker engine answers. Start it (sudo systemctl start docker, or dockerd as root), or ask to be let use it."
    exit "$EXIT_MISSING"
  fi
}

# Those that were given; else those that tools/base-image has made; else Debian's and Temurin's, where a registry has
# them; else what tools/base-image makes.
choose_bases() {
  local public_base=debian:bookworm-slim public_jdk=eclipse-temurin:25-jdk made
  if [ -z "$base" ] || [ -z "$jdk" ]; then
    if docker image inspect mediamesh/base:bookworm mediamesh/jdk:25 >/dev/null 2>&1; then
      base="${base:-mediamesh/base:bookworm}" jdk="${jdk:-mediamesh/jdk:25}"
    elif can_pull "${base:-$public_base}" && can_pull "${jdk:-$public_jdk}"; then
      base="${base:-$public_base}" jdk="${jdk:-$public_jdk}"
    else
      say "No registry has $public_base and $public_jdk; making a base with debootstrap (about a minute) …"
      made="$(MEDIAMESH_CACHE="$cache" "$root/tools/base-image" build 2>"$cache/logs/base-image.log")" || {
        show_log "$cache/logs/base-image.log"
        exit "$EXIT_NOT_BUILT"
      }
      base="${base:-${made% *}}" jdk="${jdk:-${made#* }}"
    fi
  fi
}

can_pull() {
  docker image inspect "$1" >/dev/null 2>&1 || timeout 60 docker pull --quiet "$1" >/dev/null 2>&1
}

build_images() {
  local tag="$1" rehearse="$2" service log="$cache/logs/images.log" started
  mkdir -p "$cache/logs"
  : >"$log"
  # Engines without the plug-in of BuildKit have the builder that was there before.
  if [ -z "${DOCKER_BUILDKIT:-}" ] && ! docker buildx version >/dev/null 2>&1; then
    export DOCKER_BUILDKIT=0
  fi
  say "Building images on $base (the whole log: $log) …"
  for service in "${services[@]}"; do
    started=$SECONDS
    if ! docker build --force-rm --target "$service" --tag "mediamesh/$service:$tag" --tag "mediamesh/$service:latest" --build-arg "BASE=$base" --build-arg "JDK=$jdk" \
      --build-arg "REHEARSE=$rehearse" \
      --label "org.opencontainers.image.title=mediamesh $service" --label "org.opencontainers.image.version=$(version)" \
      --label org.opencontainers.image.licenses=Apache-2.0 \
      "$root" >>"$log" 2>&1; then
      say_error "the image of $service could not be built; the whole log is in $log"
      show_log "$log"
      exit "$EXIT_NOT_BUILT"
    fi
    printf '  %-36s %4d MB  %3d s\n' "mediamesh/$service:$tag" "$(image_megabytes "mediamesh/$service:$tag")" \
      $((SECONDS - started))
  done
}

image_megabytes() {
  echo $(($(docker image inspect --format '{{.Size}}' "$1") / 1000000))
}

# What the Dockerfile copies: each jar once, in the folder of the layer that it belongs to, and native libraries as files,
# because a container has no place to unpack them to.
prepare_images() {
  local home="$root/target/images" work="$root/target/images.$$" service natives
  rm -rf "$work"
  mkdir -p "$work"/{common,mesh,pictures,native}
  for service in "${services[@]}"; do
    mkdir -p "$work/$service"
    tr ':' '\n' <"$root/$service-service/target/classpath" | sort -u >"$work/$service.jars"
    cp "$root/$service-service/target/$service-service-$(version).jar" "$work/$service/"
  done
  natives="$(unpack_natives "$work"/*.jars)"
  cp -a "$natives"/native/* "$work/native/"
  cat "$work"/*.jars | sort | uniq -c | while read -r count jar; do
    copy_jar "$work" "$natives" "$count" "$jar"
  done
  cp "$natives/cascades.jar" "$work/vision/"
  "$java_home/bin/java" -cp "$(classpath standalone)" "$standalone_main" settings --keys >"$work/settings.keys"
  rm -rf "$work"/*.jars "$home"
  mv "$work" "$home"
}

# copy_jar WORK NATIVES COUNT JAR: into the layer of all services, of those with pictures, or of each that has it.
copy_jar() {
  local work="$1" natives="$2" count="$3" jar="$4" name service
  name="${jar##*/}"
  case "$name" in
    javacpp-*-linux-* | openblas-*-linux-* | opencv-*-linux-* | ffmpeg-*-linux-*) return 0 ;;
    onnxruntime*.jar) jar="$natives/$name" ;;
  esac
  if [ "$count" -eq "${#services[@]}" ]; then
    case "$name" in
      contracts-* | mesh-*) cp "$jar" "$work/mesh/" ;;
      *) cp "$jar" "$work/common/" ;;
    esac
  elif [ "$count" -eq $((${#services[@]} - 1)) ] && ! grep -q "/$name\$" "$work/audio.jars"; then
    cp "$jar" "$work/pictures/"
  else
    for service in "${services[@]}"; do
      if grep -q "/$name\$" "$work/$service.jars"; then
        cp "$jar" "$work/$service/"
      fi
    done
  fi
}

# unpack_natives LIST…: the folder with the native libraries that are in these jars, by who needs them. It is kept, because
# it changes with their versions only.
unpack_natives() {
  local jars home work jar
  jars="$(cat "$@" | sort -u | grep -E '/((javacpp|openblas|opencv|ffmpeg)-[^/]*-linux-[^/]*|onnxruntime[^/]*|netty-transport-native-epoll-[^/]*)\.jar$')"
  # The functions of this file are what else decides about its content.
  home="$cache/images/natives-$({ echo "$jars" && cat "$parts/images.sh"; } | cksum | tr -d ' ')"
  if ! [ -d "$home" ]; then
    work="$home.$$"
    rm -rf "$cache/images"
    mkdir -p "$work/all" "$work"/native/{pictures,blas,models,ffmpeg,gateway}
    for jar in $jars; do
      (cd "$work/all" && "$java_home/bin/jar" -xf "$jar")
    done
    sort_natives "$work" >&2
    rm -rf "$work/all"
    mv "$work" "$home"
  fi
  echo "$home"
}

sort_natives() {
  local work="$1" all="$1/all" native="$1/native" part platform
  platform="$(basename "$(echo "$all"/org/bytedeco/javacpp/linux-*)")"
  local bytedeco="$all/org/bytedeco"
  cp "$bytedeco/javacpp/$platform/libjnijavacpp.so" "$bytedeco/openblas/$platform"/libgcc_s.so.* "$native/pictures/"
  cp "$bytedeco/openblas/$platform"/lib{quadmath,gfortran,openblas}.so.* \
    "$bytedeco/openblas/$platform"/libjniopenblas{,_nolapack}.so "$native/blas/"
  # The same library without LAPACK's functions in view; JavaCPP asks for it by this name.
  ln -s libopenblas.so.0 "$native/blas/libopenblas_nolapack.so.0"
  # The gateway turns pictures into JPEG and back, and scales them. OpenCV's core is linked to a BLAS for its solvers, which
  # that never calls: the loader only wants files of these names, and is spared 60 MB.
  for part in libopenblas.so.0 libopenblas_nolapack.so.0 libjniopenblas.so libjniopenblas_nolapack.so; do
    ln -s libgcc_s.so.1 "$native/gateway/$part"
  done
  for part in core imgproc imgcodecs; do
    cp "$bytedeco/opencv/$platform"/lib{,jni}opencv_$part.so* "$native/pictures/"
  done
  for part in calib3d dnn features2d flann highgui objdetect video videoio; do
    cp "$bytedeco/opencv/$platform"/lib{,jni}opencv_$part.so* "$native/models/"
  done
  # OpenCV's features load the library of its windows, which are GTK's. Nobody opens one here; the loader only wants files
  # of these names.
  for part in gtk-x11-2.0.so.0 gdk-x11-2.0.so.0 gdk_pixbuf-2.0.so.0 gobject-2.0.so.0 glib-2.0.so.0 cairo.so.2; do
    ln -s libgcc_s.so.1 "$native/models/lib$part"
  done
  cp "$bytedeco/ffmpeg/$platform"/lib*.so* "$native/ffmpeg/"
  cp "$all"/META-INF/native/*.so "$native/gateway/"
  "$java_home/bin/jar" -cMf "$work/cascades.jar" -C "$all" "org/bytedeco/opencv/$platform/share/opencv4/lbpcascades"
  case "$platform" in
    *-x86_64) platform=linux-x64 ;;
    *) platform=linux-aarch64 ;;
  esac
  cp "$all/ai/onnxruntime/native/$platform"/*.so "$native/models/"
  rm -rf "$all/ai/onnxruntime/native"
  part="$(echo "$jars" | sed -n 's:.*/\(onnxruntime[^/]*\.jar\)$:\1:p')"
  "$java_home/bin/jar" -cMf "$work/$part" -C "$all" ai
}
