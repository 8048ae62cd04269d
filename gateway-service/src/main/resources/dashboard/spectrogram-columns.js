/** @import {Scale} from './scales.js' */

/**
 * What a message of the topic `spectrogram` brings.
 *
 * @typedef {object} Spectrogram
 * @property {number} timestamp of the newest column, in Unix seconds
 * @property {number[]} times of the columns from then, in seconds, oldest first
 * @property {number[]} frequencies in Hz, rising
 * @property {number[][]} columns a level in dBFS for each frequency
 * @property {number} column_interval in seconds
 */

/**
 * @param {number[]} frequencies rising
 * @returns {boolean} whether they are as far from each other everywhere, and not in octaves
 */
export function evenlySpaced(frequencies) {
  const last = frequencies.length - 1;
  return frequencies[last] - frequencies[last - 1] < 2 * (frequencies[1] - frequencies[0]);
}

/**
 * Which frequencies a row of pixels stands for.
 *
 * @param {number[]} frequencies of the levels in Hz, rising
 * @param {Scale} scale from Hz to rows, from the top
 * @param {number} count of rows
 */
export function rowsOver(frequencies, scale, count) {
  const first = new Float64Array(count);
  const last = new Float64Array(count);
  for (let row = 0; row < count; row += 1) {
    first[row] = placeAmong(frequencies, scale.value(row + 0.5));
    last[row] = placeAmong(frequencies, scale.value(row - 0.5));
  }
  return {
    frequencies,

    /** @param {number[]} others whether these are the frequencies of the levels too */
    fits(others) {
      const end = frequencies.length - 1;
      return others === frequencies || (others.length === end + 1 && others[0] === frequencies[0] && others[end] === frequencies[end]);
    },

    /**
     * @param {number} row
     * @param {ArrayLike<number>} levels
     * @returns {number|undefined} the highest of those in a row, or what lies between two of them; nothing outside of them
     */
    level(row, levels) {
      const from = first[row];
      const to = last[row];
      if (to < -0.5 || from > frequencies.length - 0.5) {
        return undefined;
      }
      if (to - from < 1) {
        const middle = Math.min(frequencies.length - 1, Math.max(0, (from + to) / 2));
        const below = Math.floor(middle);
        const above = Math.min(frequencies.length - 1, below + 1);
        return levels[below] + (levels[above] - levels[below]) * (middle - below);
      }
      let most = -Infinity;
      for (let bin = Math.max(0, Math.round(from)); bin <= Math.min(frequencies.length - 1, Math.round(to)); bin += 1) {
        most = Math.max(most, levels[bin]);
      }
      return most;
    },
  };
}

/**
 * @param {number[]} values rising
 * @param {number} value
 * @returns {number} its index among them with a fraction; below 0 or above the last where it lies outside
 */
function placeAmong(values, value) {
  let low = 0;
  let high = values.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (values[middle] <= value) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return low + (value - values[low]) / (values[high] - values[low] || 1);
}
