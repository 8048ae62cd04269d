package io.mediamesh.tracking;

import io.mediamesh.contracts.Bytes;
import io.mediamesh.contracts.FailureCode;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;

/**
 * What is needed of each session to go on with it at another member. Who owns a session holds its epoch, which grows with
 * each change of hands; what is written under an earlier epoch is refused. Any thread; futures complete on the caller's
 * context.
 */
interface SessionStore {
    /**
     * A session after one of its frames.
     *
     * @param epoch of the owner
     * @param frameIndex of the frame
     * @param state what the tracker gave
     */
    record Kept(long epoch, long frameIndex, Bytes state) {}

    /** Keeps a new session; {@link FailureCode#CONFLICT} where there is one of this name. */
    Future<Void> create(String session, Kept first);

    /** The epoch of the session's owner, if there is such a session. */
    Future<Optional<Long>> epoch(String session);

    /**
     * Keeps a session after a later frame: {@link FailureCode#STALE} when another member has taken it over, {@link
     * FailureCode#NOT_FOUND} when it has ended.
     */
    Future<Void> save(String session, Kept later);

    /** The session as its owner left it, which stays the owner. */
    Future<Optional<Kept>> read(String session);

    /** Makes the caller the owner: gives the session as its last owner left it, under the caller's new epoch. */
    Future<Optional<Kept>> takeOver(String session);

    /** Forgets a session, whoever owns it. */
    Future<Void> remove(String session);

    /** Forgets a session if it still has this owner. */
    Future<Void> removeOwn(String session, long epoch);

    /** Forgets the sessions of which nothing has been heard for so long; to be called several times in that time. */
    Future<Void> removeIdle(Duration idle);
}
