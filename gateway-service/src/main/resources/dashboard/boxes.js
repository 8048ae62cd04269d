/** @import {Detection, Detections} from './types.js' */

/** Number of tones in the style sheet (`--tone-0` …). */
const TONES = 6;
/** A result further away from the frame than this belongs to another moment and is not drawn. */
const MOST_APART_SECONDS = 1;

/**
 * @param {string} label
 * @returns {number} the tone of this label, the same every time
 */
export function tone(label) {
  let hash = 0;
  for (const letter of label) {
    hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 4099;
  }
  return hash % TONES;
}

/**
 * The boxes to draw over a frame, in pixels of that frame: results may be of a frame of another size.
 *
 * @param {Detections|undefined} detections
 * @param {{timestamp: number, width: number, height: number}} frame
 * @returns {{label: string, confidence: number, x: number, y: number, width: number, height: number}[]}
 */
export function boxesFor(detections, frame) {
  if (detections === undefined || Math.abs(frame.timestamp - detections.timestamp) > MOST_APART_SECONDS) {
    return [];
  }
  const across = frame.width / (detections.width || frame.width);
  const down = frame.height / (detections.height || frame.height);
  return (detections.objects ?? []).map(({ label, confidence, x1, y1, x2, y2 }) => ({
    label,
    confidence,
    x: x1 * across,
    y: y1 * down,
    width: (x2 - x1) * across,
    height: (y2 - y1) * down,
  }));
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {ReturnType<typeof boxesFor>} boxes
 * @param {string[]} colours one for each tone
 */
export function drawBoxes(context, boxes, colours) {
  const unit = Math.max(1, context.canvas.height / 360);
  context.lineWidth = 2 * unit;
  context.font = `600 ${Math.round(12 * unit)}px system-ui, sans-serif`;
  context.textBaseline = 'top';
  for (const { label, confidence, x, y, width, height } of boxes) {
    const colour = colours[tone(label)];
    const text = `${label} ${Math.round(confidence * 100)}%`;
    const tagWidth = context.measureText(text).width + 10 * unit;
    const tagHeight = 18 * unit;
    const tagTop = y >= tagHeight ? y - tagHeight : y;
    context.strokeStyle = colour;
    context.strokeRect(x, y, width, height);
    context.fillStyle = colour;
    context.fillRect(x - unit, tagTop, tagWidth, tagHeight);
    context.fillStyle = '#06110f';
    context.fillText(text, x + 4 * unit, tagTop + 3 * unit);
  }
}
