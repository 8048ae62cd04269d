package io.mediamesh.client;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.WebSocket;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection for all types that are wanted at the same rate. It opens with the first type, asks for what is wanted
 * and nothing else, and is over with the last. Lives on one context.
 */
final class AudioFeed implements AudioLink.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(AudioFeed.class);

    private final Map<AudioType, WantedType> wanted = new LinkedHashMap<>();
    private final AudioLink link;
    private final AudioMessages messages;
    private final ErrorListeners errors;
    private final Consumer<WantedType> whenRefused;
    private final Runnable whenBroken;

    private Set<AudioType> asked = Set.of();
    private @Nullable MediameshException told;
    private String lastState = "";
    private boolean gaveUpOne;
    private boolean broken;

    /**
     * @param sockets opens the connection for some types; called on the context
     * @param whenRefused told of each type that the server does not serve
     * @param whenBroken told each time that the connection has broken
     */
    AudioFeed(
            Context context,
            Function<Set<AudioType>, Future<WebSocket>> sockets,
            Backoff backoff,
            AudioMessages messages,
            ErrorListeners errors,
            Consumer<WantedType> whenRefused,
            Runnable whenBroken) {
        this.link = new AudioLink(context, () -> sockets.apply(ask()), backoff, this);
        this.messages = messages;
        this.errors = errors;
        this.whenRefused = whenRefused;
        this.whenBroken = whenBroken;
    }

    /** Adds a type, or sees to it that one which is there has what it needs. */
    void add(WantedType type) {
        wanted.put(type.type(), type);
        if (link.isOpen()) {
            type.registrations().forEach(AudioRegistration::open);
            align();
        } else {
            link.open();
        }
    }

    /** Takes a type away. */
    void remove(WantedType type) {
        wanted.remove(type.type());
        if (!wanted.isEmpty()) {
            align();
        }
    }

    boolean isEmpty() {
        return wanted.isEmpty();
    }

    boolean isOpen() {
        return link.isOpen();
    }

    /** Closes the connection for good. */
    Future<Void> close() {
        return link.close();
    }

    private Set<AudioType> ask() {
        asked = Set.copyOf(wanted.keySet());
        return asked;
    }

    /** Asks for what is wanted now, where that has changed. */
    private void align() {
        if (link.isOpen() && !asked.equals(wanted.keySet())) {
            JsonArray names = new JsonArray();
            ask().stream().sorted().forEach(type -> names.add(type.name()));
            link.send(new JsonObject().put("types", names).encode());
        }
    }

    @Override
    public void opened() {
        told = null;
        gaveUpOne = false;
        if (broken) {
            broken = false;
            LOG.info("results of analyses of sound come again");
        }
        wanted.values().forEach(type -> type.registrations().forEach(AudioRegistration::open));
        align();
    }

    @Override
    public void message(String text) {
        for (AudioMessages.Message message : messages.read(text)) {
            switch (message) {
                case AudioMessages.Result result -> deliver(result.data());
                case AudioMessages.Refusal refusal -> refusal(refusal.failure());
                case AudioMessages.Rate rate -> errors.tell(AudioError.of(AudioError.Kind.RATE, rate.text()));
                case AudioMessages.State state -> lastState = state.reason();
                case AudioMessages.Other other -> LOG.debug("a message that is of no concern: {}", other.text());
            }
        }
    }

    private void deliver(AudioData data) {
        link.works();
        WantedType type = wanted.get(data.metadata().dataType());
        // One that was taken away may still be on its way.
        if (type != null) {
            type.deliver(data, errors);
        }
    }

    private void refusal(MediameshException failure) {
        told = failure;
        errors.tell(AudioError.of(AudioError.Kind.REFUSAL, failure.getMessage(), failure));
        gaveUpOne = failure.field().equals(Optional.of("types")) && giveUpOne(failure);
    }

    @Override
    public void refused(int status) {
        MediameshException reason = told == null ? Failures.ofAnswer(status, null) : told;
        boolean othersMayGoOn = gaveUpOne;
        told = null;
        gaveUpOne = false;
        if (othersMayGoOn) {
            reopen();
        } else {
            giveUp(reason);
        }
    }

    @Override
    public void lost(String reason) {
        whenBroken.run();
        tryAgain(lastState.isEmpty() ? reason : reason + ", after it had said: " + lastState);
        lastState = "";
    }

    @Override
    public void unopened(Throwable failure) {
        if (failure instanceof MediameshException told
                && told.field().equals(Optional.of("types"))
                && giveUpOne(failure)) {
            reopen();
            return;
        }
        if (failure instanceof MediameshException told && told.status() < 500 && told.status() != 429) {
            giveUp(failure);
            return;
        }
        for (WantedType type : List.copyOf(wanted.values())) {
            if (type.registrations().stream().allMatch(AudioRegistration::isWaiting)) {
                whenRefused.accept(failing(type, failure));
            } else {
                type.failWaiting(failure);
            }
        }
        if (!wanted.isEmpty()) {
            tryAgain(String.valueOf(failure.getMessage()));
        }
    }

    private void tryAgain(String reason) {
        long pauseMillis = link.openLater();
        String text = "results of analyses of sound are missing, next try in " + pauseMillis + " ms: " + reason;
        if (broken) {
            LOG.debug("{}", text);
        } else {
            broken = true;
            LOG.warn("{}", text);
        }
        errors.tell(AudioError.of(AudioError.Kind.CONNECTION, text));
    }

    private void reopen() {
        if (!wanted.isEmpty()) {
            link.open();
        }
    }

    /** Gives up the type that the server does not have: one that it names and has sent nothing of, or else the newest such. */
    private boolean giveUpOne(Throwable failure) {
        String message = String.valueOf(failure.getMessage());
        List<WantedType> suspects =
                wanted.values().stream().filter(type -> !type.hasDelivered()).toList();
        Optional<WantedType> culprit = suspects.stream()
                .filter(type -> message.contains("\"" + type.type() + "\""))
                .findFirst()
                .or(() -> suspects.isEmpty() ? Optional.empty() : Optional.of(suspects.getLast()));
        culprit.ifPresent(type -> whenRefused.accept(failing(type, failure)));
        // A server that did not take the change still has what it was asked for before.
        asked = Set.of();
        align();
        return culprit.isPresent();
    }

    private void giveUp(Throwable failure) {
        LOG.warn("results of analyses of sound do not come any more: {}", failure.getMessage());
        for (WantedType type : List.copyOf(wanted.values())) {
            whenRefused.accept(failing(type, failure));
        }
    }

    private static WantedType failing(WantedType type, Throwable failure) {
        type.fail(failure);
        return type;
    }
}
