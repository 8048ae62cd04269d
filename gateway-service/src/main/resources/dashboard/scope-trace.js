/**
 * A piece of a wave.
 *
 * @typedef {object} Trace
 * @property {number} fromMillis of the first point, from the trigger
 * @property {number} toMillis of the last one
 * @property {{label: string, low: number[], high: number[]}[]} channels least and greatest sample at each point, full
 *     scale being 1
 * @property {boolean} triggered
 * @property {number} triggerLevel
 */

/**
 * What a message of the topic `scope` brings.
 *
 * @param {any} message
 * @returns {Trace}
 */
export function traceOf({ minima, maxima, channel_labels: labels, start_ms: fromMillis, step_ms: stepMillis, ...trigger }) {
  return {
    fromMillis,
    toMillis: fromMillis + (minima[0].length - 1) * stepMillis,
    channels: minima.map((/** @type {number[]} */ low, /** @type {number} */ channel) => ({
      label: labels[channel],
      low,
      high: maxima[channel],
    })),
    triggered: trigger.triggered,
    triggerLevel: trigger.trigger_level,
  };
}
