import { PeerSession, recommendedServers } from './peer-session.js';

/** The connection, and then the first picture, must be there within this time. */
const PATIENCE_MILLIS = 4000;
const LOOK_MILLIS = 250;
/** A connection that broke off may come back by itself. */
const BROKEN_MILLIS = 3000;

/** Whether this browser has WebRTC. */
export const webRtcSupported = typeof RTCPeerConnection === 'function';

/**
 * One attempt to watch a stream by WHEP. It ends with {@link close}, or tells why it failed; it is never repeated.
 */
export class WhepPlayer {
  #options;
  #done = false;
  #played = false;
  /** @type {RTCPeerConnection|undefined} */
  #peer;
  /** @type {PeerSession|undefined} */
  #session;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #deadline;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #broken;

  /**
   * @param {object} options
   * @param {string} options.streamId
   * @param {string} options.topic `video` or `annotated`
   * @param {() => boolean} options.sourceLive whether the stream has pictures now: an idle camera takes a while to open
   * @param {(media: MediaStream) => void} options.onMedia
   * @param {() => void} options.onPlaying
   * @param {(reason: string) => void} options.onFailed
   */
  constructor(options) {
    this.#options = options;
    this.#open().catch((failure) => this.#fail(/** @type {Error} */ (failure).message));
  }

  async #open() {
    const { streamId, topic, onMedia } = this.#options;
    const path = `whep/${encodeURIComponent(streamId)}`;
    const servers = await recommendedServers(path);
    if (this.#done) {
      return;
    }
    const peer = new RTCPeerConnection({ iceServers: servers, bundlePolicy: 'max-bundle' });
    this.#peer = peer;
    const { receiver } = peer.addTransceiver('video', { direction: 'recvonly' });
    showAtOnce(receiver);
    peer.ontrack = ({ track, streams }) => !this.#done && onMedia(streams[0] ?? new MediaStream([track]));
    peer.onconnectionstatechange = () => this.#changed(peer.connectionState);
    this.#deadline = setTimeout(() => this.#fail('no connection for media came about'), PATIENCE_MILLIS);
    this.#session = new PeerSession({ path: `${path}?topic=${encodeURIComponent(topic)}`, peer });
    await this.#session.open();
  }

  /** @param {RTCPeerConnectionState} state */
  #changed(state) {
    clearTimeout(this.#broken);
    if (this.#done) {
      return;
    }
    if (state === 'connected') {
      this.#awaitPicture(0);
    } else if (state === 'failed' || state === 'closed') {
      this.#fail('the connection for media broke off');
    } else if (state === 'disconnected') {
      this.#broken = setTimeout(() => this.#fail('the connection for media broke off'), BROKEN_MILLIS);
    }
  }

  /** @param {number} waited while the stream had pictures */
  #awaitPicture(waited) {
    clearTimeout(this.#deadline);
    if (this.#played || this.#done) {
      return;
    }
    if (waited >= PATIENCE_MILLIS) {
      this.#fail('it is connected, but no picture came');
      return;
    }
    this.#deadline = setTimeout(
      () => this.#awaitPicture(waited + (this.#options.sourceLive() ? LOOK_MILLIS : 0)),
      LOOK_MILLIS,
    );
  }

  /** A picture of this attempt is on the screen. */
  pictureShown() {
    if (!this.#played && !this.#done) {
      this.#played = true;
      clearTimeout(this.#deadline);
      this.#options.onPlaying();
    }
  }

  /** @param {string} reason */
  #fail(reason) {
    if (!this.#done) {
      this.close();
      this.#options.onFailed(reason);
    }
  }

  close() {
    this.#done = true;
    clearTimeout(this.#deadline);
    clearTimeout(this.#broken);
    if (this.#session) {
      this.#session.close();
    } else {
      this.#peer?.close();
    }
  }
}

/** Live means now: pictures are shown as they come. @param {RTCRtpReceiver} receiver */
function showAtOnce(receiver) {
  const options = /** @type {any} */ (receiver);
  for (const name of ['jitterBufferTarget', 'playoutDelayHint']) {
    if (name in options) {
      try {
        options[name] = 0;
      } catch {
        // it knows the name and not the value
      }
    }
  }
}
