import { base64Of, bytesOf, marked, markOf } from './frame-text.js';
/** @import {Rectangle} from './rectangle.js' */

/** While pictures come back, so many may be on their way; they fill buffers that nobody sees otherwise. */
const LEAST_OUT = 4;
/** A picture that did not come back within this time is not waited for. */
const PATIENCE_MILLIS = 2000;
/** Bytes that wait in the browser: less than a picture, so that the next one goes when the last one has gone. */
const MOST_WAITING_BYTES = 4096;
const MOST_REMEMBERED = 300;

/**
 * Sends pictures to a broadcast at a steady rate, and leaves out those for which there is no room. It waits for no answer;
 * pictures that come back tell how long they took, and how many are on their way.
 */
export class BroadcastSender {
  #link;
  #grab;
  #perSecond;
  #now;
  #key;
  #number = 0;
  #grabbing = false;
  /** When each picture that has not come back was taken, oldest first. @type {Map<string, {at: number, tracked: boolean}>} */
  #out = new Map();
  #backAt = -Infinity;

  sent = 0;
  /** Pictures that were due while those before them had not left. */
  dropped = 0;
  /** Whether what was marked is wanted. */
  tracked = false;

  /**
   * @param {object} options
   * @param {Pick<import('./hub-link.js').HubLink, 'status'|'waitingBytes'|'send'>} options.link
   * @param {() => Promise<Uint8Array|undefined>} options.grab the picture of now as a JPEG file, if there is one
   * @param {number} options.perSecond
   * @param {() => number} [options.now] in milliseconds
   * @param {() => number} [options.random]
   */
  constructor({ link, grab, perSecond, now = () => performance.now(), random = Math.random }) {
    this.#link = link;
    this.#grab = grab;
    this.#perSecond = perSecond;
    this.#now = now;
    this.#key = Math.floor(random() * 36 ** 6).toString(36);
  }

  /** Sends the picture of now, if there is room; to be called as often as pictures are wanted. */
  async turn() {
    if (this.#link.status !== 'open') {
      return;
    }
    if (this.#grabbing || this.#full()) {
      this.dropped += 1;
      return;
    }
    this.#grabbing = true;
    try {
      const at = this.#now();
      const jpeg = await this.#grab();
      if (jpeg !== undefined) {
        this.#send(jpeg, at, { hasrectangle: this.tracked });
      }
    } finally {
      this.#grabbing = false;
    }
  }

  /**
   * Marks something: in the picture in which it was seen, which is sent again for that.
   *
   * @param {Rectangle} rectangle in its pixels
   * @param {string} frame the picture in base64
   * @returns {boolean} whether it could be sent
   */
  mark(rectangle, frame) {
    const jpeg = bytesOf(frame);
    if (jpeg === undefined || !this.#send(jpeg, this.#now(), { hasrectangle: true, rectangle })) {
      return false;
    }
    this.tracked = true;
    return true;
  }

  /**
   * A picture of the broadcast has come back.
   *
   * @param {string} frame in base64
   * @returns {{millis: number, tracked: boolean}|undefined} how long it took and whether what is in it was asked for; nothing
   *     where somebody else sent it
   */
  back(frame) {
    const mark = markOf(frame);
    const picture = this.#out.get(mark);
    if (picture === undefined) {
      return undefined;
    }
    for (const earlier of this.#out.keys()) {
      this.#out.delete(earlier);
      if (earlier === mark) {
        break;
      }
    }
    this.#backAt = this.#now();
    return { millis: this.#backAt - picture.at, tracked: picture.tracked };
  }

  #full() {
    const out = Math.max(LEAST_OUT, this.#perSecond / 2);
    return (
      this.#link.waitingBytes > MOST_WAITING_BYTES ||
      (this.#out.size >= out && this.#now() - this.#backAt < PATIENCE_MILLIS)
    );
  }

  /**
   * @param {Uint8Array} jpeg
   * @param {number} at
   * @param {{hasrectangle: boolean, rectangle?: Rectangle}} wish
   */
  #send(jpeg, at, wish) {
    const mark = `${this.#key} ${this.#number}`;
    this.#number += 1;
    if (!this.#link.send(JSON.stringify({ frame: base64Of(marked(jpeg, mark)), ...wish }))) {
      return false;
    }
    this.sent += 1;
    this.#out.set(mark, { at, tracked: wish.hasrectangle });
    if (this.#out.size > MOST_REMEMBERED) {
      this.#out.delete(/** @type {string} */ (this.#out.keys().next().value));
    }
    return true;
  }
}
