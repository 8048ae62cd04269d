import { html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import './add-stream.js';
import { health, httpUrl, identity, listStreams } from './api.js';
import { cameraButtons, cameraLine } from './camera-line.js';
import { ServerClock } from './clock.js';
import { PageElement } from './element.js';
import { broadcastIcon, cameraIcon, clusterIcon, logo, plusIcon, stopIcon } from './icons.js';
import { Poller } from './poller.js';
import './recordings-table.js';
import './stream-tile.js';
import './topics-table.js';
import './use-camera.js';
import './use-stream.js';
import { PageAttention } from './visibility.js';
import { age, counted } from './words.js';
/** @import {Stream, Health} from './types.js' */

const LIST_MILLIS = 2000;
const LIST_BUSY_MILLIS = 1000;
const HEALTH_MILLIS = 5000;
/** A stream that this page has ended may be listed a moment longer. */
const LEAVING_MILLIS = 3000;
const HEALTH_WORDS = { ready: 'Ready', loading: 'Loading', degraded: 'Degraded', unknown: 'Health unknown' };

/** The page: who the server is and how it does, every stream, and every topic. */
class Dashboard extends PageElement {
  static properties = {
    streams: { state: true },
    server: { state: true },
    health: { state: true },
    link: { state: true },
    watched: { state: true },
    toast: { state: true },
    camera: { state: true },
  };

  #clock = new ServerClock();
  /** @type {PageAttention|undefined} */
  #attention;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #countdown;
  /** A stream that was just added, to be brought into view. */
  #reveal = '';
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #toastTimer;
  /** The stream that this page has ended, and until when it is not shown. */
  #leaving = { id: '', until: 0 };
  #streamsPoller = new Poller({
    ask: listStreams,
    everyMillis: () => (this.#somethingMoves() ? LIST_BUSY_MILLIS : LIST_MILLIS),
    onAnswer: (streams) => this.#reached(streams),
    onFailure: (failure, retryMillis, attempts) => this.#missed(failure, retryMillis, attempts),
  });
  #healthPoller = new Poller({
    ask: () => this.#askHealth(),
    everyMillis: () => (this.health?.status === 'ready' ? HEALTH_MILLIS : LIST_MILLIS),
    onAnswer: (answer) => (this.health = answer),
  });

  constructor() {
    super();
    /** @type {Stream[]|undefined} */
    this.streams = undefined;
    /** @type {{name?: string, version?: string}} */
    this.server = {};
    /** @type {Health|undefined} */
    this.health = undefined;
    /** @type {{state: 'connecting'|'connected'|'lost', since?: number, retryAt?: number, attempts?: number, why?: string}} */
    this.link = { state: 'connecting' };
    this.watched = !document.hidden;
    this.toast = '';
    /** @type {import('./publisher.js').CameraPublisher|undefined} the camera of this browser */
    this.camera = undefined;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#attention = new PageAttention((watched) => {
      this.watched = watched;
      this.#follow();
    });
    this.#follow();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#attention?.close();
    this.watched = false;
    this.#follow();
  }

  /** Asks the server only while somebody looks. */
  #follow() {
    for (const poller of [this.#streamsPoller, this.#healthPoller]) {
      if (this.watched) {
        poller.start();
      } else {
        poller.stop();
      }
    }
  }

  async #askHealth() {
    const sent = Date.now();
    const answer = await health();
    if (typeof answer.time === 'number') {
      this.#clock.observe(answer.time, sent, Date.now());
    }
    return answer;
  }

  #somethingMoves() {
    return this.streams?.some(({ state }) => state === 'starting' || state === 'reconnecting') ?? false;
  }

  /** @param {Stream[]} streams */
  #reached(streams) {
    this.streams = performance.now() < this.#leaving.until ? streams.filter(({ id }) => id !== this.#leaving.id) : streams;
    if (this.link.state !== 'connected') {
      this.link = { state: 'connected' };
      clearInterval(this.#countdown);
      this.#healthPoller.now();
      identity().then((server) => (this.server = server), () => {});
    }
  }

  /**
   * @param {Error} failure
   * @param {number} retryMillis
   * @param {number} attempts
   */
  #missed(failure, retryMillis, attempts) {
    this.link = {
      state: 'lost',
      since: this.link.since ?? Date.now(),
      retryAt: Date.now() + retryMillis,
      attempts,
      why: failure.message,
    };
    clearInterval(this.#countdown);
    this.#countdown = setInterval(() => this.requestUpdate(), 500);
  }

  updated() {
    const tile = this.#reveal && this.querySelector(`mm-stream-tile[data-stream="${CSS.escape(this.#reveal)}"]`);
    if (tile) {
      this.#reveal = '';
      tile.scrollIntoView({ block: 'nearest', behavior: 'smooth' });
    }
  }

  /** @param {CustomEvent<{id: string, created: boolean}>} event */
  #added({ detail: { id, created } }) {
    this.#reveal = id;
    this.#say(created ? `${id} was added.` : `${id} was there already.`);
    this.#streamsPoller.now();
  }

  /** @param {CustomEvent<string>} event */
  #removed({ detail: id }) {
    this.streams = this.streams?.filter((stream) => stream.id !== id);
    this.#say(`${id} was removed.`);
    this.#streamsPoller.now();
  }

  /** @param {CustomEvent<import('./publisher.js').CameraPublisher>} event */
  #cameraOpened({ detail }) {
    this.camera = detail;
    this.#leaving = { id: '', until: 0 };
    this.#reveal = detail.name;
    this.#streamsPoller.now();
  }

  #cameraChanged() {
    const camera = this.camera;
    if (camera?.over) {
      this.#leaving = { id: camera.name, until: performance.now() + LEAVING_MILLIS };
      this.streams = this.streams?.filter(({ id }) => id !== camera.name);
      if (camera.state === 'stopped') {
        this.camera = undefined;
        this.#say(`${camera.name} was stopped.`);
      }
    }
    this.#streamsPoller.now();
    this.requestUpdate();
  }

  /** @param {string} [name] */
  #openCamera(name) {
    /** @type {any} */ (this.querySelector('mm-use-camera')).open(name);
  }

  /** @param {string} text */
  #say(text) {
    this.toast = text;
    clearTimeout(this.#toastTimer);
    this.#toastTimer = setTimeout(() => (this.toast = ''), 4000);
  }

  /** @param {string} [url] */
  #openForm(url) {
    /** @type {any} */ (this.querySelector('mm-add-stream')).open(url);
  }

  render() {
    return html`
      <a class="skip" href="#streams">Skip to the streams</a>
      ${this.#header()} ${this.#banner()}
      <main>
        ${this.#cameraLine()}
        <section id="streams" aria-label="Streams" tabindex="-1">${this.#streams()}</section>
        <mm-recordings-table></mm-recordings-table>
        <mm-topics-table .online=${this.#online} .watched=${this.watched}></mm-topics-table>
      </main>
      ${this.#footer()}
      <mm-add-stream .taken=${(this.streams ?? []).map(({ id }) => id)} @added=${this.#added}></mm-add-stream>
      <mm-use-camera
        .taken=${(this.streams ?? []).map(({ id }) => id)}
        @camera=${this.#cameraOpened}
        @camera-change=${this.#cameraChanged}
      ></mm-use-camera>
      <mm-use-stream></mm-use-stream>
      <div class="toast" role="status" data-testid="toast" ?data-shown=${this.toast !== ''}>${this.toast}</div>
    `;
  }

  get #online() {
    return this.link.state !== 'lost';
  }

  #header() {
    const live = this.streams?.filter(({ state }) => state === 'live').length ?? 0;
    return html`
      <header class="bar">
        <h1 class="brand">${logo}<span>${this.server.name ?? 'mediamesh'}</span></h1>
        <span class="version" data-testid="version">${this.server.version ?? ''}</span>
        <div class="bar-facts">
          ${this.#health()}
          <span class="pill" data-testid="connection" data-state=${this.link.state}
            ><i></i>${{ connecting: 'Connecting', connected: 'Connected', lost: 'Not connected' }[this.link.state]}</span
          >
          ${this.streams
            ? html`<span class="count" data-testid="stream-count" data-count=${this.streams.length}
                >${counted(this.streams.length, 'stream')}${this.streams.length && this.#online ? html`, <b>${live} live</b>` : nothing}</span
              >`
            : nothing}
        </div>
        <div class="bar-buttons">
          <a class="button" data-testid="broadcasts-link" href=${httpUrl('dashboard/broadcast.html')} aria-label="Broadcasts" title="Broadcasts"
            >${broadcastIcon}<span class="roomy">Broadcasts</span></a
          >
          <a class="button" data-testid="cluster-link" href=${httpUrl('dashboard/cluster.html')} aria-label="Cluster" title="Cluster"
            >${clusterIcon}<span class="roomy">Cluster</span></a
          >
          ${this.#cameraButton()}
          <button type="button" class="primary" data-testid="add-stream-open" @click=${() => this.#openForm()}>
            ${plusIcon}<span>Add<span class="roomy"> stream</span></span>
          </button>
        </div>
      </header>
    `;
  }

  #cameraButton() {
    const { camera } = this;
    return camera && !camera.over
      ? html`<button type="button" data-testid="camera-stop-bar" @click=${() => camera.stop()}>
          ${stopIcon}<span>Stop<span class="roomy"> camera</span></span>
        </button>`
      : html`<button
          type="button"
          data-testid="camera-open"
          title="Use this browser’s camera"
          aria-label="Use this browser’s camera"
          @click=${() => this.#openCamera()}
        >
          ${cameraIcon}<span><span class="roomy">Use this browser’s camera</span><span class="tight">Camera</span></span>
        </button>`;
  }

  /** The camera while there is no tile that shows how it does. */
  #cameraLine() {
    const { camera } = this;
    if (camera === undefined || (!camera.over && this.streams?.some(({ id }) => id === camera.name))) {
      return nothing;
    }
    const buttons = camera.over
      ? html`
          <button type="button" class="small" data-testid="camera-again" @click=${() => this.#openCamera(camera.name)}>Try again</button>
          <button type="button" class="small quiet" data-testid="camera-dismiss" @click=${() => (this.camera = undefined)}>Dismiss</button>
        `
      : cameraButtons(camera);
    return cameraLine({ camera, title: camera.name, buttons });
  }

  #health() {
    const status = this.#online ? (this.health?.status ?? 'unknown') : 'unknown';
    return html`<span class="pill" data-testid="health" data-status=${status} title=${this.health?.reason ?? ''}
      ><i></i>${HEALTH_WORDS[status] ?? status}</span
    >`;
  }

  #banner() {
    if (this.link.state === 'lost') {
      const seconds = Math.max(0, Math.ceil(((this.link.retryAt ?? 0) - Date.now()) / 1000));
      return html`
        <div class="banner" data-level="bad" data-testid="banner" role="alert">
          <p>
            <strong>${this.link.why}</strong> Not answering for ${age((Date.now() - (this.link.since ?? 0)) / 1000)};
            ${seconds > 0 ? `trying again in ${seconds} s` : 'trying now'} (attempt ${(this.link.attempts ?? 0) + 1}).
          </p>
          <button type="button" class="small" data-testid="try-now" @click=${() => this.#streamsPoller.now()}>Try now</button>
        </div>
      `;
    }
    const status = this.health?.status;
    if (status === 'degraded' || status === 'loading') {
      const what = status === 'loading' ? 'The server is still loading.' : 'The server works with restrictions.';
      return html`
        <div class="banner" data-level="warn" data-testid="banner" role="status">
          <p><strong>${what}</strong> <span data-testid="health-reason">${this.health?.reason ?? ''}</span></p>
        </div>
      `;
    }
    return nothing;
  }

  #streams() {
    if (this.streams === undefined) {
      return this.#online ? html`<p class="none">Asking the server for its streams …</p>` : nothing;
    }
    if (this.streams.length === 0) {
      return this.#empty();
    }
    return html`
      <div
        class="grid"
        @stale=${() => this.#online && this.#streamsPoller.now()}
        @removed=${this.#removed}
        @use=${(/** @type {CustomEvent} */ e) => /** @type {any} */ (this.querySelector('mm-use-stream')).open(e.detail)}
      >
        ${repeat(
          this.streams,
          ({ id }) => id,
          (stream) => html`
            <mm-stream-tile
              .stream=${stream}
              .clock=${this.#clock}
              .online=${this.#online}
              .watched=${this.watched}
              .camera=${this.camera?.name === stream.id && !this.camera.over ? this.camera : undefined}
            ></mm-stream-tile>
          `,
        )}
      </div>
    `;
  }

  #empty() {
    return html`
      <div class="empty" data-testid="empty">
        ${logo}
        <h2>No streams yet</h2>
        <p>Add a camera, a file or a URL. Nothing is opened until somebody looks at it.</p>
        <div class="empty-actions">
          <button type="button" class="primary" data-testid="empty-add" @click=${() => this.#openForm()}>Add a stream</button>
          <button type="button" data-testid="empty-camera" @click=${() => this.#openCamera()}>Use this browser’s camera</button>
          <button type="button" data-testid="empty-test" @click=${() => this.#openForm('test:')}>Try the test picture</button>
        </div>
        <p class="muted">Or from a terminal:</p>
        <pre><code>curl -X PUT ${httpUrl('api/v1/streams/test')} \\
  -H 'Content-Type: application/json' -d '{"source":{"url":"test:"}}'</code></pre>
      </div>
    `;
  }

  #footer() {
    return html`
      <footer class="foot">
        <nav aria-label="The server's other pages">
          <a href=${httpUrl('openapi.yaml')}>API description</a>
          <a href=${httpUrl('api/v1/streams')}>Streams as JSON</a>
          <a href=${httpUrl('health')}>Health</a>
          <a href=${httpUrl('metrics')}>Metrics</a>
        </nav>
      </footer>
    `;
  }
}

customElements.define('mm-dashboard', Dashboard);
