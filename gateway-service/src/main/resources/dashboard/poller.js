import { Backoff } from './backoff.js';

const PACE = { firstMillis: 1000, longestMillis: 8000 };

/**
 * Asks the same question again and again while it runs: at a steady pace while answers come, with growing pauses
 * while they don't. Never two questions at once.
 *
 * @template T
 */
export class Poller {
  #ask;
  #everyMillis;
  #onAnswer;
  #onFailure;
  #backoff;
  #running = false;
  #asking = false;
  #again = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /**
   * @param {object} options
   * @param {() => Promise<T>} options.ask
   * @param {() => number} options.everyMillis pause after an answer
   * @param {(answer: T) => void} options.onAnswer
   * @param {(failure: Error, retryMillis: number, attempts: number) => void} [options.onFailure]
   * @param {Backoff} [options.backoff]
   */
  constructor({ ask, everyMillis, onAnswer, onFailure = () => {}, backoff = new Backoff(PACE) }) {
    this.#ask = ask;
    this.#everyMillis = everyMillis;
    this.#onAnswer = onAnswer;
    this.#onFailure = onFailure;
    this.#backoff = backoff;
  }

  start() {
    if (!this.#running) {
      this.#running = true;
      this.now();
    }
  }

  /** An answer that is still on its way is ignored. */
  stop() {
    this.#running = false;
    this.#again = false;
    clearTimeout(this.#timer);
  }

  /** Asks without waiting for the next turn. */
  now() {
    if (!this.#running) {
      return;
    }
    if (this.#asking) {
      this.#again = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#turn();
  }

  async #turn() {
    this.#asking = true;
    let pause;
    try {
      const answer = await this.#ask();
      this.#backoff.reset();
      pause = this.#everyMillis();
      if (this.#running) {
        this.#onAnswer(answer);
      }
    } catch (failure) {
      pause = this.#backoff.next();
      this.#again = false;
      if (this.#running) {
        this.#onFailure(/** @type {Error} */ (failure), pause, this.#backoff.attempts);
      }
    }
    this.#asking = false;
    if (this.#running) {
      this.#timer = setTimeout(() => this.#turn(), this.#again ? 0 : pause);
    }
    this.#again = false;
  }
}
