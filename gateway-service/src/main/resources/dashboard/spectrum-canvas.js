import { Plot } from './plot.js';
import { decibels, frequencyTicks, hertz, isNumber, linear, logarithmic, tickHertz, toDecibels } from './scales.js';

const LOW_HZ = 20;
const HIGH_HZ = 20_000;
const TOP_DBFS = 5;
const BOTTOM_DBFS = -110;
const TICKS_DB = [0, -20, -40, -60, -80, -100];
/** What is shown is two thirds of the way there after so long: at once where it grows, smoothly where it falls. */
const RISE_MILLIS = 12;
const FALL_MILLIS = 80;
/** Closer than this is there. */
const THERE_DB = 0.05;

/**
 * @typedef {object} FftSpectrum
 * @property {number[]} frequencies in Hz, evenly spaced
 * @property {number[]} magnitudes_linear a sine at full scale being 1
 * @property {number} fft_size
 * @property {string} window_type
 * @property {number} overlap_factor
 * @property {string} weighting
 * @property {number} peak_frequency in Hz
 * @property {number} peak_magnitude in dBFS
 */

/** Amplitudes over a logarithmic axis of frequencies, the highest peak marked. */
export class SpectrumCanvas extends Plot {
  /** @type {FftSpectrum|undefined} */
  spectrum;
  /** @type {Float32Array} dBFS of each column of pixels as they will be */
  #target = new Float32Array(0);
  #shown = new Float32Array(0);

  get area() {
    return { left: 40, top: 10, right: this.width - 12, bottom: this.height - 22 };
  }

  get #x() {
    return logarithmic(LOW_HZ, HIGH_HZ, this.area.left, this.area.right);
  }

  get #y() {
    return linear(TOP_DBFS, BOTTOM_DBFS, this.area.top, this.area.bottom);
  }

  /** @param {FftSpectrum} spectrum */
  take(spectrum) {
    this.spectrum = spectrum;
    this.#reach();
  }

  /** What each column of pixels has to show: the highest of its bins, or between two bins where they are far apart. */
  #reach() {
    const { left, right } = this.area;
    const columns = Math.max(0, Math.floor(right - left) + 1);
    this.#target = new Float32Array(columns).fill(BOTTOM_DBFS);
    if (this.#shown.length !== columns) {
      this.#shown = new Float32Array(columns).fill(BOTTOM_DBFS);
    }
    const { frequencies = [], magnitudes_linear: magnitudes = [] } = this.spectrum ?? {};
    if (frequencies.length < 2) {
      return;
    }
    const stepHz = (frequencies[frequencies.length - 1] - frequencies[0]) / (frequencies.length - 1);
    const x = this.#x;
    for (let column = 0; column < columns; column += 1) {
      const from = (x.value(left + column - 0.5) - frequencies[0]) / stepHz;
      const to = (x.value(left + column + 0.5) - frequencies[0]) / stepHz;
      if (from < 0 || from > frequencies.length - 1) {
        continue;
      }
      this.#target[column] = Math.max(BOTTOM_DBFS, highest(magnitudes, from, to));
    }
  }

  /** @param {number} millis */
  move(millis) {
    const { left, right } = this.area;
    if (this.#target.length !== Math.max(0, Math.floor(right - left) + 1)) {
      this.#reach();
    }
    const rising = 1 - Math.exp(-millis / RISE_MILLIS);
    const falling = 1 - Math.exp(-millis / FALL_MILLIS);
    let moved = false;
    for (let column = 0; column < this.#shown.length; column += 1) {
      const rest = this.#target[column] - this.#shown[column];
      if (Math.abs(rest) > THERE_DB) {
        this.#shown[column] += rest * (rest > 0 ? rising : falling);
        moved = true;
      }
    }
    return moved;
  }

  /** @param {CanvasRenderingContext2D} context */
  paint(context) {
    const { left, right, bottom } = this.area;
    const y = this.#y;
    this.rows(context, y, TICKS_DB, (value) => `${value}`.replace('-', '−'));
    this.columns(context, this.#x, frequencyTicks(LOW_HZ, HIGH_HZ), tickHertz);
    if (this.spectrum === undefined) {
      return;
    }
    context.beginPath();
    this.#shown.forEach((level, column) => context.lineTo(left + column, y.place(level)));
    context.strokeStyle = this.theme.accent;
    context.lineWidth = 1.5;
    context.lineJoin = 'round';
    context.stroke();
    context.lineTo(right, bottom);
    context.lineTo(left, bottom);
    context.fillStyle = this.theme['accent-wash'];
    context.fill();
    context.lineWidth = 1;
    this.#paintPeak(context);
  }

  /** @param {CanvasRenderingContext2D} context */
  #paintPeak(context) {
    const { left, right } = this.area;
    const { peak_frequency: frequency, peak_magnitude: level } = /** @type {FftSpectrum} */ (this.spectrum);
    if (!isNumber(frequency) || !isNumber(level) || frequency < LOW_HZ || level <= BOTTOM_DBFS) {
      return;
    }
    const x = this.#x.place(frequency);
    const y = this.#y.place(level);
    context.beginPath();
    context.arc(x, y, 3.5, 0, 2 * Math.PI);
    context.fillStyle = this.theme.text;
    context.fill();
    const text = `${hertz(frequency)}  ${decibels(level)}`;
    const wide = context.measureText(text).width + 14;
    const beside = x + 10 + wide > right ? x - 10 - wide : x + 10;
    this.label(context, text, Math.max(left, beside), Math.max(this.area.top, y - 11), wide);
  }

  /**
   * @param {number} x
   * @param {number} y
   */
  at(x, y) {
    const column = Math.round(x - this.area.left);
    const here = this.#target[column];
    return `${hertz(this.#x.value(x))}  ${this.spectrum && here !== undefined ? decibels(here) : decibels(this.#y.value(y))}`;
  }

  figures() {
    const { spectrum } = this;
    return [
      { id: 'peak-frequency', name: 'Peak', value: hertz(spectrum?.peak_frequency) },
      { id: 'peak-magnitude', name: 'Level', value: decibels(spectrum?.peak_magnitude, 'dBFS') },
    ];
  }
}

/**
 * @param {number[]} magnitudes
 * @param {number} from a place between bins
 * @param {number} to
 * @returns {number} in dBFS
 */
function highest(magnitudes, from, to) {
  const last = magnitudes.length - 1;
  if (to - from < 1) {
    const middle = Math.min(last, Math.max(0, (from + to) / 2));
    const below = Math.floor(middle);
    const part = middle - below;
    const low = toDecibels(magnitudes[below]);
    return part === 0 ? low : low + (toDecibels(magnitudes[below + 1]) - low) * part;
  }
  let most = 0;
  for (let bin = Math.max(0, Math.round(from)); bin <= Math.min(last, Math.round(to)); bin += 1) {
    most = Math.max(most, magnitudes[bin]);
  }
  return toDecibels(most);
}
