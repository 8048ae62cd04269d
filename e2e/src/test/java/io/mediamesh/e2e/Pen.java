package io.mediamesh.e2e;

import com.google.gson.JsonParser;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/** What draws on a page. */
interface Pen {
    void down(double[] point);

    void move(double[] point);

    void up();

    static Pen mouse(Page page) {
        return new Pen() {
            @Override
            public void down(double[] point) {
                page.mouse().move(point[0], point[1]);
                page.mouse().down();
            }

            @Override
            public void move(double[] point) {
                page.mouse().move(point[0], point[1]);
            }

            @Override
            public void up() {
                page.mouse().up();
            }
        };
    }

    static Pen finger(Page page) {
        CDPSession session = page.context().newCDPSession(page);
        return new Pen() {
            @Override
            public void down(double[] point) {
                touch("touchStart", point);
            }

            @Override
            public void move(double[] point) {
                touch("touchMove", point);
            }

            @Override
            public void up() {
                touch("touchEnd");
            }

            private void touch(String type, double[]... points) {
                JsonArray all = new JsonArray();
                for (double[] point : points) {
                    all.add(new JsonObject().put("x", point[0]).put("y", point[1]));
                }
                session.send(
                        "Input.dispatchTouchEvent",
                        JsonParser.parseString(new JsonObject()
                                        .put("type", type)
                                        .put("touchPoints", all)
                                        .encode())
                                .getAsJsonObject());
            }
        };
    }
}
