package io.mediamesh.gateway;

import io.mediamesh.contracts.StreamId;
import io.mediamesh.contracts.Webhook;
import io.mediamesh.gateway.WebhookSender.Letter;
import io.mediamesh.gateway.WebhookSender.Outcome;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits for one webhook: sent one after the other, the first again and again after growing pauses until it is there or
 * was tried often enough. Where more wait than may, the oldest that is not on its way is dropped. On the gateway's event loop.
 */
final class WebhookQueue {
    private static final Logger LOG = LoggerFactory.getLogger(WebhookQueue.class);

    private final Vertx vertx;
    private final StreamId stream;
    private final WebhookConfig config;
    private final WebhookSender sender;
    private final WebhookMeters meters;
    private final Deque<Letter> waiting = new ArrayDeque<>();
    private Webhook webhook;
    private boolean sending;
    private boolean failing;
    private boolean closed;
    private long lost;
    private long timer = -1;

    WebhookQueue(
            Vertx vertx,
            StreamId stream,
            Webhook webhook,
            WebhookConfig config,
            WebhookSender sender,
            WebhookMeters meters) {
        this.vertx = vertx;
        this.stream = stream;
        this.webhook = webhook;
        this.config = config;
        this.sender = sender;
        this.meters = meters;
    }

    Webhook webhook() {
        return webhook;
    }

    /** From the next attempt on it is as described here. */
    void become(Webhook changed) {
        webhook = changed;
    }

    void add(Letter letter) {
        if (waiting.size() >= config.queue()) {
            drop();
        }
        waiting.addLast(letter);
        meters.queued();
        if (!sending) {
            send(1, config.firstPause().toMillis());
        }
    }

    private void drop() {
        // The first one may be on its way.
        Letter first = waiting.removeFirst();
        if (sending && !waiting.isEmpty()) {
            waiting.removeFirst();
            waiting.addFirst(first);
        }
        meters.dropped(1);
        lost++;
    }

    private void send(int attempt, long pauseMillis) {
        Letter letter = waiting.peekFirst();
        if (letter == null || closed) {
            sending = false;
            return;
        }
        sending = true;
        sender.send(webhook, letter).onSuccess(outcome -> {
            if (!closed) {
                on(outcome, letter, attempt, pauseMillis);
            }
        });
    }

    private void on(Outcome outcome, Letter letter, int attempt, long pauseMillis) {
        switch (outcome) {
            case Outcome.Delivered delivered -> {
                if (failing) {
                    LOG.info("the webhook {} of {} takes events again; {} were lost", webhook, stream, lost);
                    failing = false;
                    lost = 0;
                }
                if (waiting.remove(letter)) {
                    meters.delivered();
                }
                send(1, config.firstPause().toMillis());
            }
            case Outcome.Failed failed -> {
                if (!failing) {
                    LOG.warn("the webhook {} of {} does not take an event: {}", webhook, stream, failed.why());
                    failing = true;
                }
                if (!failed.mayPass() || attempt >= config.attempts()) {
                    if (waiting.remove(letter)) {
                        meters.failed();
                        lost++;
                    }
                    send(1, config.firstPause().toMillis());
                } else {
                    meters.retried();
                    timer = vertx.setTimer(
                            pauseMillis,
                            due -> send(
                                    letter.equals(waiting.peekFirst()) ? attempt + 1 : 1,
                                    Math.min(
                                            2 * pauseMillis,
                                            config.longestPause().toMillis())));
                }
            }
        }
    }

    /** Sends nothing any more. */
    void close() {
        closed = true;
        vertx.cancelTimer(timer);
        meters.dropped(waiting.size());
        waiting.clear();
    }
}
