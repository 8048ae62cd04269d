/** From values to places on a canvas and back, and how values are written beside them. */

/** @typedef {{place(value: number): number, value(place: number): number}} Scale */

/**
 * @param {number} low
 * @param {number} high
 * @param {number} from the place of `low`
 * @param {number} to the place of `high`
 * @returns {Scale}
 */
export function linear(low, high, from, to) {
  const step = (to - from) / (high - low);
  return {
    place: (value) => from + (value - low) * step,
    value: (place) => low + (place - from) / step,
  };
}

/**
 * Equal ratios take equal lengths, as ears have it.
 *
 * @param {number} low above 0
 * @param {number} high
 * @param {number} from
 * @param {number} to
 * @returns {Scale}
 */
export function logarithmic(low, high, from, to) {
  const scale = linear(Math.log(low), Math.log(high), from, to);
  return {
    place: (value) => scale.place(Math.log(Math.max(value, 1e-9))),
    value: (place) => Math.exp(scale.value(place)),
  };
}

const FREQUENCIES = [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000];

/**
 * @param {number} low
 * @param {number} high
 */
export function frequencyTicks(low, high) {
  return FREQUENCIES.filter((frequency) => frequency >= low * 0.999 && frequency <= high * 1.001);
}

/** @param {number} frequency in Hz */
export function tickHertz(frequency) {
  return frequency < 1000 ? `${frequency}` : `${frequency / 1000}k`;
}

/** @param {number|null|undefined} frequency in Hz */
export function hertz(frequency) {
  if (!isNumber(frequency)) {
    return '–';
  }
  return frequency < 1000 ? `${frequency.toFixed(1)} Hz` : `${(frequency / 1000).toFixed(frequency < 10_000 ? 3 : 2)} kHz`;
}

/** A level below this is called silence. */
const SILENCE_DB = -120;

/**
 * @param {number|null|undefined} level in dB
 * @param {string} [unit]
 */
export function decibels(level, unit = 'dB') {
  if (!isNumber(level)) {
    return '–';
  }
  return `${level <= SILENCE_DB ? '−∞' : signed(level, 1, '')} ${unit}`.trim();
}

/**
 * @param {number} value
 * @param {number} digits after the point
 * @param {string} [plus] what a positive number begins with
 */
export function signed(value, digits, plus = '+') {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) {
    return text;
  }
  return (value < 0 ? '−' : plus) + text;
}

/** @param {number} amplitude full scale being 1 */
export function toDecibels(amplitude) {
  return 20 * Math.log10(Math.max(amplitude, 1e-9));
}

/**
 * @param {unknown} value
 * @returns {value is number}
 */
export function isNumber(value) {
  return typeof value === 'number' && Number.isFinite(value);
}
