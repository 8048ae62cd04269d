import { Backoff } from './backoff.js';

/** WebRTC that did not work is tried again, but seldom: the picture comes the other way meanwhile. */
const PACE = { firstMillis: 6000, longestMillis: 120_000 };
/** After playing for so long an attempt counts as a success. */
const STEADY_MILLIS = 30_000;

/**
 * @typedef {'auto'|'webrtc'|'websocket'} Pin what the viewer wants
 * @typedef {{close(): void}} Attempt
 */

/**
 * Decides which way a picture takes: WebRTC first, WebSocket while that does not work. An attempt at WebRTC tells
 * whether it plays; after a failure it is repeated with growing pauses, and the WebSocket is let go only once the
 * picture is there.
 */
export class PictureCarrier {
  #supported;
  #open;
  #onChange;
  #backoff;
  #now;
  /** @type {string|undefined} */
  #topic;
  /** @type {Pin} */
  #pin = 'auto';
  /** @type {Attempt|undefined} */
  #attempt;
  /** Whether WebRTC failed last. */
  #fallen = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  /** @type {'off'|'trying'|'playing'|'waiting'} how WebRTC does */
  state = 'off';
  /** When WebRTC is tried again; 0 unless waiting. */
  retryAt = 0;
  /** Why WebRTC failed last; empty once it plays. */
  reason = '';

  /**
   * @param {object} options
   * @param {boolean} options.supported whether this browser has WebRTC
   * @param {(topic: string, events: {onPlaying(): void, onFailed(reason: string): void}) => Attempt} options.open
   * @param {() => void} [options.onChange]
   * @param {Backoff} [options.backoff]
   * @param {() => number} [options.now] in milliseconds
   */
  constructor({ supported, open, onChange = () => {}, backoff = new Backoff(PACE), now = () => performance.now() }) {
    this.#supported = supported;
    this.#open = open;
    this.#onChange = onChange;
    this.#backoff = backoff;
    this.#now = now;
  }

  /**
   * @param {string|undefined} topic the pictures that are wanted; nothing while none are
   * @param {Pin} [pin]
   */
  want(topic, pin = 'auto') {
    if (topic === this.#topic && pin === this.#pin) {
      return;
    }
    if (pin !== this.#pin) {
      this.#fallen = false;
      this.retryAt = 0;
      this.reason = '';
      this.#backoff.reset();
    }
    this.#topic = topic;
    this.#pin = pin;
    this.#end('off');
    if (topic === undefined || pin === 'websocket' || !this.#supported) {
      return;
    }
    if (this.#fallen && this.retryAt > this.#now()) {
      this.#wait();
    } else {
      this.#try();
    }
  }

  /** Whether the picture has to come over a WebSocket now. */
  get needsSocket() {
    if (this.#topic === undefined) {
      return false;
    }
    if (this.#pin === 'websocket' || !this.#supported) {
      return true;
    }
    return this.#pin === 'auto' && this.#fallen && this.state !== 'playing';
  }

  /** The way that the picture takes or is about to take. */
  get carries() {
    if (this.#topic === undefined) {
      return undefined;
    }
    return this.needsSocket ? 'websocket' : 'webrtc';
  }

  /** Takes WebRTC for dead: it plays no more. @param {string} reason */
  stalled(reason) {
    if (this.state === 'playing') {
      this.#failed(reason);
    }
  }

  #try() {
    this.state = 'trying';
    /** @type {Attempt|undefined} */
    let attempt = undefined;
    let early = /** @type {string|undefined} */ (undefined);
    const mine = () => attempt !== undefined && attempt === this.#attempt;
    attempt = this.#open(/** @type {string} */ (this.#topic), {
      onPlaying: () => mine() && this.#plays(),
      onFailed: (reason) => (mine() ? this.#failed(reason) : (early = reason)),
    });
    this.#attempt = attempt;
    if (early !== undefined) {
      this.#failed(early);
    }
  }

  #plays() {
    if (this.state !== 'trying') {
      return;
    }
    this.state = 'playing';
    this.#fallen = false;
    this.retryAt = 0;
    this.reason = '';
    this.#timer = setTimeout(() => this.#backoff.reset(), STEADY_MILLIS);
    this.#onChange();
  }

  /** @param {string} reason */
  #failed(reason) {
    this.#end('waiting');
    this.#fallen = true;
    this.reason = reason;
    this.retryAt = this.#now() + this.#backoff.next();
    this.#wait();
    this.#onChange();
  }

  #wait() {
    this.state = 'waiting';
    this.#timer = setTimeout(() => {
      this.#try();
      this.#onChange();
    }, Math.max(0, this.retryAt - this.#now()));
  }

  /** @param {'off'|'waiting'} state */
  #end(state) {
    clearTimeout(this.#timer);
    const attempt = this.#attempt;
    this.#attempt = undefined;
    this.state = state;
    attempt?.close();
  }
}
