package io.mediamesh.tracking.opencv;

import io.mediamesh.contracts.I420;
import io.mediamesh.tracking.ClippedBox;
import io.mediamesh.tracking.opencv.Appearance.Sighting;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One object of a session. It is looked for from frame to frame, and then aligned with what it looked like at first, so
 * that errors do not add up; where it has changed since, with what it looked like lately. What can be seen of it decides
 * whether it is there; an object that is not is searched for in each frame.
 */
final class TrackedObject {
    /** Pixels around the object in a patch: as far as it can move between two frames unforeseen. */
    private static final int MARGIN_PX = 24;

    private static final int SHORTEST_SIDE_PX = 32;
    private static final double ENOUGH_TO_STAY = 0.25;
    private static final double ENOUGH_TO_RETURN = 0.5;
    private static final double CORRELATION_TO_RETURN = 0.5;
    private static final double UNCHANGED = 0.6;
    private static final double ENOUGH_TO_LEARN = 0.85;
    private static final int LEARN_EVERY_FRAMES = 5;
    private static final int FORESEEN_FRAMES = 20;

    private final Appearance first;
    private Optional<Appearance> lately = Optional.empty();
    private Pose pose;
    private Patch patch;
    private Patch visible;
    private double correlation = 1;
    private double velocityX;
    private double velocityY;
    private double surprise;
    private int lostFrames;
    private int frames;

    private TrackedObject(Appearance first, Pose pose, Patch patch, Patch visible) {
        this.first = first;
        this.pose = pose;
        this.patch = patch;
        this.visible = visible;
    }

    /** The object in a box of the first picture; its patch has no longer side than given, beside the margin. */
    static TrackedObject begin(I420 picture, FrameLuma frame, ClippedBox box, int longestSidePx) {
        int longest = Math.max(box.width(), box.height());
        double scale = (double) Math.clamp(longest, SHORTEST_SIDE_PX, longestSidePx) / longest;
        int width = (int) Math.round(box.width() * scale) + 2 * MARGIN_PX;
        int height = (int) Math.round(box.height() * scale) + 2 * MARGIN_PX;
        Pose pose = Pose.resizing(1 / scale, 1 / scale)
                .after(Pose.IDENTITY.shifted(-MARGIN_PX, -MARGIN_PX))
                .shifted(box.x(), box.y());
        Patch patch = frame.sample(pose, width, height);
        Patch mask = FirstMask.of(picture, box, pose, width, height);
        return new TrackedObject(new Appearance(patch, mask), pose, patch, mask);
    }

    boolean isSeen() {
        return lostFrames == 0;
    }

    int lostFrames() {
        return lostFrames;
    }

    Pose pose() {
        return pose;
    }

    Appearance first() {
        return first;
    }

    /** How well it fits what is known of it, −1 to 1. */
    double correlation() {
        return correlation;
    }

    /** How far it was in the last frame from where it had to be expected, as a share of its size. */
    double surprise() {
        return surprise;
    }

    /** Its pixels in a frame, if it is seen. */
    Optional<FrameMask> mask(int widthPx, int heightPx) {
        return isSeen() ? FrameMask.of(visible, pose, widthPx, heightPx) : Optional.empty();
    }

    /** The frames have another size from now on. */
    void rescale(double scaleX, double scaleY) {
        pose = Pose.resizing(scaleX, scaleY).after(pose);
        velocityX *= scaleX;
        velocityY *= scaleY;
    }

    /** Follows it into the next frame; afterwards it is seen or lost. */
    void follow(FrameLuma frame) {
        frames++;
        Pose expected = expected(frame);
        Sighting best = best(frame, isSeen() ? moved(frame, expected) : expected);
        double enough = isSeen() ? ENOUGH_TO_STAY : ENOUGH_TO_RETURN;
        if (isSeen() && best.seen().share() < enough) {
            Sighting direct = best(frame, expected);
            best = Sighting.BY_SHARE.compare(best, direct) < 0 ? direct : best;
        }
        if (best.seen().share() >= enough && (isSeen() || best.seen().correlation() >= CORRELATION_TO_RETURN)) {
            seen(best, expected);
        } else {
            lose(expected);
        }
    }

    /** Whether one of these places shows the lost object; then it is seen again. */
    boolean returnsAt(FrameLuma frame, List<Pose> places) {
        for (Pose place : places) {
            Sighting sighting = best(frame, place);
            if (sighting.seen().share() >= ENOUGH_TO_RETURN && sighting.seen().correlation() >= CORRELATION_TO_RETURN) {
                velocityX = 0;
                velocityY = 0;
                seen(sighting, sighting.pose());
                velocityX = 0;
                velocityY = 0;
                return true;
            }
        }
        return false;
    }

    /** It was not this object that was seen, but another one: goes back to where it had to be expected. */
    void mistaken(Pose before) {
        lose(before);
    }

    Pose expected(FrameLuma frame) {
        Pose moved = pose.shifted(velocityX, velocityY);
        Pose.At centre = centre(moved);
        boolean inside =
                centre.x() > 0 && centre.y() > 0 && centre.x() < frame.widthPx() && centre.y() < frame.heightPx();
        return inside || isSeen() ? moved : pose;
    }

    private Pose moved(FrameLuma frame, Pose expected) {
        Patch now = frame.sample(expected, patch.width(), patch.height());
        return Flow.between(patch, Flow.corners(patch, visible), now.litAs(patch, visible), false)
                .map(flow -> expected.after(flow.map()))
                .orElse(expected);
    }

    private Sighting best(FrameLuma frame, Pose place) {
        Sighting asFirst = first.near(frame, place);
        if (asFirst.seen().share() > UNCHANGED || lately.isEmpty()) {
            return asFirst;
        }
        Sighting asLately = lately.get().near(frame, place);
        return Sighting.BY_SHARE.compare(asFirst, asLately) < 0 ? asLately : asFirst;
    }

    private void seen(Sighting sighting, Pose expected) {
        Pose.At before = centre(pose);
        Pose.At foreseen = centre(expected);
        Pose.At now = centre(sighting.pose());
        double size = sighting.pose().scaleNear(patch.width() / 2.0, patch.height() / 2.0)
                * Math.max(patch.width(), patch.height());
        surprise = Math.hypot(now.x() - foreseen.x(), now.y() - foreseen.y()) / size;
        if (isSeen()) {
            velocityX = now.x() - before.x();
            velocityY = now.y() - before.y();
        }
        lostFrames = 0;
        pose = sighting.pose();
        patch = sighting.patch();
        visible = sighting.seen().visible();
        correlation = sighting.seen().correlation();
        if (frames % LEARN_EVERY_FRAMES == 0 && sighting.seen().share() > ENOUGH_TO_LEARN) {
            lately = Optional.of(new Appearance(patch, first.mask()));
        }
    }

    private void lose(Pose expected) {
        lostFrames++;
        pose = expected;
        if (lostFrames > FORESEEN_FRAMES) {
            velocityX = 0;
            velocityY = 0;
        }
    }

    private Pose.At centre(Pose place) {
        return place.of((patch.width() - 1) / 2.0, (patch.height() - 1) / 2.0);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeShort(patch.width());
        out.writeShort(patch.height());
        for (double entry : pose.rows()) {
            out.writeDouble(entry);
        }
        out.writeDouble(velocityX);
        out.writeDouble(velocityY);
        out.writeInt(lostFrames);
        out.writeInt(frames);
        out.write(first.patch().pixels());
        out.write(patch.pixels());
        writeBits(out, first.mask());
        writeBits(out, visible);
    }

    /** Reads what {@link #write} wrote; throws an unchecked exception or an {@link IOException} for anything else. */
    static TrackedObject read(DataInputStream in) throws IOException {
        int width = in.readUnsignedShort();
        int height = in.readUnsignedShort();
        if (Math.min(width, height) < 2 * MARGIN_PX || Math.max(width, height) > 512) {
            throw new IOException("a patch of " + width + "×" + height);
        }
        double[] entries = new double[9];
        for (int index = 0; index < entries.length; index++) {
            entries[index] = in.readDouble();
        }
        Pose pose = new Pose(entries);
        double velocityX = in.readDouble();
        double velocityY = in.readDouble();
        if (!pose.isFinite() || !Double.isFinite(velocityX + velocityY)) {
            throw new IOException("a place that is none");
        }
        int lostFrames = in.readInt();
        int frames = in.readInt();
        Patch look = new Patch(width, height, in.readNBytes(width * height));
        Patch patch = new Patch(width, height, in.readNBytes(width * height));
        if (patch.pixels().length != width * height) {
            throw new IOException("cut off");
        }
        Patch mask = readBits(in, width, height);
        Patch visible = readBits(in, width, height);
        TrackedObject object = new TrackedObject(new Appearance(look, mask), pose, patch, visible);
        object.velocityX = velocityX;
        object.velocityY = velocityY;
        object.lostFrames = Math.max(0, lostFrames);
        object.frames = Math.max(0, frames);
        return object;
    }

    private static void writeBits(DataOutputStream out, Patch mask) throws IOException {
        byte[] bits = new byte[Math.ceilDiv(mask.pixels().length, 8)];
        for (int index = 0; index < mask.pixels().length; index++) {
            if (mask.isSet(index)) {
                bits[index / 8] |= (byte) (1 << index % 8);
            }
        }
        out.write(bits);
    }

    private static Patch readBits(DataInputStream in, int width, int height) throws IOException {
        byte[] pixels = new byte[width * height];
        byte[] bits = in.readNBytes(Math.ceilDiv(pixels.length, 8));
        if (bits.length < Math.ceilDiv(pixels.length, 8)) {
            throw new IOException("cut off");
        }
        for (int index = 0; index < pixels.length; index++) {
            pixels[index] = (bits[index / 8] >> index % 8 & 1) != 0 ? (byte) 255 : 0;
        }
        return new Patch(width, height, pixels);
    }
}
