package io.mediamesh.e2e;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/** A client of the WebSocket of a live session: pictures as JPEG, sound as text. */
final class RoomViewer implements WebSocket.Listener, AutoCloseable {
    private static final int BITS = 16;

    /** The numbers that the pictures carry. */
    final List<Integer> numbers = new CopyOnWriteArrayList<>();

    final List<String> words = new CopyOnWriteArrayList<>();
    volatile int closeStatus;

    private final ByteArrayOutputStream picture = new ByteArrayOutputStream();
    private final StringBuilder text = new StringBuilder();
    private final ByteArrayOutputStream sound = new ByteArrayOutputStream();
    private final WebSocket socket;

    RoomViewer(Product product, String room) {
        socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create(product.socketUrl("/api/live-sessions/ws/live/" + room)), this)
                .join();
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        picture.writeBytes(bytes);
        if (last) {
            numbers.add(numberIn(picture.toByteArray()));
            picture.reset();
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
        text.append(data);
        if (last) {
            String whole = text.toString();
            text.setLength(0);
            if (whole.startsWith("audio:")) {
                synchronized (sound) {
                    sound.writeBytes(Base64.getDecoder().decode(whole.substring("audio:".length())));
                }
            } else {
                words.add(whole);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int status, String reason) {
        closeStatus = status;
        return null;
    }

    /** All samples so far. */
    short[] samples() {
        byte[] bytes;
        synchronized (sound) {
            bytes = sound.toByteArray();
        }
        short[] samples = new short[bytes.length / Short.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
        return samples;
    }

    /** In the upper half the number stands as 16 blocks, white for 1, from the highest bit to the lowest. */
    private static int numberIn(byte[] jpeg) {
        try {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(jpeg));
            int number = 0;
            for (int bit = 0; bit < BITS; bit++) {
                int x = (2 * bit + 1) * image.getWidth() / (2 * BITS);
                int green = image.getRGB(x, image.getHeight() / 4) >> 8 & 0xff;
                number = 2 * number + (green > 127 ? 1 : 0);
            }
            return number;
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
