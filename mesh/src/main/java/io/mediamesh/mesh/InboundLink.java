package io.mediamesh.mesh;

import io.mediamesh.contracts.CaptureTime;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The subscriber's side of a link: takes items of another member's topic and passes them to all local subscriptions
 * that share it. It grants the producer as many items as the hungriest of them wants, never more than the window.
 * Runs on the control context.
 */
final class InboundLink {
    /** Items in flight at most: more only adds delay. */
    static final int WINDOW_ITEMS = 8;

    private final long id;
    private final LinkTerms terms;
    private final Links links;
    private final StageMeters.Stages stages;
    private final CopyOnWriteArrayList<Outlet> outlets = new CopyOnWriteArrayList<>();
    private final Promise<Void> opened = Promise.promise();
    private long received;
    private long granted;
    private boolean open;
    private boolean done;

    InboundLink(long id, LinkTerms terms, Links links) {
        this.id = id;
        this.terms = terms;
        this.links = links;
        this.stages = links.mesh().stages().of(terms.topic().kind());
    }

    long id() {
        return id;
    }

    LinkTerms terms() {
        return terms;
    }

    long received() {
        return received;
    }

    long granted() {
        return granted;
    }

    Future<Void> opened() {
        return opened.future();
    }

    boolean isOpen() {
        return open && !done;
    }

    void nowOpen() {
        open = true;
        opened.complete();
        updateCredit();
    }

    void failed(Throwable cause) {
        done = true;
        opened.fail(cause);
    }

    void attach(Outlet outlet) {
        outlets.addIfAbsent(outlet);
        updateCredit();
    }

    void detach(Outlet outlet) {
        outlets.remove(outlet);
    }

    boolean isDeserted() {
        return outlets.isEmpty();
    }

    boolean serves(Outlet outlet) {
        return outlets.contains(outlet);
    }

    long highestEpoch() {
        return outlets.stream().mapToLong(Outlet::highestEpoch).max().orElse(Long.MIN_VALUE);
    }

    void take(LinkFrame frame) {
        switch (frame) {
            case LinkFrame.Data data -> {
                received++;
                stages.record(
                        StageMeters.Stage.ARRIVE,
                        CaptureTime.now().unixNanos()
                                - data.item().stamp().capture().unixNanos());
                for (Outlet outlet : outlets) {
                    outlet.accept(data.item(), data.dropped());
                }
                updateCredit();
            }
            case LinkFrame.Missing missing -> outlets.forEach(outlet -> outlet.notice(missing.gap()));
            case LinkFrame.Ended ended -> finish(outlet -> outlet.feedEnded(ended.reason()));
            case LinkFrame.Lost lost -> finish(outlet -> outlet.feedLost(lost.reason()));
        }
    }

    /** The producer is gone without a word. */
    void lose(String reason) {
        finish(outlet -> outlet.feedLost(reason));
    }

    /**
     * Tells the producer how much more may come. Half a window is granted at a time, so that a stream of items costs
     * few messages; a lone credit is sent at once.
     */
    void updateCredit() {
        if (!isOpen()) {
            return;
        }
        long appetite = 0;
        for (Outlet outlet : outlets) {
            appetite = Math.max(appetite, outlet.appetite());
        }
        long inFlight = granted - received;
        long next = received + Math.min(WINDOW_ITEMS, appetite);
        if (next > granted && (inFlight == 0 || next - granted >= WINDOW_ITEMS / 2 || appetite < WINDOW_ITEMS)) {
            granted = next;
            links.sendCredit(this);
        }
    }

    private void finish(Consumer<Outlet> farewell) {
        done = true;
        links.forget(this);
        List<Outlet> all = List.copyOf(outlets);
        outlets.clear();
        all.forEach(farewell);
    }
}
