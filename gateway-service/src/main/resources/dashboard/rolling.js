/**
 * Values of the last moments, oldest first. Bounded by time and by number, so that a fast source can't fill memory.
 */
export class RollingWindow {
  #spanMillis;
  #most;
  /** @type {{at: number, value: number}[]} */
  #points = [];

  /**
   * @param {number} spanMillis how far back it remembers
   * @param {number} [most] how many values at most
   */
  constructor(spanMillis, most = 1000) {
    this.#spanMillis = spanMillis;
    this.#most = most;
  }

  /**
   * @param {number} at in milliseconds, never before the one added last
   * @param {number} value
   */
  add(at, value) {
    this.#points.push({ at, value });
    this.#forget(at);
  }

  /**
   * @param {number} now in milliseconds
   * @returns {ReadonlyArray<{at: number, value: number}>}
   */
  points(now) {
    this.#forget(now);
    return this.#points;
  }

  /**
   * @param {number} now in milliseconds
   * @returns {number|undefined} the middle value: one late frame does not move it
   */
  median(now) {
    const values = this.points(now).map((point) => point.value).sort((a, b) => a - b);
    return values.length === 0 ? undefined : values[Math.floor((values.length - 1) / 2)];
  }

  clear() {
    this.#points = [];
  }

  /** @param {number} now */
  #forget(now) {
    const oldest = now - this.#spanMillis;
    let gone = Math.max(0, this.#points.length - this.#most);
    while (gone < this.#points.length && this.#points[gone].at < oldest) {
      gone += 1;
    }
    if (gone > 0) {
      this.#points.splice(0, gone);
    }
  }
}

/** Measures how often something happens, over the last two seconds. */
export class RateMeter {
  #spanMillis;
  #marks;

  /** @param {number} [spanMillis] */
  constructor(spanMillis = 2000) {
    this.#spanMillis = spanMillis;
    this.#marks = new RollingWindow(spanMillis);
  }

  /** @param {number} now in milliseconds */
  mark(now) {
    this.#marks.add(now, 1);
  }

  /**
   * @param {number} now in milliseconds
   * @returns {number} per second; falls to 0 when nothing comes any more
   */
  perSecond(now) {
    const marks = this.#marks.points(now);
    if (marks.length < 2) {
      return 0;
    }
    const first = marks[0].at;
    const last = marks[marks.length - 1].at;
    const mean = (last - first) / (marks.length - 1);
    if (mean === 0 || now - last > 3 * mean + 100) {
      return (marks.length * 1000) / this.#spanMillis;
    }
    return 1000 / mean;
  }

  clear() {
    this.#marks.clear();
  }
}
