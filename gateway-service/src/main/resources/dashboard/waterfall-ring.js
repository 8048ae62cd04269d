import { COLOURS, SHADES } from './colour-map.js';
import { rowsOver } from './spectrogram-columns.js';
/** @import {Scale} from './scales.js' */

const ROWS = 320;
const TOP_DB = -10;
const BOTTOM_DB = -110;
const MOST_COLUMNS = 4096;
/** Columns follow one another, whatever their times say, until these are off by more columns than this. */
const MOST_OFF = 3;

/** Levels that have the first and the last colour. */
export const COLOURED_DB = { lowest: BOTTOM_DB, highest: TOP_DB };

/**
 * The last columns of a spectrogram as a picture: one pixel wide for each column, at the place of its number modulo the
 * capacity.
 */
export class WaterfallRing {
  #picture = document.createElement('canvas');
  #context = /** @type {CanvasRenderingContext2D} */ (this.#picture.getContext('2d'));
  #pixels = new ImageData(1, ROWS);
  #rows;
  #capacity;
  /** @type {Uint8Array} shades of all columns; 0 for none */
  #shades;

  /** Number of the newest column since the beginning of time; −Infinity before the first. */
  newest = -Infinity;
  periodSeconds;

  /**
   * @param {object} options
   * @param {number} options.periodSeconds from column to column
   * @param {number} options.spanSeconds that are kept
   * @param {number[]} options.frequencies of the levels, in Hz
   * @param {(from: number, to: number) => Scale} options.scale of frequencies, between these places
   */
  constructor({ periodSeconds, spanSeconds, frequencies, scale }) {
    this.periodSeconds = periodSeconds;
    this.#rows = rowsOver(frequencies, scale(ROWS - 0.5, -0.5), ROWS);
    this.#capacity = Math.min(MOST_COLUMNS, Math.ceil((spanSeconds + 1) / periodSeconds) + 8);
    this.#picture.width = this.#capacity;
    this.#picture.height = ROWS;
    this.#shades = new Uint8Array(this.#capacity * ROWS);
  }

  /**
   * @param {number} periodSeconds
   * @param {number[]} frequencies
   * @returns {boolean} whether columns of this form go in here
   */
  fits(periodSeconds, frequencies) {
    return periodSeconds === this.periodSeconds && this.#rows.fits(frequencies);
  }

  /**
   * @param {number} seconds when it was
   * @param {number[]} levels in dB
   */
  put(seconds, levels) {
    const byTime = Math.round(seconds / this.periodSeconds);
    const next = this.newest + 1;
    const number = Math.abs(byTime - next) <= MOST_OFF ? next : byTime;
    const missing = number < next ? this.#capacity : Math.min(number - next, this.#capacity);
    for (let before = 1; before <= missing; before += 1) {
      this.#clear((((number - before) % this.#capacity) + this.#capacity) % this.#capacity);
    }
    this.newest = number;
    this.#paint(number % this.#capacity, levels);
  }

  /** @param {number} slot */
  #clear(slot) {
    this.#context.clearRect(slot, 0, 1, ROWS);
    this.#shades.fill(0, slot * ROWS, (slot + 1) * ROWS);
  }

  /**
   * @param {number} slot
   * @param {number[]} levels
   */
  #paint(slot, levels) {
    const { data } = this.#pixels;
    for (let row = 0; row < ROWS; row += 1) {
      const level = this.#rows.level(row, levels);
      const shade = level === undefined ? 0 : shadeOf(level);
      this.#shades[slot * ROWS + row] = shade;
      data.set(COLOURS.subarray(3 * shade, 3 * shade + 3), 4 * row);
      data[4 * row + 3] = shade === 0 ? 0 : 255;
    }
    this.#context.putImageData(this.#pixels, slot, 0);
  }

  /**
   * Paints all columns that are not older than a time.
   *
   * @param {CanvasRenderingContext2D} context
   * @param {Scale} x of seconds
   * @param {number} oldestSeconds
   * @param {number} top
   * @param {number} bottom
   */
  paint(context, x, oldestSeconds, top, bottom) {
    const period = this.periodSeconds;
    const oldest = Math.max(this.newest - this.#capacity + 1, Math.floor(oldestSeconds / period));
    for (let from = oldest; from <= this.newest; ) {
      const slot = from % this.#capacity;
      const count = Math.min(this.newest - from + 1, this.#capacity - slot);
      const left = x.place((from - 0.5) * period);
      const right = x.place((from + count - 0.5) * period);
      context.drawImage(this.#picture, slot, 0, count, ROWS, left, top, right - left, bottom - top);
      from += count;
    }
  }

  /**
   * @param {number} seconds
   * @param {number} height 0 at the top, 1 at the bottom
   * @returns {number|undefined} the level there in dB, as well as colours tell it
   */
  level(seconds, height) {
    const number = Math.round(seconds / this.periodSeconds);
    if (number <= this.newest - this.#capacity || number > this.newest) {
      return undefined;
    }
    const row = Math.max(0, Math.min(ROWS - 1, Math.floor(height * ROWS)));
    const shade = this.#shades[(number % this.#capacity) * ROWS + row];
    return shade === 0 ? undefined : BOTTOM_DB + (shade / (SHADES - 1)) * (TOP_DB - BOTTOM_DB);
  }
}

/** @param {number} level in dB */
function shadeOf(level) {
  const part = (level - BOTTOM_DB) / (TOP_DB - BOTTOM_DB);
  return Math.max(1, Math.min(SHADES - 1, Math.round(part * (SHADES - 1))));
}
