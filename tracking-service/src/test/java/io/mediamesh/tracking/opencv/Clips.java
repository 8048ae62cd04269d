package io.mediamesh.tracking.opencv;

import io.mediamesh.tracking.opencv.Clip.Place;
import io.mediamesh.tracking.opencv.Clip.Thing;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.IntToDoubleFunction;

/** The made-up videos by which trackers are judged; each looks different for each seed. */
final class Clips {
    private static final int FRAMES = 60;

    private Clips() {}

    /** In which something of each object can be seen all the time. */
    static List<Clip> neverHidden(long seed) {
        return List.of(
                one("translation", seed, t -> new Place(120 + 6 * t, 240 + 60 * Math.sin(t / 6.0), 0, 1)),
                one("rotation", seed, t -> new Place(320, 240, Math.toRadians(4 * t), 1)),
                one("scale", seed, t -> new Place(320, 240, 0, 1.2 - 0.6 * Math.cos(t * Math.PI / 30) + 0.4)),
                one("all at once", seed, t -> new Place(150 + 5 * t, 200 + t, Math.toRadians(2 * t), 1 + t / 90.0)),
                seen("blur", seed, Clips::still, t -> 3 * Math.sin(t * Math.PI / 59), Clips::bright, drifting(seed)),
                seen(
                        "light",
                        seed,
                        Clips::still,
                        Clips::still,
                        t -> 0.9 + 0.4 * Math.cos(t * Math.PI / 20),
                        drifting(seed)),
                seen("panning camera", seed, t -> 4 * t, Clips::still, Clips::bright, drifting(seed)),
                seen(
                        "partial occlusion",
                        seed,
                        Clips::still,
                        Clips::still,
                        Clips::bright,
                        object(seed, 0, 50, t -> new Place(160 + 5 * t, 240, 0, 1)),
                        bar(seed, 320, 22)),
                crossing(seed));
    }

    /** In which the object is away for a while. */
    static List<Clip> hiddenForAWhile(long seed) {
        return List.of(
                seen(
                        "full occlusion",
                        seed,
                        Clips::still,
                        Clips::still,
                        Clips::bright,
                        object(seed, 0, 45, t -> new Place(110 + 7 * t, 240, 0, 1)),
                        bar(seed, 330, 80)),
                one("exit and return", seed, t -> new Place(250 - 190 * Math.sin(t * Math.PI / 59) * 2, 240, 0, 1)),
                seen(
                        "comes back elsewhere",
                        seed,
                        Clips::still,
                        Clips::still,
                        Clips::bright,
                        object(seed, 0, 45, t -> new Place(t < 25 ? 250 + 4 * t : 350 - (t - 25) * 8, 240, 0, 1)),
                        bar(seed, 350, 80)));
    }

    private static double still(int frame) {
        return 0;
    }

    private static double bright(int frame) {
        return 1;
    }

    private static Clip crossing(long seed) {
        Thing back = object(seed, 0, 48, t -> new Place(150 + 6 * t, 225, 0, 1));
        Thing front = object(seed, 1, 48, t -> new Place(500 - 6 * t, 275, 0, 1));
        return new Clip(
                "two crossing",
                FRAMES,
                ground(seed),
                Clips::still,
                List.of(back, front),
                2,
                Clips::still,
                Clips::bright);
    }

    private static Clip one(String name, long seed, IntFunction<Place> path) {
        return seen(name, seed, Clips::still, Clips::still, Clips::bright, object(seed, 0, 50, path));
    }

    private static Clip seen(
            String name,
            long seed,
            IntToDoubleFunction groundX,
            IntToDoubleFunction blur,
            IntToDoubleFunction gain,
            Thing... things) {
        return new Clip(name, FRAMES, ground(seed), groundX, List.of(things), 1, blur, gain);
    }

    private static Thing drifting(long seed) {
        return object(seed, 0, 50, t -> new Place(200 + 4 * t, 200 + t, 0, 1));
    }

    private static Clip.Ground ground(long seed) {
        return new Clip.Ground(new Texture(seed * 31, 110, 118, 112));
    }

    private static Thing object(long seed, int number, double radius, IntFunction<Place> path) {
        Texture texture = new Texture(seed * 31 + 7 + number, 130, number == 0 ? 105 : 165, number == 0 ? 165 : 105);
        return new Thing(texture, radius, 0, seed + number, path);
    }

    private static Thing bar(long seed, double x, double halfWidth) {
        return new Thing(new Texture(seed * 31 + 3, 90, 128, 128), halfWidth, 600, 0, t -> new Place(x, 240, 0, 1));
    }
}
