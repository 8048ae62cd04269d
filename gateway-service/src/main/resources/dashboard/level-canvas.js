import { Plot } from './plot.js';
import { decibels, linear } from './scales.js';

const LOWEST_DBFS = -60;
const TICKS = [-60, -50, -40, -30, -20, -10, -6, -3, 0];
/** From here on it is loud, and from here on nearly too loud. */
const LOUD_DBFS = -18;
const HOT_DBFS = -6;
/** A sample at full scale has most likely been cut off. */
const CLIP_DBFS = -0.01;
const LAMP_MILLIS = 4000;
/** Thicker bars say no more. */
const THICKEST = 34;
/** A bar rises at once and falls no faster, so that short peaks can be seen as long as they are held. */
const FALL_DB_PER_SECOND = 40;

/**
 * @typedef {object} Levels
 * @property {number[]} peak_levels_db dBFS, one for each channel, as the others
 * @property {number[]} rms_levels_db
 * @property {number[]} peak_hold_levels_db
 * @property {string[]} channel_labels
 */

/** A bar for each channel: RMS in full colour within the peak, a line where the highest peak was, a lamp for clipping. */
export class LevelCanvas extends Plot {
  #compact;
  /** @type {number[]} the peak as it is shown */
  #peaks = [];
  /** @type {number[]} until when a lamp is lit */
  #clipped = [];

  /** @type {Levels|undefined} */
  levels;

  /**
   * @param {HTMLCanvasElement} canvas
   * @param {{compact?: boolean}} [form] compact: without a scale and names
   */
  constructor(canvas, { compact = false } = {}) {
    super(canvas);
    this.#compact = compact;
  }

  get area() {
    return this.#compact
      ? { left: 0, top: 0, right: this.width - 14, bottom: this.height }
      : { left: 42, top: 6, right: this.width - 26, bottom: this.height - 22 };
  }

  /**
   * @param {Levels} levels
   * @param {number} now
   */
  take(levels, now) {
    this.levels = levels;
    levels.peak_levels_db.forEach((peak, channel) => {
      this.#peaks[channel] = Math.max(this.#peaks[channel] ?? -Infinity, peak);
      if (peak >= CLIP_DBFS) {
        this.#clipped[channel] = now + LAMP_MILLIS;
      }
    });
    this.#peaks.length = levels.peak_levels_db.length;
  }

  /**
   * @param {number} millis
   * @param {number} now
   */
  move(millis, now) {
    let moved = false;
    this.levels?.peak_levels_db.forEach((peak, channel) => {
      const held = this.levels?.peak_hold_levels_db[channel] ?? Infinity;
      const shown = Math.max(peak, Math.min(held, this.#peaks[channel] - (FALL_DB_PER_SECOND * millis) / 1000));
      moved ||= shown !== this.#peaks[channel];
      this.#peaks[channel] = shown;
      if (this.#clipped[channel] && this.#clipped[channel] < now) {
        this.#clipped[channel] = 0;
        moved = true;
      }
    });
    return moved;
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { left, top, right, bottom } = this.area;
    const scale = linear(LOWEST_DBFS, 0, left, right);
    if (!this.#compact) {
      this.columns(context, scale, TICKS, (value) => (value === 0 ? '0' : `−${-value}`));
    }
    const channels = Math.max(1, this.levels?.peak_levels_db.length ?? 1);
    const pitch = (bottom - top) / channels;
    const high = Math.min(THICKEST, pitch - (this.#compact ? 2 : Math.min(8, pitch * 0.25)));
    for (let channel = 0; channel < channels; channel += 1) {
      this.#bar(context, scale, channel, top + (channel + 0.5) * pitch - high / 2, high);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import('./scales.js').Scale} scale
   * @param {number} channel
   * @param {number} y
   * @param {number} high
   */
  #bar(context, scale, channel, y, high) {
    const { left, right } = this.area;
    const { theme } = this;
    const to = (/** @type {number|undefined} */ level) => Math.max(left, Math.min(scale.place(level ?? -Infinity), right));
    context.fillStyle = theme.raised;
    context.fillRect(left, y, right - left, high);
    for (const [level, alpha] of /** @type {[number|undefined, number][]} */ ([
      [this.#peaks[channel], 0.38],
      [this.levels?.rms_levels_db[channel], 1],
    ])) {
      context.globalAlpha = alpha;
      for (const [low, colour, end] of /** @type {[number, string, number][]} */ ([
        [LOWEST_DBFS, theme.good, LOUD_DBFS],
        [LOUD_DBFS, theme.warn, HOT_DBFS],
        [HOT_DBFS, theme.bad, 0],
      ])) {
        const from = scale.place(low);
        const until = Math.min(to(level), scale.place(end));
        if (until > from) {
          context.fillStyle = colour;
          context.fillRect(from, y, until - from, high);
        }
      }
    }
    context.globalAlpha = 1;
    const hold = this.levels?.peak_hold_levels_db[channel];
    if (hold !== undefined && hold > LOWEST_DBFS) {
      context.fillStyle = theme.text;
      context.fillRect(Math.min(to(hold), right - 2), y, 2, high);
    }
    const lit = (this.#clipped[channel] ?? 0) > 0;
    const lamp = Math.min(high / 2, this.#compact ? 4 : 7);
    context.beginPath();
    context.arc(right + (this.#compact ? 8 : 14), y + high / 2, lamp, 0, 2 * Math.PI);
    context.fillStyle = lit ? theme.bad : theme.raised;
    context.strokeStyle = lit ? theme.bad : theme['line-strong'];
    context.fill();
    context.stroke();
    if (!this.#compact) {
      context.fillStyle = theme.text;
      context.textAlign = 'right';
      context.textBaseline = 'middle';
      context.fillText(this.levels?.channel_labels[channel] ?? '', left - 8, y + high / 2);
    }
  }

  figures() {
    const { levels } = this;
    return (levels?.channel_labels ?? []).map((label, channel) => ({
      id: `levels-${channel}`,
      name: levels?.channel_labels.length === 1 ? 'Peak · RMS' : `${label} peak · RMS`,
      value: `${decibels(levels?.peak_levels_db[channel], '')} · ${decibels(levels?.rms_levels_db[channel], 'dBFS')}`,
    }));
  }
}
