package io.mediamesh.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoomNameTest {
    @ParameterizedTest
    @ValueSource(strings = {"my-live-room", "a", "Room_1.2", "..."})
    void aNameIsTakenWhateverItsCharacters(String name) {
        assertThat(new RoomName(name).value()).isEqualTo(name);
    }

    @Test
    void aNameThatCanBeAnIdIsTheIdOfItsStream() {
        assertThat(new RoomName("my-live-room").stream().value()).isEqualTo("my-live-room");
    }

    @Test
    void anyOtherNameGetsAnIdThatIsReadableAndItsOwn() {
        assertThat(new RoomName("Straße 7").stream().value()).matches("Stra_e_7-r[0-9a-f]{20}");
        assertThat(new RoomName("東京").stream().value()).matches("room-r[0-9a-f]{20}");
        assertThat(new RoomName("x".repeat(255)).stream().value()).hasSizeLessThanOrEqualTo(128);
        assertThat(Stream.of("a b", "a_b", "a/b", "a  b", "ä b", "_a_b").map(name -> new RoomName(name).stream()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aRoomThatIsNamedLikeTheIdOfAnotherGetsAnotherId() {
        String id = new RoomName("a b").stream().value();

        assertThat(new RoomName(id).stream().value()).isNotEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "..", "../etc", "a/../b", "a/..", "..\\etc", "a\u0000b", "a\nb", "\ud800"})
    void whatIsNoNameIsRefusedByTheNameOfTheField(String name) {
        assertThatThrownBy(() -> new RoomName(name)).hasMessageContaining("room_name");
    }

    @Test
    void aNameHasAtMost255Characters() {
        assertThatThrownBy(() -> new RoomName("x".repeat(256))).hasMessageContaining("255");
    }
}
