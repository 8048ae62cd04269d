package io.mediamesh.mesh;

import java.util.Optional;
import java.util.function.Supplier;

/**
 * How much of a kind of work a member takes: when it says no, the next member in the order of the stream is asked. Asked for
 * a stream of which the member has nothing yet; what is under way is never refused. Answers at once, on the control context.
 */
public interface Capacity {
    /** Everything is taken. */
    Capacity UNLIMITED = streams -> Optional.empty();

    /**
     * Why nothing more can be taken, whatever the others say.
     *
     * @param streams of so many streams topics of this kind are produced here
     */
    Optional<String> full(int streams);

    /** Why somebody else had better take it; where all say so, the first one takes it all the same. */
    default Optional<String> strained() {
        return Optional.empty();
    }

    /**
     * The setting that bounds the streams of a service.
     *
     * @param what of a member is bounded, for people, for example {@code Streams that one member looks at at once}
     */
    static Setting<Integer> setting(String service, String what) {
        return Setting.integer(
                service + ".max_streams",
                0,
                0,
                100_000,
                what + ", at most; further streams are left to other members; 0: no limit.");
    }

    /**
     * At most so many streams.
     *
     * @param most of {@link #setting}
     * @param strain see {@link #strained}
     */
    static Capacity of(Setting<Integer> setting, int most, Supplier<Optional<String>> strain) {
        return new Capacity() {
            @Override
            public Optional<String> full(int streams) {
                return most == 0 || streams < most
                        ? Optional.empty()
                        : Optional.of("it has as many streams as " + setting.key() + " allows (" + most + ")");
            }

            @Override
            public Optional<String> strained() {
                return strain.get();
            }
        };
    }
}
