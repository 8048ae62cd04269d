package io.mediamesh.client;

import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A type of analysis that has consumers, and what came of it. Lives on one context. */
final class WantedType {
    private final AudioType type;
    private final RateMeter meter = new RateMeter(System::nanoTime);
    private List<AudioRegistration> registrations = List.of();
    private OptionalDouble rateHz = OptionalDouble.empty();
    private boolean delivered;
    private long received;
    private long dropped;

    WantedType(AudioType type) {
        this.type = type;
    }

    AudioType type() {
        return type;
    }

    List<AudioRegistration> registrations() {
        return registrations;
    }

    boolean isWanted() {
        return !registrations.isEmpty();
    }

    void add(AudioRegistration registration) {
        registrations =
                Stream.concat(registrations.stream(), Stream.of(registration)).toList();
    }

    void remove(AudioRegistration registration) {
        registrations =
                registrations.stream().filter(other -> other != registration).toList();
    }

    /** The limit that the server is asked for; none for the server's own. */
    OptionalDouble rateHz() {
        return rateHz;
    }

    void limit(OptionalDouble newRateHz) {
        rateHz = newRateHz;
    }

    /** Whether the server is known to have this type. */
    boolean hasDelivered() {
        return delivered;
    }

    void deliver(AudioData data, ErrorListeners errors) {
        delivered = true;
        received++;
        dropped += data.metadata().dropped();
        meter.mark();
        for (AudioRegistration registration : registrations) {
            // A consumer may have taken another one away a moment ago.
            if (!registration.ended().isComplete()) {
                deliver(data, registration.consumer(), errors);
            }
        }
    }

    private void deliver(AudioData data, AudioConsumer consumer, ErrorListeners errors) {
        try {
            consumer.accept(data);
        } catch (Throwable thrown) {
            errors.tell(
                    AudioError.of(AudioError.Kind.CONSUMER, "a consumer of " + type + " failed: " + thrown, thrown));
        }
    }

    /** Ends all registrations. */
    void fail(Throwable failure) {
        registrations.forEach(registration -> registration.fail(failure));
        registrations = List.of();
    }

    /** Ends the registrations that have never had a connection. */
    void failWaiting(Throwable failure) {
        List<AudioRegistration> all = registrations;
        registrations =
                all.stream().filter(registration -> !registration.isWaiting()).toList();
        all.stream().filter(AudioRegistration::isWaiting).forEach(registration -> registration.fail(failure));
    }

    AudioTypeStatistics statistics() {
        return new AudioTypeStatistics(registrations.size(), received, dropped, meter.hz());
    }
}
