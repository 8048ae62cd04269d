import { columnsOf } from './recording-events.js';
/** @import {RecordedEvents} from './recording-events.js' */

/**
 * Reads a file of events piece by piece, until there are more than a page needs.
 *
 * @param {string} url
 * @param {RecordedEvents} events
 */
export async function loadEvents(url, events) {
  const response = await fetch(url, { cache: 'no-store' });
  if (!response.ok || response.body === null) {
    throw new Error(`The events can’t be read: the server answered with status ${response.status}.`);
  }
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    events.take(piece.value);
    if (events.full) {
      await reader.cancel();
      return;
    }
  }
}

/**
 * Lays a canvas over the picture inside a video element, whose shape may be another than that of the element.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {HTMLVideoElement} video
 * @returns {CanvasRenderingContext2D|null} cleared; nothing while there is no picture
 */
export function drawingArea(canvas, video) {
  const { videoWidth, videoHeight, clientWidth, clientHeight } = video;
  if (videoWidth === 0 || videoHeight === 0) {
    return null;
  }
  const scale = Math.min(clientWidth / videoWidth, clientHeight / videoHeight);
  const width = Math.round(videoWidth * scale);
  const height = Math.round(videoHeight * scale);
  const pixels = window.devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * pixels) || canvas.height !== Math.round(height * pixels)) {
    canvas.width = Math.round(width * pixels);
    canvas.height = Math.round(height * pixels);
  }
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  canvas.style.left = `${Math.round((clientWidth - width) / 2)}px`;
  canvas.style.top = `${Math.round((clientHeight - height) / 2)}px`;
  const context = canvas.getContext('2d');
  context?.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}

/**
 * The brightness over the whole recording, with a line at the moment that is shown.
 *
 * @param {HTMLCanvasElement} canvas
 * @param {{t: number, value: number}[]} points
 * @param {number} t
 * @param {number} seconds that the canvas spans
 */
export function drawLight(canvas, points, t, seconds) {
  const pixels = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * pixels));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * pixels));
  const context = canvas.getContext('2d');
  if (context === null || seconds <= 0) {
    return;
  }
  const style = getComputedStyle(canvas);
  context.strokeStyle = style.getPropertyValue('--accent');
  context.lineWidth = 1.5 * pixels;
  context.beginPath();
  const y = (/** @type {number} */ value) => canvas.height * (1 - value / 255);
  columnsOf(points, canvas.width, seconds).forEach((column, x) => {
    if (column) {
      context.lineTo(x, y(column.high));
      context.lineTo(x, y(column.low));
    }
  });
  context.stroke();
  context.fillStyle = style.getPropertyValue('--text');
  context.fillRect(Math.round((t / seconds) * canvas.width), 0, Math.max(1, pixels), canvas.height);
}
