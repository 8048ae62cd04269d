import { ApiError, httpUrl } from './api.js';
import { iceFragment, iceServers, restartedAnswer } from './signalling.js';

/** Candidates that come within this time travel together. */
const BATCH_MILLIS = 60;
const TIMEOUT_MILLIS = 8000;

/** @type {Map<string, Promise<RTCIceServer[]>>} what was told to `whip` and `whep`; the same for all streams */
const known = new Map();

/**
 * The ICE servers that the server recommends, asked for once by a page. Without an answer there are none: on a local
 * network that is enough.
 *
 * @param {string} path where offers are sent
 * @param {string} [token]
 * @returns {Promise<RTCIceServer[]>}
 */
export function recommendedServers(path, token = '') {
  const key = `${path.split('/')[0]} ${token}`;
  let servers = known.get(key);
  if (servers === undefined) {
    servers = send(path, { method: 'OPTIONS', token }).then((answer) => iceServers(answer.headers.get('Link')));
    known.set(key, servers);
    servers.catch(() => known.delete(key));
  }
  return servers.catch(() => []);
}

/**
 * A session of WHIP or WHEP: the offer goes out at once, candidates follow as they are found, ICE can begin anew, and
 * closing tells the server.
 */
export class PeerSession {
  #path;
  #token;
  #peer;
  #answer = '';
  #etag = '';
  #location = '';
  #closed = false;
  /** @type {RTCIceCandidate[]} */
  #waiting = [];
  #complete = false;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;
  /** @type {Promise<unknown>} patches go one after the other */
  #patches = Promise.resolve();
  #onCandidate = (/** @type {RTCPeerConnectionIceEvent} */ event) => this.#found(event.candidate);

  /**
   * @param {object} options
   * @param {string} options.path relative to the gateway's root, with a query
   * @param {RTCPeerConnection} options.peer with its tracks; closed together with the session
   * @param {string} [options.token]
   */
  constructor({ path, peer, token = '' }) {
    this.#path = path;
    this.#peer = peer;
    this.#token = token;
    peer.addEventListener('icecandidate', this.#onCandidate);
  }

  /** Offers, and takes the answer. Rejects with an {@link ApiError} where the server says no. */
  async open() {
    await this.#peer.setLocalDescription(await this.#peer.createOffer());
    const response = await send(this.#path, {
      method: 'POST',
      token: this.#token,
      type: 'application/sdp',
      body: this.#peer.localDescription?.sdp,
    });
    const location = response.headers.get('Location');
    this.#location = location ? new URL(location, response.url || httpUrl(this.#path)).href : '';
    this.#etag = response.headers.get('ETag') ?? '';
    if (this.#closed) {
      // It was closed while the answer was on its way.
      this.#delete();
      return;
    }
    const more = iceServers(response.headers.get('Link'));
    if (more.length > 0) {
      this.#peer.setConfiguration({ ...this.#peer.getConfiguration(), iceServers: more });
    }
    this.#answer = response.text;
    await this.#peer.setRemoteDescription({ type: 'answer', sdp: this.#answer });
    this.#sendSoon();
  }

  /** Looks for a way to the server anew, with the same session. Rejects where the server has given it up. */
  async restart() {
    await this.#peer.setLocalDescription(await this.#peer.createOffer({ iceRestart: true }));
    this.#waiting = [];
    this.#complete = false;
    const { sdp = '' } = this.#peer.localDescription ?? {};
    const response = await this.#patch(iceFragment(sdp, []), '*');
    this.#etag = response.headers.get('ETag') ?? this.#etag;
    this.#answer = restartedAnswer(this.#answer, response.text);
    if (!this.#closed) {
      await this.#peer.setRemoteDescription({ type: 'answer', sdp: this.#answer });
    }
  }

  /** Lets go of everything here, and tells the server, also while the page is being left. */
  close() {
    if (this.#closed) {
      return;
    }
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#peer.removeEventListener('icecandidate', this.#onCandidate);
    this.#peer.close();
    this.#delete();
  }

  #delete() {
    if (this.#location !== '') {
      const location = this.#location;
      this.#location = '';
      fetch(location, { method: 'DELETE', keepalive: true, headers: authorization(this.#token) }).catch(() => {});
    }
  }

  /** @param {RTCIceCandidate|null} candidate */
  #found(candidate) {
    if (candidate === null || candidate.candidate === '') {
      this.#complete = true;
    } else {
      this.#waiting.push(candidate);
    }
    this.#sendSoon();
  }

  #sendSoon() {
    const something = this.#waiting.length > 0 || this.#complete;
    if (this.#location === '' || this.#timer !== undefined || !something || this.#closed) {
      return;
    }
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#sendCandidates();
    }, BATCH_MILLIS);
  }

  #sendCandidates() {
    const candidates = this.#waiting;
    const complete = this.#complete;
    this.#waiting = [];
    this.#complete = false;
    const sdp = this.#peer.localDescription?.sdp;
    if (this.#closed || sdp === undefined || (candidates.length === 0 && !complete)) {
      return;
    }
    // The server lists its own addresses: without ours it may still work, so a refusal ends nothing.
    this.#patch(iceFragment(sdp, candidates, complete)).catch(() => {});
  }

  /**
   * @param {string} body
   * @param {string} [tag] of the ICE session that is meant; that of the last answer where it is not given
   */
  #patch(body, tag) {
    const sent = this.#patches.then(() => {
      const match = tag ?? this.#etag;
      return send(this.#location, {
        method: 'PATCH',
        token: this.#token,
        type: 'application/trickle-ice-sdpfrag',
        headers: match === '' ? {} : { 'If-Match': match },
        body,
      });
    });
    this.#patches = sent.catch(() => {});
    return sent;
  }
}

/** @param {string} token */
function authorization(token) {
  return /** @type {Record<string, string>} */ (token === '' ? {} : { Authorization: `Bearer ${token}` });
}

/**
 * @param {string} path
 * @param {{method: string, token?: string, type?: string, headers?: Record<string, string>, body?: string}} request
 */
async function send(path, { method, token = '', type, headers = {}, body }) {
  /** @type {Response} */
  let response;
  let text;
  try {
    response = await fetch(httpUrl(path), {
      method,
      headers: { ...headers, ...authorization(token), ...(type ? { 'Content-Type': type } : {}) },
      body,
      cache: 'no-store',
      signal: AbortSignal.timeout(TIMEOUT_MILLIS),
    });
    text = await response.text();
  } catch {
    throw new ApiError('The server can’t be reached.', { code: 'unreachable' });
  }
  if (!response.ok) {
    let answer;
    try {
      answer = JSON.parse(text);
    } catch {
      // a proxy may answer with a page of its own
    }
    const { error = `The server answered with status ${response.status}.`, code, field } = answer ?? {};
    throw new ApiError(error, { status: response.status, code, field });
  }
  return { headers: response.headers, url: response.url, text };
}
