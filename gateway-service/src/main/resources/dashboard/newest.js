/**
 * Runs slow work on a stream of items without ever queueing: one item is being worked on, at most one waits, and a
 * newer one takes the place of the one that waits.
 *
 * @template T
 */
export class NewestWins {
  #work;
  /** @type {{item: T}|undefined} */
  #waiting;
  #busy = false;
  #replaced = 0;

  /** @param {(item: T) => Promise<void>} work a rejection is the work's own affair and does not stop the next item */
  constructor(work) {
    this.#work = work;
  }

  /** How many items were never worked on because a newer one came. */
  get replaced() {
    return this.#replaced;
  }

  /** @param {T} item */
  offer(item) {
    if (this.#waiting !== undefined) {
      this.#replaced += 1;
    }
    this.#waiting = { item };
    if (!this.#busy) {
      this.#run();
    }
  }

  /** Forgets the item that waits, without counting it. */
  clear() {
    this.#waiting = undefined;
  }

  async #run() {
    this.#busy = true;
    while (this.#waiting !== undefined) {
      const { item } = this.#waiting;
      this.#waiting = undefined;
      try {
        await this.#work(item);
      } catch {
        // the next item is independent of this one
      }
    }
    this.#busy = false;
  }
}
