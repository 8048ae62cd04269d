import { Plot } from './plot.js';
import { decibels, hertz, linear } from './scales.js';

const TOP_DB = 5;
const BOTTOM_DB = -100;
const TICKS_DB = [0, -20, -40, -60, -80];
/** What is shown is two thirds of the way there after so long. */
const RISE_MILLIS = 12;
const FALL_MILLIS = 80;
const THERE_DB = 0.05;
/** Between the bands and the bar of them all. */
const OVERALL_GAP = 12;

/**
 * @typedef {object} OctaveSpectrum
 * @property {number[]} center_frequencies in Hz
 * @property {number[]} band_energies_db
 * @property {string[]} band_labels nominal frequencies
 * @property {number} bands_per_octave
 * @property {string} weighting
 * @property {number} response_time in seconds
 * @property {number} overall_level in dB
 */

/** A bar for each band with its nominal frequency below, and one for all of them. */
export class OctaveCanvas extends Plot {
  /** @type {OctaveSpectrum|undefined} */
  octaves;
  /** @type {number[]} the bands and the overall level as they are shown */
  #shown = [];

  get area() {
    return { left: 40, top: 10, right: this.width - 6, bottom: this.height - 22 };
  }

  /** @param {OctaveSpectrum} octaves */
  take(octaves) {
    this.octaves = octaves;
  }

  get #levels() {
    return this.octaves ? [...this.octaves.band_energies_db, this.octaves.overall_level] : [];
  }

  /** @param {number} millis */
  move(millis) {
    const levels = this.#levels;
    if (this.#shown.length !== levels.length) {
      this.#shown = levels.map(() => BOTTOM_DB);
    }
    const rising = 1 - Math.exp(-millis / RISE_MILLIS);
    const falling = 1 - Math.exp(-millis / FALL_MILLIS);
    let moved = false;
    levels.forEach((level, band) => {
      const rest = Math.max(BOTTOM_DB, level) - this.#shown[band];
      if (Math.abs(rest) > THERE_DB) {
        this.#shown[band] += rest * (rest > 0 ? rising : falling);
        moved = true;
      }
    });
    return moved;
  }

  get #y() {
    return linear(TOP_DB, BOTTOM_DB, this.area.top, this.area.bottom);
  }

  /** Pixels to a band. */
  get #pitch() {
    const { left, right } = this.area;
    return (right - left - OVERALL_GAP) / (this.#levels.length || 1);
  }

  /**
   * @param {number} band
   * @returns {number} its left edge
   */
  #left(band) {
    return this.area.left + band * this.#pitch + (band === this.#levels.length - 1 ? OVERALL_GAP : 0);
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { bottom } = this.area;
    const y = this.#y;
    this.rows(context, y, TICKS_DB, (value) => `${value}`.replace('-', '−'));
    const pitch = this.#pitch;
    const gap = Math.min(4, pitch * 0.2);
    const last = this.#shown.length - 1;
    this.#shown.forEach((level, band) => {
      const top = y.place(level);
      context.fillStyle = band === last ? this.theme.muted : this.theme.accent;
      context.fillRect(this.#left(band) + gap / 2, top, pitch - gap, Math.max(1, bottom - top));
    });
    this.#paintLabels(context);
  }

  /**
   * All labels where they have room, else one an octave or less often, 1 kHz always among them.
   *
   * @param {CanvasRenderingContext2D} context
   */
  #paintLabels(context) {
    const labels = [...(this.octaves?.band_labels ?? []), 'all'];
    const pitch = this.#pitch;
    const widest = Math.max(...labels.map((label) => context.measureText(short(label)).width));
    const octave = this.octaves?.bands_per_octave ?? 1;
    const step = [1, octave, 2 * octave, 4 * octave].find((bands) => bands * pitch > widest + 4) ?? labels.length;
    const kilohertz = this.octaves?.center_frequencies.findIndex((centre) => Math.abs(centre / 1000 - 1) < 0.01) ?? 0;
    context.textAlign = 'center';
    context.textBaseline = 'top';
    context.fillStyle = this.theme.muted;
    labels.forEach((label, band) => {
      const last = band === labels.length - 1;
      if (last || ((band - Math.max(0, kilohertz)) % step === 0 && (labels.length - 1 - band) * pitch + OVERALL_GAP > widest + 4)) {
        const half = context.measureText(short(label)).width / 2;
        context.fillText(short(label), Math.min(this.#left(band) + pitch / 2, this.width - half), this.area.bottom + 5);
      }
    });
  }

  /**
   * @param {number} x
   * @param {number} _y
   */
  at(x, _y) {
    const { octaves } = this;
    if (octaves === undefined) {
      return '';
    }
    const band = Math.floor((x - this.area.left) / this.#pitch);
    const level = octaves.band_energies_db[band];
    return level === undefined
      ? `all  ${decibels(octaves.overall_level)}`
      : `${octaves.band_labels[band]} (${hertz(octaves.center_frequencies[band])})  ${decibels(level)}`;
  }

  figures() {
    const { octaves } = this;
    const loudest = octaves ? octaves.band_energies_db.indexOf(Math.max(...octaves.band_energies_db)) : -1;
    return [
      { id: 'overall', name: 'Overall', value: decibels(octaves?.overall_level) },
      { id: 'loudest', name: 'Loudest band', value: octaves?.band_labels[loudest] ?? '–' },
    ];
  }
}

/** @param {string} label for example `1 kHz`, `31.5 Hz`, `1.25k` */
function short(label) {
  return label.replace(/\s*Hz$/i, '').replace(/\s+k$/i, 'k');
}
