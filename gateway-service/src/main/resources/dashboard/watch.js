import { socketUrl } from './api.js';
import { PictureCarrier } from './carrier.js';
import { RateMeter, RollingWindow } from './rolling.js';
import { TopicSocket } from './sockets.js';
import { WhepPlayer, webRtcSupported } from './whep.js';
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
/** Pictures over WebRTC that stand still for longer, while the server has newer ones, come another way. */
const STALLED_MILLIS = 6000;
/** The first pictures over WebRTC come in a rush, which says nothing about their rate. */
const RUSH_MILLIS = 500;

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
  #onMedia;
  #carrier;
  /** @type {WhepPlayer|undefined} */
  #player;
  #sourceLive = false;
  /** When the pictures over WebRTC began. */
  #playedSince = 0;
  /** @type {[View|undefined, string[], {pin?: import('./carrier.js').Pin, heard?: string[]}]} what is asked for */
  #asked = [undefined, [], {}];
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
   * @param {(media: MediaStream|undefined) => void} [options.onMedia] what to play; nothing when WebRTC has ended
   * @param {(options: ConstructorParameters<typeof TopicSocket>[0]) => TopicSocket} [options.openSocket] for tests
   * @param {boolean} [options.webRtc] whether this browser has it
   */
  constructor({ streamId, clock, mayConnect, onFrame, onChange, onMedia = () => {}, ...others }) {
    this.#streamId = streamId;
    this.#clock = clock;
    this.#mayConnect = mayConnect;
    this.#onFrame = onFrame;
    this.#onChange = onChange;
    this.#onMedia = onMedia;
    this.#openSocket = others.openSocket ?? ((options) => new TopicSocket(options));
    this.#carrier = new PictureCarrier({
      supported: others.webRtc ?? webRtcSupported,
      open: (topic, events) => this.#play(topic, events),
      onChange: () => {
        this.show(...this.#asked);
        this.#onChange();
      },
    });
  }

  /**
   * @param {View|undefined} view what is looked at; nothing closes every connection
   * @param {string[]} [offered] kinds of topics that somebody serves; empty while that is not known
   * @param {object} [wishes]
   * @param {import('./carrier.js').Pin} [wishes.pin] which way the picture shall come
   * @param {string[]} [wishes.heard] kinds that come another way already
   * @param {boolean} [wishes.live] whether the stream has pictures now
   */
  show(view, offered = [], wishes = {}) {
    this.#asked = [view, offered, wishes];
    this.#sourceLive = wishes.live ?? true;
    const needed = view === undefined ? [] : kindsFor(view, offered);
    const picture = needed.find((kind) => PICTURE_KINDS.includes(kind));
    // Boxes that are drawn here belong to a frame by its capture time, which WebRTC does not tell.
    this.#carrier.want(picture, view === 'overlay' ? 'websocket' : wishes.pin);
    const kinds = needed.filter(
      (kind) => (kind !== picture || this.#carrier.needsSocket) && !(wishes.heard ?? []).includes(kind),
    );
    for (const [kind, socket] of this.#sockets) {
      if (!kinds.includes(kind)) {
        socket.close();
        this.#sockets.delete(kind);
        if (!needed.includes(kind)) {
          this.#forget(kind);
        }
      }
    }
    for (const kind of kinds) {
      if (!this.#sockets.has(kind)) {
        this.#open(kind);
      }
    }
    if (needed.length === 0) {
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
    return this.#sockets.size + (this.#player ? 1 : 0);
  }

  /** @returns {'webrtc'|'websocket'|undefined} the way that the picture takes or is about to take */
  get carriedBy() {
    return this.#carrier.carries;
  }

  /** Whether the picture is on its way over WebRTC and there. */
  get playsWebRtc() {
    return this.#carrier.state === 'playing';
  }

  /** Why WebRTC does not carry the picture; empty when nothing is wrong with it. */
  get webRtcFault() {
    return this.#carrier.reason;
  }

  /** When the picture is asked for again, in milliseconds of `performance.now()`; 0 while it is being asked for. */
  get retryAt() {
    const socket = this.pictureSocket;
    if (this.carriedBy === 'webrtc') {
      return this.#carrier.state === 'waiting' ? this.#carrier.retryAt : 0;
    }
    return socket?.status === 'waiting' ? socket.retryAt : 0;
  }

  framesPerSecond() {
    return this.#frames.perSecond(performance.now());
  }

  /**
   * @returns {number|undefined} from capture until shown here, the middle of the last two seconds. WebRTC does not
   *     tell when a picture was captured, so nothing is known then.
   */
  latencyMillis() {
    return this.#latencies.median(performance.now());
  }

  /** @param {FrameHeader} header of a frame that is on the screen now */
  shown(header) {
    this.#latencies.add(performance.now(), this.#clock.nowMillis() - header.timestamp * 1000);
  }

  /** For a stream of which the server has pictures: looks whether they arrive. */
  reviveIfSilent() {
    this.pictureSocket?.reviveIfSilent();
    if (this.playsWebRtc && performance.now() - this.frameAt > STALLED_MILLIS) {
      this.#carrier.stalled('the picture stood still');
    }
  }

  /**
   * A picture that came over WebRTC is on the screen.
   *
   * @param {{width: number, height: number, pictures: number}} frame `pictures` counts those since the last call
   */
  played({ width, height, pictures }) {
    if (this.#player === undefined) {
      return;
    }
    this.#player.pictureShown();
    const now = performance.now();
    this.header = { sequence: 0, timestamp: 0, width, height };
    this.frameAt = now;
    this.received += pictures;
    if (now - this.#playedSince > RUSH_MILLIS) {
      this.#frames.mark(now);
    }
    this.note = '';
    this.#news();
  }

  /** @param {any} event what a topic with the intensity says, or a data channel */
  takeIntensity(event) {
    this.lastIntensity = event;
    this.intensity.add(performance.now(), event.current_intensity);
  }

  /**
   * @param {string} topic
   * @param {{onPlaying(): void, onFailed(reason: string): void}} events
   */
  #play(topic, events) {
    const player = new WhepPlayer({
      streamId: this.#streamId,
      topic,
      sourceLive: () => this.#sourceLive,
      onMedia: (media) => player === this.#player && this.#onMedia(media),
      onPlaying: () => {
        this.#frames.clear();
        this.#latencies.clear();
        this.#playedSince = performance.now();
        events.onPlaying();
      },
      onFailed: events.onFailed,
    });
    this.#player = player;
    this.#expecting = true;
    return {
      close: () => {
        player.close();
        if (this.#player === player) {
          this.#player = undefined;
          this.#frames.clear();
          this.#onMedia(undefined);
        }
      },
    };
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
      this.takeIntensity(message.data ?? message);
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
    this.#news();
  }

  #news() {
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
