import { ApiError, streamExists } from './api.js';
import { AwakeScreen } from './awake-screen.js';
import { Backoff } from './backoff.js';
import { openMedia } from './camera-media.js';
import { PeerSession, recommendedServers } from './peer-session.js';
import { whipRefused } from './camera-words.js';

const CONNECT_MILLIS = 10_000;
/** A connection that broke off may come back by itself; after this long ICE begins anew. */
const BROKEN_MILLIS = 3000;
const PACE = { firstMillis: 1000, longestMillis: 10_000 };
/** The server forgets a session that broke off within seconds; a name that is still taken then belongs to others. */
const TAKEN_MILLIS = 20_000;
/** The server tells why a stream is gone by not knowing it any more, a moment later. */
const GONE_MILLIS = 800;
/** Intensity is measured for each frame; ten a second are plenty for a person. */
const HEARD_MILLIS = 95;
const SILENT_MILLIS = 2000;
/** The server lets go of a camera that gave no picture for some seconds, as on a phone that was locked. */
const PAUSED_MILLIS = 15_000;

/**
 * Sends a camera to the server by WHIP, for as long as the page lives: connects again when the connection breaks off,
 * and hears the intensity of its pictures on a data channel. The screen stays on meanwhile. `stop` ends all of it, also
 * while the page is being left.
 */
export class CameraPublisher {
  #token;
  #media;
  #onChange;
  #onIntensity = (/** @type {any} */ _intensity) => {};
  #backoff = new Backoff(PACE);
  /** @type {PeerSession|undefined} */
  #session;
  #attempt = 0;
  #once = false;
  #takenSince = 0;
  #heardAt = -Infinity;
  /** When the camera gave pictures again after a pause. */
  #resumedAt = -Infinity;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  #leave = () => this.stop();
  #screen = new AwakeScreen();
  /** @type {RTCRtpSender|undefined} */
  #videoSender;
  #turning = false;

  name;
  /** The side that the camera looks to; '' where it has only one. */
  facing;
  /** @type {'connecting'|'live'|'reconnecting'|'failed'|'stopped'} */
  state = 'connecting';
  /** Why it is not live, for a person. */
  reason = '';

  /**
   * @param {object} options
   * @param {string} options.name of the stream
   * @param {MediaStream} options.media stopped when the publishing ends
   * @param {import('./camera-media.js').Facing} [options.facing]
   * @param {string} [options.token]
   * @param {() => void} options.onChange
   */
  constructor({ name, media, facing = '', token = '', onChange }) {
    this.name = name;
    this.facing = facing;
    this.#media = media;
    this.#token = token;
    this.#onChange = onChange;
    addEventListener('pagehide', this.#leave);
    media.getTracks().forEach((track) => this.#watch(track));
  }

  /** @param {MediaStreamTrack} track */
  #watch(track) {
    track.addEventListener('ended', () =>
      this.#fail(`The ${track.kind === 'video' ? 'camera' : 'microphone'} was unplugged, or the browser took it away.`),
    );
    track.addEventListener('unmute', () => (this.#resumedAt = performance.now()));
  }

  get over() {
    return this.state === 'failed' || this.state === 'stopped';
  }

  /** Whether the intensity comes on the data channel now. */
  get hears() {
    return performance.now() - this.#heardAt < SILENT_MILLIS;
  }

  /** @param {(intensity: any) => void} listener the one that hears the intensity, at most ten times a second */
  listen(listener) {
    this.#onIntensity = listener;
  }

  /** Resolves when the server has taken the stream; rejects with a sentence when it has not. */
  async start() {
    this.#screen.keep();
    try {
      await this.#connect();
    } catch (failure) {
      this.#fail(whipRefused(/** @type {Error} */ (failure), this.name));
      throw failure;
    }
  }

  stop() {
    this.#end('stopped', '');
  }

  /** Goes on with the camera at the other side of the phone, within the same connection. */
  async turn() {
    if (this.over || this.#turning || this.facing === '') {
      return;
    }
    this.#turning = true;
    const [before] = this.#media.getVideoTracks();
    const other = this.facing === 'user' ? 'environment' : 'user';
    try {
      // Else black pictures would be sent meanwhile.
      await this.#videoSender?.replaceTrack(null);
      // Phones open one camera at a time.
      before.stop();
      const track = await this.#camera(other);
      this.#media.removeTrack(before);
      this.#media.addTrack(track);
      if (this.over) {
        track.stop();
        return;
      }
      this.#watch(track);
      await this.#videoSender?.replaceTrack(track);
      this.#onChange();
    } catch (failure) {
      this.#fail(`The camera could not be turned: ${/** @type {Error} */ (failure).message}`);
    } finally {
      this.#turning = false;
    }
  }

  /**
   * The camera of that side, or that of before once more.
   *
   * @param {'user'|'environment'} facing
   */
  async #camera(facing) {
    try {
      const [track] = (await openMedia({ facing })).getVideoTracks();
      this.facing = facing;
      return track;
    } catch {
      return (await openMedia({ facing: this.facing })).getVideoTracks()[0];
    }
  }

  /** @param {string} reason */
  #fail(reason) {
    this.#end('failed', reason);
  }

  /**
   * @param {'failed'|'stopped'} state
   * @param {string} reason
   */
  #end(state, reason) {
    if (this.over) {
      return;
    }
    this.#attempt += 1;
    clearTimeout(this.#timer);
    removeEventListener('pagehide', this.#leave);
    this.#session?.close();
    this.#session = undefined;
    this.#media.getTracks().forEach((track) => track.stop());
    this.#screen.letGo();
    this.#say(state, reason);
  }

  /**
   * @param {CameraPublisher['state']} state
   * @param {string} [reason]
   */
  #say(state, reason = '') {
    if (state !== this.state || reason !== this.reason) {
      this.state = state;
      this.reason = reason;
      this.#onChange();
    }
  }

  async #connect() {
    this.#attempt += 1;
    const attempt = this.#attempt;
    const mine = () => attempt === this.#attempt;
    const path = `whip/${encodeURIComponent(this.name)}`;
    const servers = await recommendedServers(path, this.#token);
    if (!mine()) {
      return;
    }
    const peer = new RTCPeerConnection({ iceServers: servers, bundlePolicy: 'max-bundle' });
    const channel = peer.createDataChannel('intensity');
    channel.onmessage = ({ data }) => mine() && this.#hear(data);
    channel.onclose = () => mine() && this.#gone();
    for (const track of this.#media.getTracks()) {
      const { sender } = peer.addTransceiver(track, { direction: 'sendonly', streams: [this.#media] });
      if (track.kind === 'video') {
        this.#videoSender = sender;
      }
    }
    peer.onconnectionstatechange = () => mine() && this.#changed(peer.connectionState);
    this.#session = new PeerSession({ path, peer, token: this.#token });
    await this.#session.open();
    if (mine() && this.state !== 'live') {
      this.#after(CONNECT_MILLIS, () => this.#unreachable());
    }
  }

  /** @param {string} data */
  #hear(data) {
    const now = performance.now();
    if (now - this.#heardAt < HEARD_MILLIS) {
      return;
    }
    try {
      const intensity = JSON.parse(data);
      this.#heardAt = now;
      this.#onIntensity(intensity);
    } catch {
      // nothing that concerns us
    }
  }

  #unreachable() {
    if (this.#once) {
      this.#again('No way to the server is open.');
    } else {
      this.#fail('The server answered, but no pictures can reach it: a firewall seems to hold back UDP.');
    }
  }

  /** @param {RTCPeerConnectionState} state */
  #changed(state) {
    if (state === 'connected') {
      clearTimeout(this.#timer);
      this.#once = true;
      this.#takenSince = 0;
      this.#backoff.reset();
      this.#say('live');
    } else if (state === 'disconnected' && this.#once) {
      this.#say('reconnecting', 'The connection broke off.');
      this.#after(BROKEN_MILLIS, () => this.#restart());
    } else if (state === 'failed') {
      if (this.#once) {
        this.#say('reconnecting', 'The connection broke off.');
        this.#restart();
      } else {
        this.#unreachable();
      }
    }
  }

  /** Looks for another way with the same session; where the server has given that up, with a new one. */
  async #restart() {
    const attempt = this.#attempt;
    this.#after(CONNECT_MILLIS, () => this.#again('No way to the server is open.'));
    try {
      await this.#session?.restart();
    } catch {
      if (attempt === this.#attempt) {
        this.#again('The connection broke off.');
      }
    }
  }

  /** The server has closed the session: somebody removed the stream, no picture came, or the server stops. */
  #gone() {
    const attempt = this.#attempt;
    this.#say('reconnecting', 'The server has closed the connection.');
    this.#after(GONE_MILLIS, async () => {
      const paused = this.#quiet || performance.now() - this.#resumedAt < PAUSED_MILLIS;
      const removed = !paused && (await streamExists(this.name).catch(() => true)) === false;
      if (attempt !== this.#attempt) {
        return;
      }
      if (removed) {
        this.#fail('The server has let go of it: somebody removed the stream, or no pictures came through.');
      } else {
        this.#again('The server has closed the connection.');
      }
    });
  }

  /** Whether the camera gives nothing now. */
  get #quiet() {
    return this.#media.getVideoTracks().some((track) => track.muted);
  }

  /**
   * A new session after a while.
   *
   * @param {string} reason
   */
  #again(reason) {
    this.#attempt += 1;
    this.#session?.close();
    this.#session = undefined;
    this.#say('reconnecting', this.#quiet ? 'The camera is paused.' : reason);
    this.#after(this.#backoff.next(), async () => {
      if (this.#quiet) {
        this.#backoff.reset();
        this.#again(reason);
        return;
      }
      try {
        await this.#connect();
      } catch (failure) {
        this.#refused(/** @type {Error} */ (failure));
      }
    });
  }

  /** @param {Error} failure to connect again */
  #refused(failure) {
    if (this.over) {
      return;
    }
    const status = failure instanceof ApiError ? failure.status : 400;
    if (status === 409) {
      this.#takenSince ||= performance.now();
    }
    const final =
      (status >= 400 && status < 500 && status !== 409) ||
      (this.#takenSince > 0 && performance.now() - this.#takenSince > TAKEN_MILLIS);
    const reason = whipRefused(failure, this.name);
    if (final) {
      this.#fail(reason);
    } else {
      this.#again(reason);
    }
  }

  /**
   * @param {number} millis
   * @param {() => void} then
   */
  #after(millis, then) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(then, millis);
  }
}
