# The images of the six services, one target each. `./mediamesh images` builds them all:
#
#   docker build --target vision --tag mediamesh/vision .
#
# needs what `./mediamesh images --prepare` puts into target/images. Where there is no registry, BASE and JDK are what
# tools/base-image makes.
ARG BASE=debian:bookworm-slim
ARG JDK=eclipse-temurin:25-jdk
# Anything but yes: images without AOT caches, which are built in half the time and start in twice of it.
ARG REHEARSE=yes

# The modules that the services use, and jcmd for who looks into a running one.
FROM ${JDK} AS jdk
RUN jlink --output /opt/java --compress zip-6 --strip-java-debug-attributes --no-man-pages --no-header-files --add-modules \
java.base,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.scripting,java.security.jgss,\
java.sql,java.transaction.xa,java.xml,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.naming.dns,jdk.net,\
jdk.unsupported,jdk.zipfs

# What libwebrtc links to although a server has no use for it.
FROM ${BASE} AS webrtc
RUN find / -xdev -name 'lib*.so*' | sort >/before \
 && apt-get update -q \
 && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    libdbus-1-3 libpulse0 libudev1 libx11-6 libxcomposite1 libxfixes3 libxrandr2 \
 && find / -xdev -name 'lib*.so*' | sort | comm -13 /before - | tar -cf /found.tar -T - \
 && mkdir /found && tar -xf /found.tar -C /found

# What all services have: the JVM and the mesh.
FROM ${BASE} AS mesh
RUN groupadd --gid 10001 mediamesh \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin mediamesh \
 && install -d -o mediamesh -g mediamesh /data /recordings /models \
 && install -d /etc/mediamesh
COPY --from=jdk /opt/java /opt/java
COPY target/images/common /opt/mediamesh/lib/1-common
COPY target/images/mesh /opt/mediamesh/lib/2-mesh
COPY tools/container tools/jvm.options LICENSE target/images/settings.keys /opt/mediamesh/
ENV PATH=/opt/java/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    JAVA_HOME=/opt/java \
    LANG=C.UTF-8 \
    MEDIAMESH_CLUSTER_ENABLED=true \
    MEDIAMESH_CLUSTER_HOST=auto \
    MEDIAMESH_CLUSTER_BUS_PORT=15701 \
    MEDIAMESH_DATA_DIR=/data \
    MEDIAMESH_NODE_PROBE_HOST=0.0.0.0 \
    MEDIAMESH_NODE_PROBE_PORT=8081
# A settings file may be mounted there.
WORKDIR /etc/mediamesh
USER 10001:10001
# The mesh's ports, for other members only, and that of probes and metrics.
EXPOSE 5701 15701 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=4s --start-period=30s --retries=2 CMD ["/opt/mediamesh/is-ready"]
ENTRYPOINT ["/opt/mediamesh/start"]

FROM mesh AS audio
COPY target/images/audio /opt/mediamesh/lib/4-service
ENV MAIN_CLASS=io.mediamesh.audio.AudioMain
ARG REHEARSE
USER root
RUN [ "$REHEARSE" != yes ] || /opt/mediamesh/rehearse
USER 10001:10001

# What all services have that see pictures.
FROM mesh AS pictures
COPY target/images/native/pictures /opt/mediamesh/native
COPY target/images/pictures /opt/mediamesh/lib/3-pictures

FROM pictures AS gateway
COPY target/images/native/gateway /opt/mediamesh/native
COPY target/images/gateway /opt/mediamesh/lib/4-service
ENV MAIN_CLASS=io.mediamesh.gateway.GatewayMain \
    MEDIAMESH_GATEWAY_HTTP_HOST=0.0.0.0 \
    MEDIAMESH_RECORDER_DIRECTORY=/recordings
ARG REHEARSE
USER root
RUN [ "$REHEARSE" != yes ] || /opt/mediamesh/rehearse
USER 10001:10001
EXPOSE 8080 8000 8765 8766 8767/udp 8768
VOLUME /data

# The gateway is the only one of them that needs no BLAS.
FROM pictures AS computing
COPY target/images/native/blas /opt/mediamesh/native

FROM computing AS recorder
COPY target/images/native/ffmpeg /opt/mediamesh/native
COPY target/images/recorder /opt/mediamesh/lib/4-service
ENV MAIN_CLASS=io.mediamesh.recorder.RecorderMain \
    MEDIAMESH_RECORDER_DIRECTORY=/recordings
ARG REHEARSE
USER root
RUN [ "$REHEARSE" != yes ] || /opt/mediamesh/rehearse
USER 10001:10001
VOLUME /recordings

FROM computing AS ingest
COPY --from=webrtc /found /
COPY target/images/native/ffmpeg /opt/mediamesh/native
COPY target/images/ingest /opt/mediamesh/lib/4-service
ENV MAIN_CLASS=io.mediamesh.ingest.IngestMain
ARG REHEARSE
USER root
RUN [ "$REHEARSE" != yes ] || /opt/mediamesh/rehearse
USER 10001:10001

# What runs models.
FROM computing AS models
COPY target/images/native/models /opt/mediamesh/native

FROM models AS tracking
COPY target/images/tracking /opt/mediamesh/lib/4-service
ENV MAIN_CLASS=io.mediamesh.tracking.TrackingMain
ARG REHEARSE
USER root
RUN [ "$REHEARSE" != yes ] || /opt/mediamesh/rehearse
USER 10001:10001

FROM models AS vision
COPY target/images/vision /opt/mediamesh/lib/4-service
ENV MAIN_CLASS=io.mediamesh.vision.VisionMain \
    MEDIAMESH_VISION_MODEL_DIR=/models
ARG REHEARSE
USER root
RUN [ "$REHEARSE" != yes ] || /opt/mediamesh/rehearse
USER 10001:10001
VOLUME /models
