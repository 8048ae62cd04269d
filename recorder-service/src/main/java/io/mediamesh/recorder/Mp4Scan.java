package io.mediamesh.recorder;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;

/**
 * How far a fragmented MP4 file is whole, and how long it is to there.
 *
 * @param wholeBytes up to the end of the last fragment that is there with all of its data; 0 without a whole header
 * @param fragments that are whole
 * @param seconds of the longest track
 */
record Mp4Scan(long wholeBytes, int fragments, double seconds) {
    private static final int HEADER_BYTES = 8;
    // Headers say what there is; data is never looked at.
    private static final int MOST_METADATA_BYTES = 16 << 20;

    /** Looks through a file. Blocks. */
    static Mp4Scan of(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            return new Scanner(channel).scan();
        }
    }

    private static final class Scanner {
        private final FileChannel channel;
        private final Map<Integer, Integer> timescales = new HashMap<>();
        private double seconds;

        Scanner(FileChannel channel) {
            this.channel = channel;
        }

        Mp4Scan scan() throws IOException {
            long size = channel.size();
            long at = 0;
            long whole = 0;
            int fragments = 0;
            double moofSeconds = -1;
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            while (at + HEADER_BYTES <= size) {
                header.clear();
                channel.read(header, at);
                long length = Integer.toUnsignedLong(header.getInt(0));
                String type = new String(header.array(), 4, 4, StandardCharsets.US_ASCII);
                if (length < HEADER_BYTES || at + length > size) {
                    break;
                }
                switch (type) {
                    case "moov" -> {
                        readTracks(body(at, length));
                        whole = at + length;
                    }
                    case "moof" -> moofSeconds = endOf(body(at, length));
                    case "mdat" -> {
                        if (moofSeconds >= 0 && whole > 0) {
                            whole = at + length;
                            fragments++;
                            seconds = Math.max(seconds, moofSeconds);
                            moofSeconds = -1;
                        }
                    }
                    case "ftyp", "free", "sidx", "mfra" -> {}
                    default -> {
                        return new Mp4Scan(whole, fragments, seconds);
                    }
                }
                at += length;
            }
            return new Mp4Scan(whole, fragments, seconds);
        }

        private ByteBuffer body(long at, long length) throws IOException {
            if (length > MOST_METADATA_BYTES) {
                throw new IOException("a header of " + length + " bytes is not one of ours");
            }
            ByteBuffer body = ByteBuffer.allocate((int) length - HEADER_BYTES);
            channel.read(body, at + HEADER_BYTES);
            return body.flip();
        }

        private void readTracks(ByteBuffer moov) {
            int[] track = new int[1];
            walk(moov, (type, box) -> {
                switch (type) {
                    case "tkhd" -> track[0] = box.getInt(box.get(0) == 1 ? 20 : 12);
                    case "mdhd" -> timescales.put(track[0], box.getInt(box.get(0) == 1 ? 20 : 12));
                    default -> {}
                }
            });
        }

        private double endOf(ByteBuffer moof) {
            int[] track = new int[1];
            long[] begin = new long[1];
            double[] end = new double[1];
            walk(moof, (type, box) -> {
                switch (type) {
                    case "tfhd" -> track[0] = box.getInt(4);
                    case "tfdt" -> begin[0] = box.getLong(4);
                    case "trun" -> {
                        long ticks = begin[0];
                        for (int sample = 0; sample < box.getInt(4); sample++) {
                            ticks += box.getInt(12 + 16 * sample);
                        }
                        int scale = timescales.getOrDefault(track[0], 1);
                        end[0] = Math.max(end[0], ticks / (double) scale);
                    }
                    default -> {}
                }
            });
            return end[0];
        }

        private interface Visitor {
            void box(String type, ByteBuffer body);
        }

        private static void walk(ByteBuffer boxes, Visitor visitor) {
            int at = 0;
            while (at + HEADER_BYTES <= boxes.limit()) {
                int length = boxes.getInt(at);
                if (length < HEADER_BYTES || at + length > boxes.limit()) {
                    return;
                }
                byte[] type = new byte[4];
                boxes.get(at + 4, type);
                String name = new String(type, StandardCharsets.US_ASCII);
                ByteBuffer body = boxes.slice(at + HEADER_BYTES, length - HEADER_BYTES);
                switch (name) {
                    case "trak", "mdia", "traf" -> walk(body, visitor);
                    default -> visitor.box(name, body);
                }
                at += length;
            }
        }
    }
}
