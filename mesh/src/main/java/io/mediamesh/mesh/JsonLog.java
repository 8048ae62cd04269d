package io.mediamesh.mesh;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import com.fasterxml.jackson.core.JsonGenerator;
import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Topic;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import java.io.IOException;
import java.util.function.UnaryOperator;
import net.logstash.logback.composite.AbstractJsonProvider;
import net.logstash.logback.composite.JsonProviders;
import net.logstash.logback.composite.loggingevent.KeyValuePairsJsonProvider;
import net.logstash.logback.composite.loggingevent.LogLevelJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggerNameJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventFormattedTimestampJsonProvider;
import net.logstash.logback.composite.loggingevent.LoggingEventThreadNameJsonProvider;
import net.logstash.logback.composite.loggingevent.MdcJsonProvider;
import net.logstash.logback.composite.loggingevent.MessageJsonProvider;
import net.logstash.logback.composite.loggingevent.StackTraceJsonProvider;
import net.logstash.logback.encoder.LoggingEventCompositeJsonEncoder;
import net.logstash.logback.mask.MaskingJsonGeneratorDecorator;

/**
 * One JSON object a line for collectors of logs: {@code time}, {@code level}, {@code logger}, {@code thread},
 * {@code member}, {@code message}; {@code stream} and {@code topic} where the line is about one, {@code trace_id} and
 * {@code span_id} within a traced request, {@code stack} with a fault.
 */
final class JsonLog {
    private JsonLog() {}

    /**
     * Makes the encoder.
     *
     * @param member name of this process
     * @param traced whether requests are traced here
     * @param mask takes credentials out of a text
     */
    static Encoder<ILoggingEvent> encoder(
            LoggerContext context, String member, boolean traced, UnaryOperator<String> mask) {
        LoggingEventFormattedTimestampJsonProvider time = new LoggingEventFormattedTimestampJsonProvider();
        time.setFieldName("time");
        time.setTimeZone("UTC");
        LoggerNameJsonProvider logger = new LoggerNameJsonProvider();
        logger.setFieldName("logger");
        LoggingEventThreadNameJsonProvider thread = new LoggingEventThreadNameJsonProvider();
        thread.setFieldName("thread");
        StackTraceJsonProvider stack = new StackTraceJsonProvider();
        stack.setFieldName("stack");
        LoggingEventCompositeJsonEncoder encoder = new LoggingEventCompositeJsonEncoder();
        JsonProviders<ILoggingEvent> fields = encoder.getProviders();
        fields.addProvider(time);
        fields.addProvider(new LogLevelJsonProvider());
        fields.addProvider(logger);
        fields.addProvider(thread);
        fields.addProvider(new About(member, traced));
        fields.addProvider(new MessageJsonProvider());
        fields.addProvider(new MdcJsonProvider());
        fields.addProvider(new KeyValuePairsJsonProvider());
        fields.addProvider(stack);
        MaskingJsonGeneratorDecorator masking = new MaskingJsonGeneratorDecorator();
        masking.addValueMasker((where, value) -> {
            if (!(value instanceof CharSequence text)) {
                return null;
            }
            String masked = mask.apply(text.toString());
            return masked.contentEquals(text) ? null : masked;
        });
        masking.start();
        encoder.setJsonGeneratorDecorator(masking);
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    /** What a line is about: its arguments tell, and the request that it belongs to. */
    private static final class About extends AbstractJsonProvider<ILoggingEvent> {
        private final String member;
        private final boolean traced;

        About(String member, boolean traced) {
            this.member = member;
            this.traced = traced;
        }

        @Override
        public void writeTo(JsonGenerator json, ILoggingEvent event) throws IOException {
            json.writeStringField("member", member);
            Object[] arguments = event.getArgumentArray();
            for (Object argument : arguments == null ? new Object[0] : arguments) {
                if (argument instanceof Topic topic) {
                    json.writeStringField("stream", topic.stream().value());
                    json.writeStringField("topic", topic.kind());
                    break;
                }
                if (argument instanceof StreamId stream) {
                    json.writeStringField("stream", stream.value());
                    break;
                }
            }
            SpanContext span = traced ? Span.current().getSpanContext() : SpanContext.getInvalid();
            if (span.isValid()) {
                json.writeStringField("trace_id", span.getTraceId());
                json.writeStringField("span_id", span.getSpanId());
            }
        }
    }
}
