import { socketUrl } from './api.js';
import { RateMeter, RollingWindow } from './rolling.js';
import { TopicSocket } from './sockets.js';
/** @import {View, FrameHeader, Detections} from './types.js' */

/** Which topics a view needs. Without boxes nobody here asks for detections, so that they need not be made. */
const TOPICS = {
  annotated: ['annotated', 'detections', 'intensity'],
  video: ['video', 'intensity'],
  overlay: ['video', 'detections', 'intensity'],
};
const PICTURE_KINDS = ['annotated', 'video'];
/** Numbers change faster than anyone reads: ten a second are plenty. */
const EVENTS_PER_SECOND = 10;

/**
 * @param {View} view
 * @param {string[]} offered
 */
function kindsFor(view, offered) {
  const served = (/** @type {string} */ kind) => offered.length === 0 || offered.includes(kind);
  return TOPICS[view === 'annotated' && !served('annotated') ? 'overlay' : view].filter(served);
}

export const INTENSITY_SPAN_MILLIS = 30_000;

/**
 * What one tile receives of its stream, and what it measures on the way. Knows nothing of the page; times are
 * milliseconds of `performance.now()` unless they say otherwise.
 */
export class StreamWatch {
  #streamId;
  #clock;
  #mayConnect;
  #onFrame;
  #onChange;
  #openSocket;
  /** @type {Map<string, TopicSocket>} */
  #sockets = new Map();
  #frames = new RateMeter();
  #latencies = new RollingWindow(2000);
  /** Whether the next frame is news: the stream's state has changed with it. */
  #expecting = false;

  /** @type {FrameHeader|undefined} */
  header;
  /** @type {Detections|undefined} */
  detections;
  detectionsAt = 0;
  intensity = new RollingWindow(INTENSITY_SPAN_MILLIS, 30 * EVENTS_PER_SECOND + 20);
  /** @type {{current_intensity: number, average_intensity: number}|undefined} */
  lastIntensity;
  /** When the last frame came; 0 before the first. */
  frameAt = 0;
  /** Since when pictures are asked for; 0 while they aren't. */
  askedAt = 0;
  received = 0;
  dropped = 0;
  /** What the server or the connection said last about the picture, until a frame comes. */
  note = '';

  /**
   * @param {object} options
   * @param {string} options.streamId
   * @param {{nowMillis(): number}} options.clock the server's
   * @param {() => boolean} options.mayConnect
   * @param {(header: FrameHeader, jpeg: ArrayBuffer) => void} options.onFrame
   * @param {() => void} options.onChange something else than a frame happened that the page should look at
   * @param {(options: ConstructorParameters<typeof TopicSocket>[0]) => TopicSocket} [options.openSocket] for tests
   */
  constructor({ streamId, clock, mayConnect, onFrame, onChange, openSocket = (o) => new TopicSocket(o) }) {
    this.#streamId = streamId;
    this.#clock = clock;
    this.#mayConnect = mayConnect;
    this.#onFrame = onFrame;
    this.#onChange = onChange;
    this.#openSocket = openSocket;
  }

  /**
   * @param {View|undefined} view what is looked at; nothing closes every connection
   * @param {string[]} [offered] kinds of topics that somebody serves; empty while that is not known
   */
  show(view, offered = []) {
    const kinds = view === undefined ? [] : kindsFor(view, offered);
    for (const [kind, socket] of this.#sockets) {
      if (!kinds.includes(kind)) {
        socket.close();
        this.#sockets.delete(kind);
        this.#forget(kind);
      }
    }
    for (const kind of kinds) {
      if (!this.#sockets.has(kind)) {
        this.#open(kind);
      }
    }
    if (kinds.length === 0) {
      this.askedAt = 0;
    } else if (this.askedAt === 0) {
      this.askedAt = performance.now();
    }
  }

  /** The connection that carries the picture, if one is asked for. */
  get pictureSocket() {
    return PICTURE_KINDS.map((kind) => this.#sockets.get(kind)).find((socket) => socket !== undefined);
  }

  /** Number of connections held or being tried. */
  get connections() {
    return this.#sockets.size;
  }

  framesPerSecond() {
    return this.#frames.perSecond(performance.now());
  }

  /** @returns {number|undefined} from capture until shown here, the middle of the last two seconds */
  latencyMillis() {
    return this.#latencies.median(performance.now());
  }

  /** @param {FrameHeader} header of a frame that is on the screen now */
  shown(header) {
    this.#latencies.add(performance.now(), this.#clock.nowMillis() - header.timestamp * 1000);
  }

  reviveIfSilent() {
    this.pictureSocket?.reviveIfSilent();
  }

  /** @param {string} kind */
  #open(kind) {
    const pictures = PICTURE_KINDS.includes(kind);
    const socket = this.#openSocket({
      url: socketUrl(this.#streamId, kind, pictures ? {} : { rate: EVENTS_PER_SECOND }),
      pictures,
      mayConnect: this.#mayConnect,
      onItem: (message, jpeg) => this.#take(kind, message, jpeg),
      onChange: ({ reason }) => {
        if (pictures) {
          this.note = reason;
          this.#expecting = true;
        }
        this.#onChange();
      },
    });
    this.#expecting ||= pictures;
    this.#sockets.set(kind, socket);
    socket.open();
  }

  /**
   * @param {string} kind
   * @param {any} message
   * @param {ArrayBuffer|undefined} jpeg
   */
  #take(kind, message, jpeg) {
    if (jpeg !== undefined) {
      this.#takeFrame(message, jpeg);
    } else if (kind === 'intensity') {
      const event = message.data ?? message;
      this.lastIntensity = event;
      this.intensity.add(performance.now(), event.current_intensity);
    } else if (kind === 'detections') {
      this.detections = { ...message, ...message.data };
      this.detectionsAt = performance.now();
    }
  }

  /**
   * @param {FrameHeader} header
   * @param {ArrayBuffer} jpeg
   */
  #takeFrame(header, jpeg) {
    const now = performance.now();
    this.header = header;
    this.frameAt = now;
    this.received += 1;
    this.dropped += header.dropped ?? 0;
    this.note = '';
    this.#frames.mark(now);
    this.#onFrame(header, jpeg);
    if (this.#expecting) {
      this.#expecting = false;
      this.#onChange();
    }
  }

  /** @param {string} kind */
  #forget(kind) {
    if (kind === 'detections') {
      this.detections = undefined;
    } else if (kind === 'intensity') {
      this.lastIntensity = undefined;
    } else {
      this.#frames.clear();
      this.#latencies.clear();
      this.note = '';
    }
  }
}
