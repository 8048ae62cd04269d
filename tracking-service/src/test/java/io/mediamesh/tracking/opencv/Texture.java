package io.mediamesh.tracking.opencv;

import java.util.SplittableRandom;

/** A surface without end: smooth random values on lattices of several sizes, one above the other, and a colour. */
final class Texture {
    private static final int LATTICE = 64;
    private static final int[] CELLS_PX = {5, 11, 27};

    private final double[][] lattices = new double[CELLS_PX.length][LATTICE * LATTICE];
    private final int brightness;
    private final int u;
    private final int v;

    Texture(long seed, int brightness, int u, int v) {
        SplittableRandom random = new SplittableRandom(seed);
        for (double[] lattice : lattices) {
            for (int index = 0; index < lattice.length; index++) {
                lattice[index] = random.nextDouble() - 0.5;
            }
        }
        this.brightness = brightness;
        this.u = u;
        this.v = v;
    }

    int luma(double x, double y) {
        double value = brightness;
        for (int octave = 0; octave < CELLS_PX.length; octave++) {
            value += 70 * smooth(lattices[octave], x / CELLS_PX[octave], y / CELLS_PX[octave]);
        }
        return Math.clamp(Math.round(value), 0, 255);
    }

    int u(double x, double y) {
        return u + (int) Math.round(12 * smooth(lattices[2], x / 40, y / 40));
    }

    int v(double x, double y) {
        return v + (int) Math.round(12 * smooth(lattices[1], x / 40, y / 40));
    }

    private static double smooth(double[] lattice, double x, double y) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        double dx = x - column;
        double dy = y - row;
        double above = at(lattice, column, row) * (1 - dx) + at(lattice, column + 1, row) * dx;
        double below = at(lattice, column, row + 1) * (1 - dx) + at(lattice, column + 1, row + 1) * dx;
        return above * (1 - dy) + below * dy;
    }

    private static double at(double[] lattice, int column, int row) {
        return lattice[Math.floorMod(row, LATTICE) * LATTICE + Math.floorMod(column, LATTICE)];
    }
}
