/**
 * Keeps the screen on: a phone that goes dark stops its camera. A browser takes the lock from a page that is hidden, so it
 * is asked for again when the page is seen; one without locks (or one that refuses, to save power) goes dark as ever.
 */
export class AwakeScreen {
  #locks;
  #page;
  #wanted = false;
  /** @type {WakeLockSentinel|undefined} */
  #lock;
  #seen = () => this.#take();

  /**
   * @param {WakeLock|undefined} [locks]
   * @param {Document} [page]
   */
  constructor(locks = globalThis.navigator?.wakeLock, page = document) {
    this.#locks = locks;
    this.#page = page;
  }

  keep() {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#page.addEventListener('visibilitychange', this.#seen);
      this.#take();
    }
  }

  letGo() {
    this.#wanted = false;
    this.#page.removeEventListener('visibilitychange', this.#seen);
    this.#lock?.release();
    this.#lock = undefined;
  }

  async #take() {
    if (!this.#wanted || this.#page.visibilityState !== 'visible' || (this.#lock && !this.#lock.released)) {
      return;
    }
    try {
      const lock = await this.#locks?.request('screen');
      if (this.#wanted) {
        this.#lock = lock;
      } else {
        lock?.release();
      }
    } catch {
      // A battery that is nearly empty, or a setting; nothing else depends on it.
    }
  }
}
