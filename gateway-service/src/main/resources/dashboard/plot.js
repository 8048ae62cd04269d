import { PlotCursor } from './plot-cursor.js';
/** @import {Scale} from './scales.js' */

export const PLOT_FONT = '11px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const COLOURS = ['text', 'muted', 'line', 'line-strong', 'accent', 'accent-wash', 'surface', 'raised', 'good', 'warn', 'bad'];
/** A page that did not draw for a while goes on from where it is, and does not make up for it. */
const LONGEST_STEP_MILLIS = 100;

/**
 * A canvas with a drawing that follows messages: sharp on every screen, of the size and in the colours of the page.
 * Everything happens in {@link frame}, which is called before a picture is painted; it paints only if there is something
 * new. Lengths are CSS pixels. Who extends it says what it takes and how it looks.
 */
export class Plot {
  #canvas;
  #context;
  #resized;
  #listening = new AbortController();
  #scale = 0;
  #stale = true;
  #restyle = true;
  #at = 0;
  #cursor;

  /** @type {Record<string, string>} colours by their names in the style sheet */
  theme = {};
  width = 0;
  height = 0;
  /** How many times it was painted. */
  painted = 0;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    this.#resized = new ResizeObserver(() => this.touch());
    this.#resized.observe(canvas);
    const { signal } = this.#listening;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => (this.#restyle = true), { signal });
    this.#cursor = new PlotCursor({ canvas, signal, area: () => this.area, onChange: () => this.touch() });
  }

  close() {
    this.#resized.disconnect();
    this.#listening.abort();
  }

  /** Asks for the next picture to be painted whatever comes. */
  touch() {
    this.#stale = true;
  }

  /**
   * @param {number} now in milliseconds of `performance.now()`
   * @param {any[]} messages those that came since the last picture, oldest first
   */
  frame(now, messages) {
    this.#fit();
    for (const message of messages) {
      this.take(message, now);
    }
    const moving = this.move(Math.min(now - this.#at, LONGEST_STEP_MILLIS), now);
    this.#at = now;
    if (this.width === 0 || !(moving || this.#stale || messages.length > 0)) {
      return;
    }
    this.#stale = false;
    this.painted += 1;
    const context = this.#context;
    context.setTransform(this.#scale, 0, 0, this.#scale, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    context.font = PLOT_FONT;
    context.lineWidth = 1;
    this.paint(context);
    this.#paintCursor(context);
  }

  /**
   * @param {any} _message
   * @param {number} _now
   */
  take(_message, _now) {}

  /**
   * Lets what is shown come closer to what was taken.
   *
   * @param {number} _millis since the last picture
   * @param {number} _now
   * @returns {boolean} whether anything moved
   */
  move(_millis, _now) {
    return false;
  }

  /** @param {CanvasRenderingContext2D} _context cleared, in CSS pixels */
  paint(_context) {}

  /** Colour of the lines behind the drawing. */
  get grid() {
    return this.theme.line;
  }

  /** @returns {import('./plot-cursor.js').Area} what axes belong to, and where a cursor may be */
  get area() {
    return { left: 0, top: 0, right: this.width, bottom: this.height };
  }

  /**
   * @param {number} _x
   * @param {number} _y
   * @returns {string} what is under the cursor; empty for no cursor
   */
  at(_x, _y) {
    return '';
  }

  /** Pixels of the screen to one of the page. */
  get scale() {
    return this.#scale;
  }

  #fit() {
    const scale = window.devicePixelRatio || 1;
    const { clientWidth, clientHeight } = this.#stale ? this.#canvas : { clientWidth: this.width, clientHeight: this.height };
    if (clientWidth !== this.width || clientHeight !== this.height || scale !== this.#scale) {
      this.width = clientWidth;
      this.height = clientHeight;
      this.#scale = scale;
      this.#canvas.width = Math.round(clientWidth * scale);
      this.#canvas.height = Math.round(clientHeight * scale);
      this.#stale = true;
    }
    if (this.#restyle) {
      this.#restyle = false;
      const style = getComputedStyle(this.#canvas);
      this.theme = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
      this.#stale = true;
    }
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintCursor(context) {
    const { place } = this.#cursor;
    const text = place ? this.at(place.x, place.y) : '';
    if (place === undefined || text === '') {
      return;
    }
    const { x, y } = place;
    const { left, top, right, bottom } = this.area;
    context.strokeStyle = this.theme.muted;
    context.beginPath();
    context.moveTo(Math.round(x) + 0.5, top);
    context.lineTo(Math.round(x) + 0.5, bottom);
    context.moveTo(left, Math.round(y) + 0.5);
    context.lineTo(right, Math.round(y) + 0.5);
    context.stroke();
    const wide = context.measureText(text).width + 14;
    const boxX = Math.max(left, Math.min(x + 10, right - wide));
    const boxY = y - 32 < top ? y + 10 : y - 32;
    this.label(context, text, boxX, boxY, wide);
  }

  /**
   * Text in a box, to be read over whatever is behind it.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {string} text
   * @param {number} x of its left edge
   * @param {number} y of its top edge
   * @param {number} [wide]
   */
  label(context, text, x, y, wide = context.measureText(text).width + 14) {
    context.fillStyle = this.theme.surface;
    context.strokeStyle = this.theme['line-strong'];
    context.beginPath();
    context.roundRect(x, y, wide, 22, 6);
    context.fill();
    context.stroke();
    context.fillStyle = this.theme.text;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    context.fillText(text, x + 7, y + 11.5);
  }

  /**
   * Lines across the area with what they stand for at their left.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Scale} scale
   * @param {number[]} values
   * @param {(value: number) => string} write
   */
  rows(context, scale, values, write) {
    const { left, right } = this.area;
    context.textAlign = 'right';
    context.textBaseline = 'middle';
    context.fillStyle = this.theme.muted;
    context.strokeStyle = this.grid;
    context.beginPath();
    for (const value of values) {
      const y = Math.round(scale.place(value)) + 0.5;
      context.moveTo(left, y);
      context.lineTo(right, y);
      context.fillText(write(value), left - 6, y);
    }
    context.stroke();
  }

  /**
   * Lines down the area with what they stand for below, the last one in any case.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Scale} scale
   * @param {number[]} values
   * @param {(value: number) => string} write
   */
  columns(context, scale, values, write) {
    const { left, top, right, bottom } = this.area;
    context.textBaseline = 'top';
    context.fillStyle = this.theme.muted;
    context.strokeStyle = this.grid;
    context.beginPath();
    context.textAlign = 'center';
    const texts = values.map((value) => {
      const x = Math.round(scale.place(value)) + 0.5;
      context.moveTo(x, top);
      context.lineTo(x, bottom);
      const text = write(value);
      const half = context.measureText(text).width / 2;
      return { text, half, middle: Math.min(Math.max(x, left + half), right - half) };
    });
    context.stroke();
    let written = -Infinity;
    const last = texts.at(-1);
    for (const { text, half, middle } of texts) {
      const free = text === last?.text || middle + half + 6 < last.middle - last.half;
      if (middle - half > written + 6 && free) {
        context.fillText(text, middle, bottom + 5);
        written = middle + half;
      }
    }
  }
}
