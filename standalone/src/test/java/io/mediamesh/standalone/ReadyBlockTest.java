package io.mediamesh.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.mediamesh.contracts.SourceUrl;
import io.mediamesh.contracts.StreamDescription;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.mesh.Service;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ReadyBlockTest {
    private static final String URL = "http://127.0.0.1:8080/";

    @Test
    void showsWhereItIsWhatItServesAndWhatToTry() {
        assertThat(block(List.of(stream("door", "rtsp://10.0.0.9/live")), true))
                .contains("Dashboard  http://127.0.0.1:8080/")
                .contains("door  rtsp://10.0.0.9/live")
                .contains("motion, faces")
                .contains("curl -o snapshot.jpg http://127.0.0.1:8080/api/v1/streams/door/snapshot.jpg");
    }

    @Test
    void neverShowsTheCredentialsOfASource() {
        assertThat(block(List.of(stream("door", "rtsp://admin:hunter2@10.0.0.9/live?token=abc")), true))
                .doesNotContain("hunter2")
                .doesNotContain("admin")
                .doesNotContain("abc");
    }

    @Test
    void saysWhyThereIsNoDetector() {
        assertThat(block(List.of(stream("test", "test:")), false)).contains("not ready: motion, faces");
    }

    @Test
    void countsStreamsThatWouldFillTheScreen() {
        List<StreamDescription> many = IntStream.range(0, 25)
                .mapToObj(number -> stream("cam" + number, "test:"))
                .toList();
        assertThat(block(many, true)).contains("and 15 more").doesNotContain("cam20");
    }

    private static String block(List<StreamDescription> streams, boolean ready) {
        return new ReadyBlock("1.2.3", URL, streams, new Service.Health(ready, "motion, faces")).text();
    }

    private static StreamDescription stream(String id, String url) {
        return new StreamDescription(new StreamId(id), SourceUrl.parse(url), true, Map.of());
    }
}
