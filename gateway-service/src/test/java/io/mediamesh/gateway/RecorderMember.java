package io.mediamesh.gateway;

import io.mediamesh.contracts.FailureCode;
import io.mediamesh.contracts.MeshException;
import io.mediamesh.contracts.RecorderProtocol;
import io.mediamesh.contracts.RecorderProtocol.Entry;
import io.mediamesh.contracts.RecorderProtocol.Recording;
import io.mediamesh.contracts.RecorderProtocol.State;
import io.mediamesh.mesh.Mesh;
import io.mediamesh.testkit.Await;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Speaks for a member that records, by the protocol that gateways know: files of made-up bytes instead of media. */
final class RecorderMember implements AutoCloseable {
    /** Bytes of each video file: some pieces and a bit. */
    static final int VIDEO_BYTES = 2 * RecorderProtocol.MOST_READ_BYTES + 12_345;

    static final String EVENTS = "{\"t\":0.5,\"part\":1,\"topic\":\"intensity\",\"data\":{}}\n";

    /** What was asked, oldest first. */
    final List<RecorderProtocol.Request> requests = new CopyOnWriteArrayList<>();

    final Map<String, Recording> recordings;

    private final Path root;
    private final AtomicInteger names = new AtomicInteger();
    private final MessageConsumer<JsonObject> consumer;
    private volatile Optional<MeshException> refusal = Optional.empty();

    private RecorderMember(Mesh mesh, String memberId, Path root, Map<String, Recording> recordings) {
        this.root = root;
        this.recordings = recordings;
        this.names.set(recordings.size());
        this.consumer = mesh.vertx().eventBus().consumer(RecorderProtocol.addressOf(memberId), this::take);
        Await.result(consumer.completion());
    }

    static RecorderMember of(Mesh mesh, Path root) {
        return new RecorderMember(mesh, RunningGateway.SELF, root, new ConcurrentHashMap<>());
    }

    /** The member after a restart. */
    RecorderMember again(Mesh mesh) {
        return new RecorderMember(mesh, RunningGateway.SELF, root, recordings);
    }

    /** From now on recordings are refused. */
    void refuse(FailureCode code, String reason) {
        refuse(new MeshException(code, reason));
    }

    /** The same with this failure. */
    void refuse(MeshException failure) {
        refusal = Optional.of(failure);
    }

    /** How many of the requests were of this type. */
    long asked(Class<? extends RecorderProtocol.Request> type) {
        return requests.stream().filter(type::isInstance).count();
    }

    RecorderProtocol.Start lastStart() {
        return requests.reversed().stream()
                .filter(RecorderProtocol.Start.class::isInstance)
                .map(RecorderProtocol.Start.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Changes what became of a recording. */
    void turn(String id, State state) {
        recordings.computeIfPresent(id, (same, recording) -> turned(recording, state));
    }

    /** Says of a recording that is being written why it is not written now; empty when it is. */
    void waitWith(String id, String reason) {
        recordings.computeIfPresent(
                id, (same, recording) -> with(recording, State.RECORDING, recording.files(), reason));
    }

    /** The bytes of a file. */
    byte[] bytes(String id, String file) {
        try {
            return Files.readAllBytes(root.resolve(id).resolve(file));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Writes more to a file of a recording. */
    void append(String id, String file, byte[] more) {
        try {
            Path path = root.resolve(id).resolve(file);
            byte[] before = Files.readAllBytes(path);
            Files.write(path, Buffer.buffer(before).appendBytes(more).getBytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void take(Message<JsonObject> message) {
        RecorderProtocol.Request request = RecorderProtocol.Request.ofJson(message.body());
        requests.add(request);
        try {
            message.reply(answer(request));
        } catch (MeshException refused) {
            message.fail(refused.code().number(), refused.replyText());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Object answer(RecorderProtocol.Request request) throws IOException {
        return switch (request) {
            case RecorderProtocol.Start start -> start(start).toJson();
            case RecorderProtocol.Stop stop -> {
                if (existing(stop.recording()).state() == State.RECORDING) {
                    turn(stop.recording(), State.FINISHED);
                }
                yield existing(stop.recording()).toJson();
            }
            case RecorderProtocol.ListAll all ->
                RecorderProtocol.recordingsJson(recordings.values().stream()
                        .map(recording -> current(recording))
                        .toList());
            case RecorderProtocol.Get get -> existing(get.recording()).toJson();
            case RecorderProtocol.Delete delete -> {
                if (existing(delete.recording()).state() == State.RECORDING) {
                    throw new MeshException(FailureCode.CONFLICT, "the recording is being written; stop it first");
                }
                recordings.remove(delete.recording());
                yield new JsonObject();
            }
            case RecorderProtocol.Read read -> {
                existing(read.recording());
                try (RandomAccessFile file = new RandomAccessFile(
                        root.resolve(read.recording()).resolve(read.file()).toFile(), "r")) {
                    byte[] piece = new byte[(int) Math.min(read.length(), Math.max(0, file.length() - read.offset()))];
                    file.seek(read.offset());
                    file.readFully(piece);
                    yield Buffer.buffer(piece);
                }
            }
        };
    }

    private Recording start(RecorderProtocol.Start start) throws IOException {
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        int number = names.incrementAndGet();
        String id = "20261121T%06dZ-%s-aaaa".formatted(number, start.stream());
        Path folder = Files.createDirectories(root.resolve(id));
        byte[] video = new byte[VIDEO_BYTES];
        new Random(number).nextBytes(video);
        Files.write(folder.resolve("video-0001.mp4"), video);
        Files.write(folder.resolve("audio-0001.wav"), new byte[1_000]);
        Files.writeString(folder.resolve("events.jsonl"), EVENTS);
        Files.writeString(folder.resolve("manifest.json"), "{\"format\":1}");
        Recording recording = new Recording(
                id,
                start.stream(),
                start.topics(),
                start.events(),
                State.RECORDING,
                "",
                RunningGateway.SELF,
                1_763_700_000.5 + number,
                Optional.empty(),
                12.25,
                0,
                folder.resolve("video-0001.mp4").toString(),
                false,
                List.of(new RecorderProtocol.Part(1, 0, 12.25, 1_763_700_000.5 + number, 17L, 320, 240, "")),
                List.of());
        recordings.put(id, recording);
        return current(recording);
    }

    private Recording existing(String id) {
        return Optional.ofNullable(recordings.get(id))
                .map(this::current)
                .orElseThrow(() -> new MeshException(FailureCode.NOT_FOUND, "there is no recording " + id));
    }

    /** With the files as they are now; hashes are known when they are closed. */
    private Recording current(Recording recording) {
        boolean open = recording.state() == State.RECORDING;
        List<Entry> files = new ArrayList<>();
        files.add(entry(recording.id(), "video-0001.mp4", "video/mp4", 1, open));
        files.add(entry(recording.id(), "audio-0001.wav", "audio/wav", 1, open));
        files.add(entry(recording.id(), "events.jsonl", "application/x-ndjson", 0, open));
        return with(recording, recording.state(), files);
    }

    private Entry entry(String id, String name, String type, int part, boolean open) {
        byte[] bytes = bytes(id, name);
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Entry(
                    name,
                    type,
                    part,
                    "",
                    bytes.length,
                    open ? "" : HexFormat.of().formatHex(digest));
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static Recording turned(Recording recording, State state) {
        return with(recording, state, recording.files());
    }

    private static Recording with(Recording from, State state, List<Entry> files) {
        return with(from, state, files, from.reason());
    }

    private static Recording with(Recording from, State state, List<Entry> files, String reason) {
        return new Recording(
                from.id(),
                from.stream(),
                from.topics(),
                from.events(),
                state,
                reason,
                from.member(),
                from.startedUnixSeconds(),
                state == State.RECORDING ? Optional.empty() : Optional.of(from.startedUnixSeconds() + 12.25),
                from.durationSeconds(),
                files.stream().mapToLong(Entry::sizeBytes).sum(),
                from.path(),
                from.remuxed(),
                from.parts(),
                files);
    }

    @Override
    public void close() {
        Await.result(consumer.unregister());
    }
}
