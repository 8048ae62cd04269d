package io.mediamesh.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MeshExceptionTest {
    @ParameterizedTest
    @CsvSource({"topics, no such topic", "'', there is no room", "'', 'odd \u001f message'", "id, '\u001fodd'"})
    void aReplyStandsForTheWholeFailure(String field, String message) {
        MeshException failure = new MeshException(FailureCode.INVALID, message, field);
        MeshException told = MeshException.ofReply(new ReplyException(
                ReplyFailure.RECIPIENT_FAILURE, failure.code().number(), failure.replyText()));

        assertThat(told).hasMessage(message);
        assertThat(told.code()).isEqualTo(FailureCode.INVALID);
        assertThat(told.field().orElse("")).isEqualTo(field);
    }
}
