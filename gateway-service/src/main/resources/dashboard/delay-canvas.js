import { Plot } from './plot.js';
import { isNumber, linear, signed } from './scales.js';

/** The axis grows to the next of these that holds the delay, and does not shrink again before the page is left. */
const RANGES_MILLIS = [2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** A delay that is less sure than this is drawn faded. */
const SURE = 0.3;

/**
 * @typedef {object} Delay
 * @property {number|null} delay_ms how much later the second channel is
 * @property {number|null} delay_samples
 * @property {number|null} distance_m that sound goes meanwhile
 * @property {number} confidence 0 to 1
 * @property {string|null} polarity `normal` or `inverted`
 * @property {string[]} channel_labels the first and the second
 * @property {string} status `measured`, or why there is no delay
 */

/** How far two channels are apart: a mark on an axis of time, and whether one of them is upside down. */
export class DelayCanvas extends Plot {
  /** @type {Delay|undefined} */
  delay;
  #range = RANGES_MILLIS[0];

  get area() {
    return { left: 16, top: 10, right: this.width - 16, bottom: this.height - 22 };
  }

  /** @param {Delay} delay */
  take(delay) {
    this.delay = delay;
    const size = Math.abs(delay.delay_ms ?? 0);
    this.#range = Math.max(this.#range, RANGES_MILLIS.find((range) => range >= size * 1.1) ?? size * 1.1);
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { left, top, right, bottom } = this.area;
    const range = this.#range;
    const x = linear(-range, range, left, right);
    const ticks = [-1, -0.5, 0, 0.5, 1].map((part) => part * range);
    this.columns(context, x, ticks, (value) => (value === 0 ? 'together' : `${signed(value, range < 5 ? 1 : 0)} ms`));
    const { delay } = this;
    if (!isNumber(delay?.delay_ms)) {
      return;
    }
    const place = x.place(delay.delay_ms);
    const zero = x.place(0);
    context.globalAlpha = delay.confidence >= SURE ? 1 : 0.35;
    context.fillStyle = this.theme['accent-wash'];
    context.fillRect(Math.min(zero, place), top, Math.abs(place - zero), bottom - top);
    context.fillStyle = delay.polarity === 'inverted' ? this.theme.warn : this.theme.accent;
    context.fillRect(place - 1.5, top, 3, bottom - top);
    const middle = (top + bottom) / 2;
    const point = delay.polarity === 'inverted' ? -9 : 9;
    context.beginPath();
    context.moveTo(place, middle - point);
    context.lineTo(place + 8, middle + point * 0.6);
    context.lineTo(place - 8, middle + point * 0.6);
    context.fill();
    context.globalAlpha = 1;
  }

  figures() {
    const { delay } = this;
    const write = (/** @type {number|null|undefined} */ value, /** @type {number} */ digits, /** @type {string} */ unit) =>
      isNumber(value) ? `${signed(value, digits)} ${unit}` : '–';
    return [
      { id: 'delay', name: delay ? `${delay.channel_labels[1]} after ${delay.channel_labels[0]}` : 'Delay', value: write(delay?.delay_ms, 3, 'ms') },
      { id: 'samples', name: 'Samples', value: write(delay?.delay_samples, 2, '') },
      { id: 'distance', name: 'Sound goes', value: write(delay?.distance_m, 3, 'm') },
      { id: 'polarity', name: 'Polarity', value: delay?.polarity ?? delay?.status.replace('_', ' ') ?? '–' },
      { id: 'delay-confidence', name: 'Confidence', value: delay ? `${Math.round(delay.confidence * 100)}%` : '–' },
    ];
  }
}
