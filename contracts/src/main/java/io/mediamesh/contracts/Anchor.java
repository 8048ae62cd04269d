package io.mediamesh.contracts;

/** Which point of an object's box says where the object is. */
public enum Anchor {
    /** The middle of the lower edge, where whatever stands touches the ground. */
    BOTTOM,
    /** The middle of the box. */
    CENTRE;

    /** Of a box with these edges, from the left. */
    public double x(Track track) {
        return (track.x1() + track.x2()) / 2;
    }

    /** The same from the top. */
    public double y(Track track) {
        return switch (this) {
            case BOTTOM -> track.y2();
            case CENTRE -> (track.y1() + track.y2()) / 2;
        };
    }
}
