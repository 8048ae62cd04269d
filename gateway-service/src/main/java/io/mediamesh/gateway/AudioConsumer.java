package io.mediamesh.gateway;

import io.mediamesh.contracts.MeshException;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who gets analyses of sound, of one or several types over one line. Each type comes from the hub that everybody
 * shares who wants the same. On the gateway's event loop only.
 */
final class AudioConsumer {
    private final AudioConsumers home;
    private final AudioLine line;
    private final AudioProtocolKind protocol;
    private final boolean lasting;
    private final Map<String, AudioViewer> viewers = new LinkedHashMap<>();
    private AudioWish wish;
    private long wishes;
    private boolean joining;
    private boolean closed;
    private boolean heard;
    private int silentSeconds;
    private @Nullable MeshException trouble;

    /**
     * @param lasting whether it waits for its stream where that is not there (any more), instead of being sent away
     */
    AudioConsumer(AudioConsumers home, AudioProtocolKind protocol, AudioLine line, AudioWish wish, boolean lasting) {
        this.home = home;
        this.protocol = protocol;
        this.line = line;
        this.wish = wish;
        this.lasting = lasting;
    }

    AudioLine line() {
        return line;
    }

    AudioProtocolKind protocol() {
        return protocol;
    }

    AudioWish wish() {
        return wish;
    }

    /** Its types that come at the moment. */
    List<AudioViewer> viewers() {
        return List.copyOf(viewers.values());
    }

    /** Why it gets nothing, in words; empty where it does. */
    String reason() {
        MeshException failure = trouble;
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    /**
     * Gets this from here on, instead of what it got.
     *
     * @return fails, with nothing changed, where it is not to be had
     */
    Future<Void> follow(AudioWish wanted) {
        long ordinal = ++wishes;
        joining = true;
        return home.join(wanted)
                .<Void>map(joined -> {
                    if (closed || ordinal != wishes) {
                        joined.values().forEach(ViewerHub::expectNoMore);
                        return null;
                    }
                    take(wanted, joined);
                    return null;
                })
                .onFailure(failure -> trouble = Failures.asMeshException(failure, 500))
                .onComplete(done -> joining &= ordinal != wishes);
    }

    /** Gets this from hubs that expect it. */
    void take(AudioWish wanted, Map<String, ViewerHub> joined) {
        List<AudioViewer> before = viewers();
        viewers.clear();
        wish = wanted;
        trouble = null;
        heard = false;
        silentSeconds = 0;
        joined.forEach((type, hub) -> {
            AudioViewer viewer = home.viewer(type, this);
            viewers.put(type, viewer);
            hub.add(viewer);
        });
        before.forEach(Viewer::left);
    }

    /** An analysis came. */
    void heard() {
        heard = true;
    }

    /** One of the topics is over. */
    void ended(AudioViewer viewer, String reason) {
        viewers.remove(viewer.type(), viewer);
        viewer.left();
        if (viewers.isEmpty() && !joining && !lasting) {
            leave();
            line.finish(reason);
        }
    }

    /** Nothing more can be sent to it. */
    void broke(MeshException failure) {
        leave();
        line.refuse(failure);
    }

    /** It takes nothing any more. */
    void cut() {
        leave();
        line.cut();
    }

    /** It is gone, or was sent away. */
    void leave() {
        if (closed) {
            return;
        }
        closed = true;
        wishes++;
        List<AudioViewer> last = new ArrayList<>(viewers.values());
        viewers.clear();
        last.forEach(Viewer::left);
        home.forget(this);
    }

    boolean isClosed() {
        return closed;
    }

    /** Looks after it; to be called every second. */
    void check() {
        if (joining || closed) {
            return;
        }
        if (viewers.isEmpty() && lasting) {
            if (++silentSeconds % AudioConsumers.RETRY_SECONDS == 0) {
                follow(wish);
            }
        } else if (!heard && ++silentSeconds % AudioConsumers.SILENT_SECONDS == 0) {
            home.whySilent(wish.stream()).onSuccess(why -> why.ifPresent(this::silent));
        }
    }

    private void silent(MeshException why) {
        if (lasting) {
            trouble = why;
        } else if (!heard && !closed) {
            broke(why);
        }
    }
}
