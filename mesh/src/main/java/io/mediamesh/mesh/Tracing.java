package io.mediamesh.mesh;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import io.vertx.core.Context;
import io.vertx.core.VertxBuilder;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.ContextInternal;
import io.vertx.tracing.opentelemetry.OpenTelemetryOptions;
import io.vertx.tracing.opentelemetry.OpenTelemetryTracingFactory;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Traces of requests, from HTTP over the event bus to the member that does the work, for an OpenTelemetry collector: W3C
 * trace context on the way in and between members, OTLP over HTTP on the way out. Items of topics are no requests and
 * are not traced. Without a URL there is none of this.
 */
final class Tracing implements AutoCloseable {
    static final Setting<String> URL = Setting.webUrl(
            "tracing.url",
            "",
            "Where traces of requests go: an OpenTelemetry receiver of OTLP over HTTP, for example"
                    + " http://collector:4318/v1/traces. Empty for no traces.");
    static final Setting<Double> SHARE = Setting.number(
            "tracing.share",
            1,
            0,
            1,
            "Share of the requests that are traced, where whoever asks does not say it (W3C trace context).");

    private static final int MAX_WAITING = 2048;
    private static final Duration EXPORT_PERIOD = Duration.ofSeconds(1);
    private static final Duration EXPORT_LIMIT = Duration.ofSeconds(5);

    private final OpenTelemetrySdk sdk;

    private Tracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
    }

    static List<Setting<?>> all() {
        return List.of(URL, SHARE);
    }

    /** What the settings ask for; empty for no tracing. */
    static Optional<Tracing> of(Settings settings, Member self) {
        String url = settings.get(URL);
        if (url.isEmpty()) {
            return Optional.empty();
        }
        Resource resource = Resource.getDefault()
                .merge(Resource.create(Attributes.of(
                        AttributeKey.stringKey("service.name"),
                        "mediamesh",
                        AttributeKey.stringKey("service.instance.id"),
                        self.id(),
                        AttributeKey.stringKey("service.version"),
                        self.version(),
                        AttributeKey.stringKey("mediamesh.member"),
                        self.name())));
        OtlpHttpSpanExporter exporter = OtlpHttpSpanExporter.builder()
                .setEndpoint(url)
                .setTimeout(EXPORT_LIMIT)
                .build();
        SdkTracerProvider spans = SdkTracerProvider.builder()
                .setResource(resource)
                .setSampler(Sampler.parentBased(Sampler.traceIdRatioBased(settings.get(SHARE))))
                // What the collector does not take in time is dropped, and nothing waits for it.
                .addSpanProcessor(BatchSpanProcessor.builder(exporter)
                        .setMaxQueueSize(MAX_WAITING)
                        .setScheduleDelay(EXPORT_PERIOD)
                        .build())
                .build();
        return Optional.of(new Tracing(OpenTelemetrySdk.builder()
                .setTracerProvider(spans)
                .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))
                .build()));
    }

    /** Lets a Vert.x instance trace its requests. */
    void install(VertxBuilder builder, VertxOptions options) {
        options.setTracingOptions(new OpenTelemetryOptions());
        builder.withTracer(new OpenTelemetryTracingFactory(sdk));
    }

    /**
     * A context of the same thread as the target's on which the trace of the present one goes on, so that what is asked
     * from there belongs to it; the target itself where nothing is traced.
     */
    // The trace ends with the context, which nobody uses for anything else.
    @SuppressWarnings("MustBeClosedChecker")
    static Context following(Context target) {
        // Without a tracer OpenTelemetry has no place in the contexts of this Vert.x instance.
        if (!(target instanceof ContextInternal internal) || internal.tracer() == null) {
            return target;
        }
        io.opentelemetry.context.Context present = io.opentelemetry.context.Context.current();
        if (present == io.opentelemetry.context.Context.root()) {
            return target;
        }
        ContextInternal duplicate = internal.duplicate();
        duplicate.dispatch(ignored -> present.makeCurrent());
        return duplicate;
    }

    /** Sends what waits, for some seconds at most; blocks. */
    @Override
    public void close() {
        sdk.shutdown().join(EXPORT_LIMIT.toSeconds(), TimeUnit.SECONDS);
    }
}
