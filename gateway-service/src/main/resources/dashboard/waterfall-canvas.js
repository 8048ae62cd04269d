import { COLOURS, SHADES } from './colour-map.js';
import { Plot } from './plot.js';
import { decibels, frequencyTicks, hertz, linear, logarithmic, signed, tickHertz } from './scales.js';
import { evenlySpaced } from './spectrogram-columns.js';
import { COLOURED_DB, WaterfallRing } from './waterfall-ring.js';

const SPAN_SECONDS = 15;
const LOW_HZ = 20;
const HIGH_HZ = 20_000;
/** Columns that are a little late still come in at the edge, and not behind it. */
const LAG_SECONDS = 0.12;
/** When nothing comes any more the picture goes on for so long and then stands still. */
const COAST_SECONDS = 0.5;
/** So much of a new difference between the clocks is believed: messages come unevenly. */
const TRUST = 0.05;
const LEGEND = 12;

/** Frequencies over time, the level as a colour; scrolls with the clock and not with the messages. */
export class WaterfallCanvas extends Plot {
  /** @type {WaterfallRing|undefined} */
  #ring;
  #even = false;
  #highHz = HIGH_HZ;
  /** Capture time less our own clock, in seconds. */
  #offset = NaN;
  #edgeSeconds = 0;

  get area() {
    return { left: 40, top: 8, right: this.width - 58, bottom: this.height - 22 };
  }

  /**
   * @param {import('./spectrogram-columns.js').Spectrogram} message
   * @param {number} now
   */
  take({ timestamp, times, frequencies, columns, column_interval: periodSeconds }, now) {
    if (!this.#ring?.fits(periodSeconds, frequencies)) {
      this.#even = evenlySpaced(frequencies);
      this.#highHz = this.#even ? Math.min(HIGH_HZ, frequencies[frequencies.length - 1]) : HIGH_HZ;
      const scale = (/** @type {number} */ from, /** @type {number} */ to) => this.#scale(from, to);
      this.#ring = new WaterfallRing({ periodSeconds, spanSeconds: SPAN_SECONDS, frequencies, scale });
    }
    columns.forEach((levels, column) => this.#ring?.put(timestamp + times[column], levels));
    const offset = this.#newestSeconds - now / 1000;
    const off = offset - this.#offset;
    this.#offset = Math.abs(off) < COAST_SECONDS ? this.#offset + off * TRUST : offset;
  }

  /** Its colours are the same in both schemes. */
  get grid() {
    return 'rgb(255 255 255 / 14%)';
  }

  get #newestSeconds() {
    return (this.#ring?.newest ?? 0) * (this.#ring?.periodSeconds ?? 0);
  }

  /**
   * @param {number} _millis
   * @param {number} now
   */
  move(_millis, now) {
    if (this.#ring === undefined) {
      return false;
    }
    const edge = Math.min(now / 1000 + this.#offset - LAG_SECONDS, this.#newestSeconds + COAST_SECONDS);
    const moved = edge !== this.#edgeSeconds;
    this.#edgeSeconds = edge;
    return moved;
  }

  get #x() {
    return linear(this.#edgeSeconds - SPAN_SECONDS, this.#edgeSeconds, this.area.left, this.area.right);
  }

  get #y() {
    return this.#scale(this.area.bottom, this.area.top);
  }

  /**
   * Frequencies lie on the page as they lie in the messages: so each has its room.
   *
   * @param {number} from
   * @param {number} to
   */
  #scale(from, to) {
    return this.#even ? linear(0, this.#highHz, from, to) : logarithmic(LOW_HZ, HIGH_HZ, from, to);
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { left, top, right, bottom } = this.area;
    context.fillStyle = `rgb(${COLOURS[0]} ${COLOURS[1]} ${COLOURS[2]})`;
    context.fillRect(left, top, right - left, bottom - top);
    const fromNow = linear(-SPAN_SECONDS, 0, left, right);
    this.columns(context, fromNow, [-15, -10, -5, 0], (value) => (value === 0 ? 'now' : `−${-value} s`));
    this.rows(context, this.#y, this.#even ? evenTicks(this.#highHz) : frequencyTicks(LOW_HZ, HIGH_HZ), tickHertz);
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    this.#ring?.paint(context, this.#x, this.#edgeSeconds - SPAN_SECONDS, top, bottom);
    context.restore();
    this.#paintLegend(context);
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintLegend(context) {
    const { top, right, bottom } = this.area;
    const left = right + 10;
    const shades = context.createLinearGradient(0, bottom, 0, top);
    for (let part = 0; part <= 1; part += 1 / 16) {
      const at = 3 * Math.round(part * (SHADES - 1));
      shades.addColorStop(part, `rgb(${COLOURS[at]} ${COLOURS[at + 1]} ${COLOURS[at + 2]})`);
    }
    context.fillStyle = shades;
    context.fillRect(left, top, LEGEND, bottom - top);
    context.fillStyle = this.theme.muted;
    context.textAlign = 'left';
    context.textBaseline = 'middle';
    const y = linear(COLOURED_DB.lowest, COLOURED_DB.highest, bottom, top);
    for (let level = -100; level < COLOURED_DB.highest; level += 20) {
      context.fillText(`−${-level}`, left + LEGEND + 5, y.place(level));
    }
    context.fillText('dB', left + LEGEND + 5, top + 4);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    const { top, bottom } = this.area;
    const seconds = this.#x.value(x);
    const level = this.#ring?.level(seconds, (y - top) / (bottom - top));
    const ago = Math.max(0, this.#edgeSeconds - seconds);
    return `${hertz(this.#y.value(y))}  ${signed(-ago, 1)} s  ${decibels(level)}`;
  }

  figures() {
    return [];
  }
}

/** @param {number} highHz */
function evenTicks(highHz) {
  const step = highHz > 12_000 ? 2000 : 1000;
  return Array.from({ length: Math.floor(highHz / step) + 1 }, (_, tick) => tick * step);
}
