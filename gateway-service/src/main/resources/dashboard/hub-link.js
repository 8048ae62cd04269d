import { Backoff } from './backoff.js';

/** After one of these closings the next attempt would be answered in the same way. */
const FINAL = [1000, 1009, 4400, 4409];
/** A connection that lasted so long was a good one. */
const GOOD_MILLIS = 5000;

/** @param {string} path @param {string} stream @param {string|URL} root */
export function hubUrl(path, stream, root = new URL('../', import.meta.url)) {
  const url = new URL(path, root);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.searchParams.set('stream', stream);
  return url.href;
}

/**
 * A connection to the hub: comes back with growing pauses when it breaks off, and not when the server says that it is over
 * or refuses it.
 */
export class HubLink {
  #url;
  #onText;
  #onChange;
  #backoff;
  #WebSocket;
  /** @type {WebSocket|undefined} */
  #socket;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #openedAt = 0;

  /** @type {'closed'|'connecting'|'open'|'waiting'|'ended'} ended: the server closed it for good */
  status = 'closed';
  /** What the server said when it closed. */
  reason = '';
  /** The status of the last closing. */
  code = 0;

  /**
   * @param {object} options
   * @param {string} options.url
   * @param {(text: string) => void} [options.onText]
   * @param {() => void} [options.onChange] the status is another one
   * @param {Backoff} [options.backoff]
   * @param {typeof WebSocket} [options.WebSocket] another implementation, for tests
   */
  constructor({ url, onText = () => {}, onChange = () => {}, backoff = new Backoff({ longestMillis: 4000 }), ...others }) {
    this.#url = url;
    this.#onText = onText;
    this.#onChange = onChange;
    this.#backoff = backoff;
    this.#WebSocket = others.WebSocket ?? globalThis.WebSocket;
  }

  /** Bytes that were given to {@link send} and have not left. */
  get waitingBytes() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  open() {
    if (this.status === 'closed' || this.status === 'ended') {
      this.#connect();
    }
  }

  /** Says that it is over; what was sent before still leaves. */
  close() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.status = 'closed';
    if (socket === undefined) {
      return;
    }
    socket.onmessage = null;
    socket.onclose = null;
    if (socket.readyState === 0) {
      // closing in the middle of a handshake would be reported as an error
      socket.onopen = () => socket.close(1000);
    } else {
      socket.close(1000);
    }
  }

  /**
   * @param {string} text
   * @returns {boolean} whether it is open; otherwise nothing is sent, now or later
   */
  send(text) {
    // a socket may be closing before it has said that it is closed
    if (this.status !== 'open' || this.#socket?.readyState !== 1) {
      return false;
    }
    this.#socket.send(text);
    return true;
  }

  #connect() {
    const socket = new this.#WebSocket(this.#url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = performance.now();
      this.#become('open');
    };
    socket.onmessage = ({ data }) => typeof data === 'string' && this.#onText(data);
    socket.onclose = ({ code, reason }) => this.#lost(code, reason);
    this.#become('connecting');
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #lost(code, reason) {
    this.#socket = undefined;
    this.code = code;
    this.reason = reason;
    if (FINAL.includes(code)) {
      this.#become('ended');
      return;
    }
    if (this.status === 'open' && performance.now() - this.#openedAt > GOOD_MILLIS) {
      this.#backoff.reset();
    }
    this.#timer = setTimeout(() => this.#connect(), this.#backoff.next());
    this.#become('waiting');
  }

  /** @param {HubLink['status']} status */
  #become(status) {
    this.status = status;
    this.#onChange();
  }
}
