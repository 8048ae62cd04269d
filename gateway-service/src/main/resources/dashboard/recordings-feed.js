import { listRecordings } from './api.js';
import { Poller } from './poller.js';
import { PageAttention } from './visibility.js';
/** @import {Recording} from './types.js' */

const EVERY_MILLIS = 2000;

/**
 * The recordings, asked for once for whoever on the page wants to know, and only while somebody looks.
 *
 * @typedef {object} Known
 * @property {Recording[]|undefined} recordings newest first; undefined before the first answer
 * @property {string} failure of the last question; empty when it was answered
 */
class RecordingsFeed {
  /** @type {Known} */
  known = { recordings: undefined, failure: '' };

  /** @type {Set<(known: Known) => void>} */
  #listeners = new Set();
  /** @type {PageAttention|undefined} */
  #attention;
  #poller = new Poller({
    ask: listRecordings,
    everyMillis: () => EVERY_MILLIS,
    onAnswer: (recordings) => this.#tell({ recordings, failure: '' }),
    onFailure: (failure) => this.#tell({ ...this.known, failure: failure.message }),
  });

  /**
   * @param {(known: Known) => void} listener called with what is known now, and at every answer
   * @returns {() => void} ends the listening
   */
  listen(listener) {
    this.#listeners.add(listener);
    listener(this.known);
    this.#attention ??= new PageAttention((watched) => (watched ? this.#poller.start() : this.#poller.stop()));
    if (this.#attention.watched) {
      this.#poller.start();
    }
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) {
        this.#poller.stop();
        this.#attention?.close();
        this.#attention = undefined;
      }
    };
  }

  /** Asks at once: somebody has changed something. */
  now() {
    this.#poller.now();
  }

  /** @param {Known} known */
  #tell(known) {
    this.known = known;
    for (const listener of this.#listeners) {
      listener(known);
    }
  }
}

export const recordingsFeed = new RecordingsFeed();
