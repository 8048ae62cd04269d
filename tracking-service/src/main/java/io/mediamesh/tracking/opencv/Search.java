package io.mediamesh.tracking.opencv;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/**
 * Where a lost object may be: its first appearance is compared with every place of a part of the frame, at a resolution
 * at which it is about {@link #TEMPLATE_PX} pixels large. Around the last place and everywhere in turn, with the size and
 * the direction that it had, and with others in turn: a bounded cost for each frame, and the whole frame within some.
 */
final class Search {
    private static final int TEMPLATE_PX = 24;
    private static final int WINDOW_WIDTH_PX = 320;
    private static final int WINDOW_HEIGHT_PX = 240;
    private static final double LEAST_MATCH = 0.4;
    private static final int PEAKS = 2;
    private static final int MOST_PLACES = 3;
    private static final int MORE_VARIANTS_EACH_FRAME = 2;
    private static final double[] SCALES = {1, 0.85, 1.18, 0.7, 1.4};
    private static final double[] TURNS_DEGREES = {0, 20, -20, 40, -40};

    private Search() {}

    private record Candidate(Pose place, double match) {}

    /** Places to look at, the most likely first. */
    static List<Pose> places(FrameLuma frame, TrackedObject object) {
        List<Candidate> candidates = new ArrayList<>();
        int attempt = object.lostFrames();
        int variants = SCALES.length * TURNS_DEGREES.length;
        add(candidates, frame, object, 0);
        for (int more = 0; more < MORE_VARIANTS_EACH_FRAME; more++) {
            add(candidates, frame, object, 1 + (attempt * MORE_VARIANTS_EACH_FRAME + more) % (variants - 1));
        }
        return candidates.stream()
                .sorted(Comparator.comparingDouble(Candidate::match).reversed())
                .limit(MOST_PLACES)
                .map(Candidate::place)
                .toList();
    }

    private static void add(List<Candidate> into, FrameLuma frame, TrackedObject object, int variant) {
        double scale = SCALES[variant % SCALES.length];
        double turn = Math.toRadians(TURNS_DEGREES[variant / SCALES.length]);
        int[] box = FrameMask.box(object.first().mask());
        double middleX = (box[0] + box[2]) / 2.0;
        double middleY = (box[1] + box[3]) / 2.0;
        Pose pose = object.pose();
        double[] near = pose.linearNear(middleX, middleY);
        double cos = scale * Math.cos(turn);
        double sin = scale * Math.sin(turn);
        double[] linear = {
            cos * near[0] - sin * near[2],
            cos * near[1] - sin * near[3],
            sin * near[0] + cos * near[2],
            sin * near[1] + cos * near[3]
        };
        double area = Math.abs(linear[0] * linear[3] - linear[1] * linear[2]);
        double halfSide = 0.35 * Math.min(box[2] - box[0], box[3] - box[1]) * Math.sqrt(area);
        int factor = Math.max(1, (int) (2 * halfSide / TEMPLATE_PX));
        Mat field = frame.reducedBy(factor);
        int side = Math.max(5, (int) Math.round(2 * halfSide / factor));
        Rect window = window(object, field, factor, side);
        if (window.width() <= side || window.height() <= side) {
            return;
        }
        double shrink = 1.0 / factor;
        Pose toTemplate = new Pose(new double[] {
            linear[0] * shrink, linear[1] * shrink, 0, linear[2] * shrink, linear[3] * shrink, 0, 0, 0, 1
        });
        Pose centred =
                toTemplate.after(Pose.IDENTITY.shifted(-middleX, -middleY)).shifted((side - 1) / 2.0, (side - 1) / 2.0);
        Mat match = new Mat();
        opencv_imgproc.matchTemplate(
                field.apply(window),
                template(object.first().patch(), centred, side, Math.sqrt(area) * shrink),
                match,
                opencv_imgproc.TM_CCOEFF_NORMED);
        Pose toFrame = Pose.resizing((double) frame.widthPx() / field.cols(), (double) frame.heightPx() / field.rows());
        for (int peak = 0; peak < PEAKS; peak++) {
            double[] best = new double[1];
            Point where = new Point();
            opencv_core.minMaxLoc(match, new double[1], best, null, where, null);
            if (!(best[0] > LEAST_MATCH)) {
                return;
            }
            Pose place = toFrame.after(centred.shifted(window.x() + where.x(), window.y() + where.y()));
            into.add(new Candidate(place, best[0]));
            Rect around = new Rect(
                    Math.max(0, where.x() - side / 2),
                    Math.max(0, where.y() - side / 2),
                    Math.min(side, match.cols() - Math.max(0, where.x() - side / 2)),
                    Math.min(side, match.rows() - Math.max(0, where.y() - side / 2)));
            opencv_imgproc.rectangle(match, around, new Scalar(-1), opencv_imgproc.FILLED, opencv_imgproc.LINE_8, 0);
        }
    }

    /** The object as it has to look in the reduced frame. */
    private static Mat template(Patch patch, Pose toTemplate, int side, double scale) {
        Mat look = patch.mat();
        if (scale < 0.7) {
            double sigma = 0.5 / scale;
            opencv_imgproc.GaussianBlur(look, look, new Size(0, 0), sigma);
        }
        Mat template = new Mat();
        opencv_imgproc.warpPerspective(
                look,
                template,
                FrameLuma.matrix(toTemplate),
                new Size(side, side),
                opencv_imgproc.INTER_LINEAR,
                opencv_core.BORDER_REPLICATE,
                new Scalar());
        return template;
    }

    /** The part of the reduced frame in which this frame is searched. */
    private static Rect window(TrackedObject object, Mat field, int factor, int side) {
        int width = Math.min(field.cols(), WINDOW_WIDTH_PX);
        int height = Math.min(field.rows(), WINDOW_HEIGHT_PX);
        int attempt = object.lostFrames();
        if (attempt % 2 == 1) {
            Pose.At last = object.pose()
                    .of(
                            object.first().mask().width() / 2.0,
                            object.first().mask().height() / 2.0);
            int x = (int) Math.clamp(last.x() / factor - width / 2.0, 0, field.cols() - width);
            int y = (int) Math.clamp(last.y() / factor - height / 2.0, 0, field.rows() - height);
            return new Rect(x, y, width, height);
        }
        // Windows overlap by the size of the object, so that it can't hide on a border.
        int columns = Math.max(1, Math.ceilDiv(field.cols() - side, Math.max(1, width - side)));
        int rows = Math.max(1, Math.ceilDiv(field.rows() - side, Math.max(1, height - side)));
        int tile = attempt / 2 % (columns * rows);
        int x = Math.min(tile % columns * (width - side), field.cols() - width);
        int y = Math.min(tile / columns * (height - side), field.rows() - height);
        return new Rect(x, y, width, height);
    }
}
