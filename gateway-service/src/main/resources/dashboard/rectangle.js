/**
 * @typedef {{x1: number, y1: number, x2: number, y2: number}} Rectangle in pixels of a picture; the first corner is above and
 *     to the left of the second
 * @typedef {{width: number, height: number}} Size
 * @typedef {{x: number, y: number}} Point
 */

/** A smaller one was a click, or can't be followed. */
export const LEAST_SIDE_PX = 8;

/**
 * Where a picture lies that is fitted into a box and centred there.
 *
 * @param {Point} point from the box's upper left corner
 * @param {Size} box
 * @param {Size} picture
 * @returns {Point} in the picture's pixels, within it
 */
export function inPicture(point, box, picture) {
  const scale = Math.min(box.width / picture.width, box.height / picture.height);
  const x = (point.x - (box.width - picture.width * scale) / 2) / scale;
  const y = (point.y - (box.height - picture.height * scale) / 2) / scale;
  return { x: within(x, 0, picture.width), y: within(y, 0, picture.height) };
}

/**
 * @param {Point} one
 * @param {Point} other
 * @returns {Rectangle}
 */
export function between(one, other) {
  return {
    x1: Math.min(one.x, other.x),
    y1: Math.min(one.y, other.y),
    x2: Math.max(one.x, other.x),
    y2: Math.max(one.y, other.y),
  };
}

/** @param {Rectangle} rectangle */
export function isTooSmall({ x1, y1, x2, y2 }) {
  return x2 - x1 < LEAST_SIDE_PX || y2 - y1 < LEAST_SIDE_PX;
}

/**
 * @param {Size} picture
 * @returns {Rectangle} a third of it, in its middle
 */
export function inTheMiddle({ width, height }) {
  const [x, y] = [Math.round(width / 3), Math.round(height / 3)];
  return { x1: x, y1: y, x2: width - x, y2: height - y };
}

/**
 * @param {Rectangle} rectangle
 * @param {Point} by
 * @param {Size} picture it stays within
 * @returns {Rectangle}
 */
export function moved({ x1, y1, x2, y2 }, by, picture) {
  const [width, height] = [x2 - x1, y2 - y1];
  const x = within(x1 + by.x, 0, picture.width - width);
  const y = within(y1 + by.y, 0, picture.height - height);
  return { x1: x, y1: y, x2: x + width, y2: y + height };
}

/**
 * @param {Rectangle} rectangle
 * @param {Point} by how its second corner moves
 * @param {Size} picture it stays within
 * @returns {Rectangle}
 */
export function stretched({ x1, y1, x2, y2 }, by, picture) {
  return {
    x1,
    y1,
    x2: within(x2 + by.x, Math.min(x1 + LEAST_SIDE_PX, picture.width), picture.width),
    y2: within(y2 + by.y, Math.min(y1 + LEAST_SIDE_PX, picture.height), picture.height),
  };
}

/** @param {Rectangle} rectangle with tenths of a pixel, which is as exact as a pointer is */
export function rounded({ x1, y1, x2, y2 }) {
  const tenth = (/** @type {number} */ value) => Math.round(value * 10) / 10;
  return { x1: tenth(x1), y1: tenth(y1), x2: tenth(x2), y2: tenth(y2) };
}

/**
 * @param {Size} picture
 * @param {number} longestPx
 * @returns {Size} the same form in whole pixels, and no longer than that
 */
export function shrunk({ width, height }, longestPx) {
  const scale = Math.min(1, longestPx / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * @param {number} value
 * @param {number} least
 * @param {number} most
 */
function within(value, least, most) {
  return Math.max(least, Math.min(most, value));
}
