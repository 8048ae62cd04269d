package io.mediamesh.contracts;

/**
 * An encoded picture.
 *
 * @param widthPx width of this encoding, which may be smaller than the frame's
 * @param heightPx height of this encoding
 * @param bytes a whole JFIF file, full range
 */
public record Jpeg(int widthPx, int heightPx, Bytes bytes) {}
