import { socketUrl } from './api.js';
import { TopicSocket } from './sockets.js';

/** Where every message matters so many may wait to be drawn; a page that draws nothing for longer loses the oldest. */
const MOST_WAITING = 64;

/**
 * The results of one analysis of a stream, while somebody wants them. A message is only put aside when it comes: who
 * draws takes it from here when the time to draw has come.
 */
export class SoundFeed {
  #socket;
  #keepsAll;
  #onChange;
  /** @type {any[]} */
  #waiting = [];
  #wanted = false;

  /** How many messages came. */
  received = 0;
  /** How many were never seen: the server left them out for this slow viewer, or a newer one came before a picture. */
  skipped = 0;
  /** What the server or the connection said last, until a message comes. */
  note = '';

  /**
   * @param {object} options
   * @param {string} options.streamId
   * @param {string} options.kind of topic
   * @param {boolean} [options.keepsAll] whether each message is to be drawn, and not only the newest
   * @param {Record<string, string|number>} [options.query] of the subscription
   * @param {() => boolean} [options.mayConnect]
   * @param {() => void} [options.onChange] the note has changed
   * @param {(options: ConstructorParameters<typeof TopicSocket>[0]) => TopicSocket} [options.openSocket] for tests
   */
  constructor({ streamId, kind, keepsAll = false, query = {}, mayConnect, onChange = () => {}, ...others }) {
    this.#keepsAll = keepsAll;
    this.#onChange = onChange;
    const open = others.openSocket ?? ((options) => new TopicSocket(options));
    this.#socket = open({
      url: socketUrl(streamId, kind, keepsAll ? { policy: 'buffer', size: MOST_WAITING, ...query } : query),
      mayConnect,
      onItem: (message) => this.#put(message),
      onChange: ({ reason }) => this.#say(reason),
    });
  }

  /** @param {boolean} wanted nothing is received while it is not */
  want(wanted) {
    if (wanted === this.#wanted) {
      return;
    }
    this.#wanted = wanted;
    this.#waiting = [];
    this.note = '';
    if (wanted) {
      this.#socket.open();
    } else {
      this.#socket.close();
    }
  }

  get wanted() {
    return this.#wanted;
  }

  /** @returns {any[]} what came since the last call, oldest first: one message at most unless all are kept */
  take() {
    const taken = this.#waiting;
    if (taken.length > 0) {
      this.#waiting = [];
    }
    return taken;
  }

  /** @param {any} message */
  #put(message) {
    this.received += 1;
    this.skipped += message.dropped ?? 0;
    if (this.#waiting.length >= (this.#keepsAll ? MOST_WAITING : 1)) {
      this.#waiting.shift();
      this.skipped += 1;
    }
    this.#waiting.push(message);
    if (this.note !== '') {
      this.#say('');
    }
  }

  /** @param {string} note */
  #say(note) {
    this.note = note;
    this.#onChange();
  }
}
