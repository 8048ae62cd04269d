package io.mediamesh.e2e;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.util.List;
import java.util.function.Predicate;

/**
 * What is seen of a broadcast of {@link FakeCamera} on a page.
 *
 * @param red pixels of the picture that are red
 * @param thing the box of these
 * @param boxes how many are drawn
 * @param index of the first box
 * @param box the first one
 * @param outline in it
 */
record Seen(int red, Rectangle2D thing, int boxes, String index, Rectangle2D box, Path2D outline) {
    /**
     * The box of what is red in the picture that is seen, and the box and the outline that are drawn over it, at one
     * moment: none of them is changed while a script runs.
     */
    private static final String SCRIPT = """
            panel => {
              const canvas = panel.querySelector('canvas');
              const { width, height } = canvas;
              const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
              const seen = { red: 0, x1: width, y1: height, x2: 0, y2: 0 };
              for (let y = 0; y < height; y += 1) {
                for (let x = 0; x < width; x += 1) {
                  const at = 4 * (y * width + x);
                  if (data[at] - Math.max(data[at + 1], data[at + 2]) > 50) {
                    seen.red += 1;
                    seen.x1 = Math.min(seen.x1, x);
                    seen.y1 = Math.min(seen.y1, y);
                    seen.x2 = Math.max(seen.x2, x + 1);
                    seen.y2 = Math.max(seen.y2, y + 1);
                  }
                }
              }
              const boxes = panel.querySelectorAll('[data-testid=region]');
              const box = boxes[0]?.querySelector('.box');
              const number = (name) => Number(box.getAttribute(name));
              const outline = boxes[0]?.querySelector('[data-testid=outline]');
              return JSON.stringify({
                red: seen.red,
                thing: [seen.x1, seen.y1, seen.x2, seen.y2],
                boxes: boxes.length,
                index: boxes[0]?.dataset.index,
                box: box && [number('x'), number('y'), number('x') + number('width'), number('y') + number('height')],
                outline: outline && Array.from(outline.points, ({ x, y }) => [x, y]),
              });
            }
            """;

    private static final double PATIENCE_MILLIS = 60_000;

    /** Looks at a panel with a picture. */
    static Seen of(Locator panel) {
        JsonObject json = new JsonObject((String) panel.evaluate(SCRIPT));
        return new Seen(
                json.getInteger("red"),
                rectangle(json.getJsonArray("thing")),
                json.getInteger("boxes"),
                json.getString("index", ""),
                rectangle(json.getJsonArray("box", new JsonArray(List.of(0, 0, 0, 0)))),
                polygon(json.getJsonArray("outline", new JsonArray())));
    }

    /** Waits until this is seen. */
    static Seen await(Page page, Locator panel, Predicate<Seen> wanted) {
        Seen[] last = new Seen[1];
        page.waitForCondition(
                () -> {
                    last[0] = of(panel);
                    return wanted.test(last[0]);
                },
                new Page.WaitForConditionOptions().setTimeout(PATIENCE_MILLIS));
        return last[0];
    }

    private static Path2D polygon(JsonArray corners) {
        Path2D polygon = new Path2D.Double();
        for (int number = 0; number < corners.size(); number++) {
            JsonArray corner = corners.getJsonArray(number);
            if (number == 0) {
                polygon.moveTo(corner.getDouble(0), corner.getDouble(1));
            } else {
                polygon.lineTo(corner.getDouble(0), corner.getDouble(1));
            }
        }
        return polygon;
    }

    private static Rectangle2D rectangle(JsonArray corners) {
        Rectangle2D rectangle = new Rectangle2D.Double();
        rectangle.setFrameFromDiagonal(
                corners.getDouble(0), corners.getDouble(1), corners.getDouble(2), corners.getDouble(3));
        return rectangle;
    }

    /** Nothing is in front of the thing. */
    boolean whole() {
        return red > 0.99 * FakeCamera.THING_PIXELS;
    }

    /** It is far above the wall. */
    boolean isFree() {
        return whole() && thing.getMaxY() < 245;
    }

    /** The box that is drawn is that of the thing: they share most of what they cover. */
    boolean isFollowed() {
        Rectangle2D shared = thing.createIntersection(box);
        return !shared.isEmpty() && area(shared) > 0.7 * (area(thing) + area(box) - area(shared));
    }

    /** The same of the outline and the ellipse that the thing is, while nothing is in front of it. */
    boolean isOutlined() {
        Ellipse2D ellipse = new Ellipse2D.Double();
        ellipse.setFrame(thing);
        int both = 0;
        int any = 0;
        for (int y = 0; y < FakeCamera.HEIGHT; y += 2) {
            for (int x = 0; x < FakeCamera.WIDTH; x += 2) {
                boolean inside = ellipse.contains(x, y);
                boolean drawn = outline.contains(x, y);
                both += inside && drawn ? 1 : 0;
                any += inside || drawn ? 1 : 0;
            }
        }
        return both > 0.7 * any;
    }

    private static double area(Rectangle2D rectangle) {
        return rectangle.getWidth() * rectangle.getHeight();
    }
}
