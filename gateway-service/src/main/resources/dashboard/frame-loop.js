/**
 * Calls whoever asked for it before each picture that the browser paints, and nobody while there is none to be painted:
 * a hidden page draws nothing. What one of them throws is reported and does not keep the others from drawing.
 */
class FrameLoop {
  /** @type {Set<(now: number) => void>} */
  #all = new Set();
  #asked = 0;

  /**
   * @param {(now: number) => void} draw gets milliseconds of `performance.now()`
   * @returns {() => void} ends it
   */
  add(draw) {
    this.#all.add(draw);
    this.#ask();
    return () => this.#all.delete(draw);
  }

  #ask() {
    if (this.#asked === 0 && this.#all.size > 0) {
      this.#asked = requestAnimationFrame((now) => this.#turn(now));
    }
  }

  /** @param {number} now */
  #turn(now) {
    this.#asked = 0;
    this.#ask();
    for (const draw of this.#all) {
      try {
        draw(now);
      } catch (failure) {
        reportError(failure);
      }
    }
  }
}

export const frames = new FrameLoop();
