/**
 * Waiting times between attempts: doubling from a first delay up to a longest one, with jitter, so that a hundred
 * pages do not come back to a restarted server in the same instant.
 */
export class Backoff {
  #firstMillis;
  #longestMillis;
  #random;
  #attempts = 0;

  /** @param {{firstMillis?: number, longestMillis?: number, random?: () => number}} [options] */
  constructor({ firstMillis = 500, longestMillis = 15_000, random = Math.random } = {}) {
    this.#firstMillis = firstMillis;
    this.#longestMillis = longestMillis;
    this.#random = random;
  }

  /** Attempts that failed since the last success. */
  get attempts() {
    return this.#attempts;
  }

  /** @returns {number} milliseconds to wait before the next attempt: half of it fixed, half of it chance */
  next() {
    const full = Math.min(this.#longestMillis, this.#firstMillis * 2 ** Math.min(this.#attempts, 30));
    this.#attempts += 1;
    return Math.round(full / 2 + (full / 2) * this.#random());
  }

  /** Call on success. */
  reset() {
    this.#attempts = 0;
  }
}
