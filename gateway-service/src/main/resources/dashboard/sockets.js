import { Backoff } from './backoff.js';

/** A connection is taken for dead when it was silent this long although the server sees frames. */
const SILENT_MILLIS = 15_000;

/**
 * One topic over WebSocket, for as long as it is wanted: reconnects with growing pauses, and is closed for good with
 * {@link close}. A picture arrives as a text message (its header) and a binary one; both are handed over together.
 */
export class TopicSocket {
  #url;
  #pictures;
  #onItem;
  #onChange;
  #mayConnect;
  #backoff;
  #WebSocket;
  /** @type {WebSocket|undefined} */
  #socket;
  /** @type {object|undefined} */
  #header;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #wanted = false;
  #heardAt = 0;

  /** @type {'closed'|'connecting'|'open'|'waiting'} */
  status = 'closed';
  /** When the next attempt is due, in milliseconds of `performance.now()`; only while waiting. */
  retryAt = 0;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {boolean} [options.pictures] whether a binary message follows each text message
   * @param {(message: any, jpeg: ArrayBuffer|undefined) => void} options.onItem the JPEG is there with pictures only
   * @param {(change: {state: string, reason: string}) => void} [options.onChange] the server tells how the topic is or why it
   *     refuses it (state `error`), or the connection ended (state `closed`)
   * @param {() => boolean} [options.mayConnect] false while the server is known to be away: no attempt is made then
   * @param {Backoff} [options.backoff]
   * @param {typeof WebSocket} [options.WebSocket] another implementation, for tests
   */
  constructor({ url, pictures = false, onItem, onChange = () => {}, mayConnect = () => true, backoff = new Backoff(), ...others }) {
    this.#url = url;
    this.#pictures = pictures;
    this.#onItem = onItem;
    this.#onChange = onChange;
    this.#mayConnect = mayConnect;
    this.#backoff = backoff;
    this.#WebSocket = others.WebSocket ?? globalThis.WebSocket;
  }

  open() {
    if (!this.#wanted) {
      this.#wanted = true;
      this.#connect();
    }
  }

  close() {
    this.#wanted = false;
    this.#drop();
    this.status = 'closed';
  }

  /** Connects anew when nothing was heard for a while, for example after this computer slept. */
  reviveIfSilent() {
    if (this.status === 'open' && performance.now() - this.#heardAt > SILENT_MILLIS) {
      this.#drop();
      this.#connect();
    }
  }

  #connect() {
    if (!this.#mayConnect()) {
      this.#wait(1000);
      return;
    }
    this.status = 'connecting';
    this.#header = undefined;
    const socket = new this.#WebSocket(this.#url);
    this.#socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.status = 'open';
      this.#heardAt = performance.now();
    };
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
  }

  /** @param {string|ArrayBuffer} data */
  #receive(data) {
    this.#heardAt = performance.now();
    if (typeof data !== 'string') {
      const header = this.#header;
      this.#header = undefined;
      if (header !== undefined) {
        this.#onItem(header, data);
      }
      return;
    }
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      return;
    }
    if (message === null || typeof message !== 'object') {
      return;
    }
    if (typeof message.state === 'string' && message.sequence === undefined) {
      this.#onChange({ state: message.state, reason: message.reason ?? '' });
      return;
    }
    if (message.type === 'error') {
      this.#onChange({ state: 'error', reason: message.message ?? '' });
      return;
    }
    this.#backoff.reset();
    if (this.#pictures) {
      this.#header = message;
    } else {
      this.#onItem(message, undefined);
    }
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #lost(code, reason) {
    this.#drop();
    this.#wait(this.#backoff.next());
    this.#onChange({ state: 'closed', reason: reason || (code === 1006 ? '' : `closed with code ${code}`) });
  }

  /** @param {number} millis */
  #wait(millis) {
    if (!this.#wanted) {
      return;
    }
    this.status = 'waiting';
    this.retryAt = performance.now() + millis;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), millis);
  }

  #drop() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#header = undefined;
    if (socket === undefined) {
      return;
    }
    socket.onmessage = null;
    socket.onclose = null;
    if (socket.readyState === 0) {
      // closing in the middle of a handshake would be reported as an error
      socket.onopen = () => socket.close(1000);
    } else {
      socket.onopen = null;
      socket.close(1000);
    }
  }
}
