package io.mediamesh.ingest;

import io.mediamesh.contracts.AudioBlock;
import io.mediamesh.contracts.CaptureTime;
import io.mediamesh.contracts.I420;
import io.mediamesh.contracts.MediaPacket;
import io.mediamesh.contracts.StreamStatus;
import io.mediamesh.contracts.VideoFrame;
import io.mediamesh.testkit.Await;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Plays a source on a thread of its own, as the service does, and remembers what it gave. */
final class Recording implements SourceListener, AutoCloseable {
    record Picture(CaptureTime capture, long arrivedNanos, int widthPx, int heightPx, double meanLuma) {}

    record Sound(CaptureTime capture, AudioBlock block) {}

    record Packet(CaptureTime capture, MediaPacket packet) {}

    private final Source source;
    private final Thread thread;
    final List<Picture> pictures = new CopyOnWriteArrayList<>();
    final List<Sound> sounds = new CopyOnWriteArrayList<>();
    final List<Packet> packets = new CopyOnWriteArrayList<>();
    final List<String> states = new CopyOnWriteArrayList<>();
    final AtomicInteger corrupt = new AtomicInteger();
    volatile Optional<VideoFrame> lastFrame = Optional.empty();
    volatile Optional<StreamStatus.Video> video = Optional.empty();
    volatile Optional<StreamStatus.Audio> audio = Optional.empty();
    volatile Map<String, String> details = Map.of();
    volatile boolean wantsVideo = true;
    volatile boolean wantsAudio = true;
    volatile boolean wantsPackets;
    volatile long startedNanos;

    private Recording(Source source) {
        this.source = source;
        this.thread = Thread.ofPlatform().daemon().name("ingest-test").unstarted(() -> source.play(this));
    }

    static Recording of(Source source) {
        Recording recording = new Recording(source);
        recording.startedNanos = System.nanoTime();
        recording.thread.start();
        return recording;
    }

    static Recording ofSilent(Source source, boolean video, boolean audio) {
        Recording recording = new Recording(source);
        recording.wantsVideo = video;
        recording.wantsAudio = audio;
        recording.startedNanos = System.nanoTime();
        recording.thread.start();
        return recording;
    }

    static Recording ofPackets(Source source) {
        Recording recording = new Recording(source);
        recording.wantsVideo = false;
        recording.wantsAudio = false;
        recording.wantsPackets = true;
        recording.startedNanos = System.nanoTime();
        recording.thread.start();
        return recording;
    }

    String state() {
        return states.isEmpty() ? "" : states.getLast();
    }

    void awaitState(String beginning) {
        Await.until("the state " + beginning, this::state, state -> state.startsWith(beginning));
    }

    void awaitPictures(int count) {
        Await.until(count + " pictures", () -> pictures.size() + " after " + states, seen -> pictures.size() >= count);
    }

    boolean isOver() {
        return !thread.isAlive();
    }

    void awaitOver() {
        Await.until("the thread of the source has ended; states " + states, this::isOver);
    }

    void stop() {
        source.stop();
    }

    @Override
    public void close() {
        source.stop();
        awaitOver();
    }

    @Override
    public void onDemand(Runnable changed) {
        // What is wanted never changes here.
    }

    @Override
    public boolean videoSubscribed() {
        return wantsVideo;
    }

    @Override
    public boolean audioSubscribed() {
        return wantsAudio;
    }

    @Override
    public boolean videoWanted() {
        return wantsVideo;
    }

    @Override
    public boolean picturesWanted() {
        return wantsVideo;
    }

    @Override
    public boolean packetsSubscribed() {
        return wantsPackets;
    }

    @Override
    public void packet(CaptureTime capture, MediaPacket packet) {
        packets.add(new Packet(capture, packet));
    }

    @Override
    public void live(Optional<StreamStatus.Video> newVideo, Optional<StreamStatus.Audio> newAudio) {
        video = newVideo;
        audio = newAudio;
        states.add("live");
    }

    @Override
    public void waiting(String reason) {
        states.add("waiting: " + reason);
    }

    @Override
    public void details(Map<String, String> newDetails) {
        details = newDetails;
    }

    @Override
    public void video(CaptureTime capture, VideoFrame frame) {
        // Frames that came as JPEG have no pixels yet; what they look like is looked at through lastFrame.
        double luma = isJpeg(frame) ? -1 : frame.picture(NoCodec.INSTANCE).meanLuma();
        pictures.add(new Picture(capture, System.nanoTime(), frame.widthPx(), frame.heightPx(), luma));
        lastFrame = Optional.of(frame);
    }

    static boolean isJpeg(VideoFrame frame) {
        return frame.jpegIfMade(io.mediamesh.contracts.JpegForm.ofQuality(80)).isPresent();
    }

    I420 lastPicture() {
        return lastFrame.orElseThrow().picture(NoCodec.INSTANCE);
    }

    @Override
    public void audio(CaptureTime capture, AudioBlock block) {
        sounds.add(new Sound(capture, block));
    }

    @Override
    public void lost(String reason) {
        states.add("lost: " + reason);
    }

    @Override
    public void ended(String reason) {
        states.add("ended: " + reason);
    }

    @Override
    public void failed(String reason) {
        states.add("failed: " + reason);
    }

    @Override
    public void corrupt() {
        corrupt.incrementAndGet();
    }
}
