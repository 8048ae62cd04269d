import { html, nothing } from 'lit';
import { deleteStream } from './api.js';
import { cameraButtons, cameraLine } from './camera-line.js';
import { ServerClock } from './clock.js';
import { PageElement } from './element.js';
import { cameraIcon, codeIcon, enlargeIcon, loopIcon, pauseIcon, playIcon, removeIcon } from './icons.js';
import './intensity-chart.js';
import './level-strip.js';
import './picture.js';
import { pictureWay, rememberPin, rememberedPin } from './picture-way.js';
import './record-button.js';
import { RollingWindow } from './rolling.js';
import { detectionsLine, figuresList } from './tile-parts.js';
import { OnScreen } from './visibility.js';
import { StreamWatch } from './watch.js';
import { delay, millis, notice, number, soundOnly } from './words.js';
/** @import {Stream, View} from './types.js' */

const REFRESH_MILLIS = 400;
const RETRY_MILLIS = 10_000;
/** A loss this recent is pointed out; an old one is only counted. */
const DROPS_SHOWN_MILLIS = 10_000;
/** @type {{view: View, label: string, title: string}[]} */
const VIEWS = [
  { view: 'annotated', label: 'Annotated', title: 'Boxes drawn by the server' },
  { view: 'video', label: 'Video', title: 'The picture alone: nothing is detected for it' },
  { view: 'overlay', label: 'Overlay', title: 'Boxes drawn here, over the plain video' },
];

/**
 * One stream: its picture, its state, its figures. Asks for data only while it is on the screen, somebody looks at
 * the page, and it is not paused.
 *
 * Fires `stale` when the list of streams should be asked for again, `use` to show the snippets, `removed`.
 */
class StreamTile extends PageElement {
  static properties = {
    stream: { attribute: false },
    clock: { attribute: false },
    online: { type: Boolean },
    watched: { type: Boolean },
    camera: { attribute: false },
    pin: { state: true },
    view: { state: true },
    paused: { state: true },
    removing: { state: true },
    failure: { state: true },
  };

  #onScreen = new OnScreen(this);
  /** @type {StreamWatch|undefined} */
  #watch;
  /** @type {ReturnType<typeof setInterval>|undefined} */
  #timer;
  #retryUntil = 0;
  #drops = { skipped: 0, count: 0, at: 0 };
  #intensityDelays = new RollingWindow(2000);

  constructor() {
    super();
    this.stream = /** @type {Stream} */ ({ id: '', state: 'idle' });
    this.clock = new ServerClock();
    this.online = true;
    this.watched = true;
    /** @type {import('./publisher.js').CameraPublisher|undefined} the camera of this browser, if this is its stream */
    this.camera = undefined;
    /** @type {import('./carrier.js').Pin|undefined} */
    this.pin = undefined;
    this.view = /** @type {View} */ ('annotated');
    this.paused = false;
    this.removing = false;
    this.failure = '';
  }

  connectedCallback() {
    super.connectedCallback();
    this.requestUpdate();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#watch?.show(undefined);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Whether anybody needs data for this tile now. */
  get #wanted() {
    const over = this.stream.state === 'failed' || this.stream.state === 'ended';
    return (
      this.isConnected &&
      this.#onScreen.value &&
      this.watched &&
      !this.paused &&
      (!over || performance.now() < this.#retryUntil)
    );
  }

  /** Whether there is sound, and somebody who measures it. */
  get #sounds() {
    return Boolean(this.stream.audio) && (this.stream.topics?.includes('levels') ?? false);
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    this.pin ??= rememberedPin(this.stream.id);
    this.#watch ??= new StreamWatch({
      streamId: this.stream.id,
      clock: this.clock,
      mayConnect: () => this.online,
      onFrame: (header, jpeg) => this.#picture?.show(header, jpeg),
      onMedia: (media) => this.#picture?.play(media),
      onChange: () => this.#stale(),
    });
    if (changed.has('camera')) {
      this.camera?.listen((intensity) => this.#hear(intensity));
    }
    this.#drops.skipped = this.#picture?.skipped ?? 0;
    this.dataset.stream = this.stream.id;
    this.dataset.state = this.stream.state;
    this.dataset.testid = 'stream-tile';
  }

  updated() {
    const picture = this.#picture;
    if (picture) {
      picture.boxes = () => (this.view === 'overlay' ? this.#watch?.detections : undefined);
    }
    // Its levels are what keeps a stream without pictures open.
    const pictures = !(this.#sounds && soundOnly(this.stream));
    this.#watch?.show(this.#wanted && pictures ? this.view : undefined, this.stream.topics, {
      pin: this.pin,
      heard: this.camera?.hears ? ['intensity'] : [],
      live: this.stream.state === 'live',
    });
    const ticking = this.#onScreen.value && this.watched && this.isConnected;
    if (ticking && this.#timer === undefined) {
      this.#timer = setInterval(() => this.#tick(), REFRESH_MILLIS);
    } else if (!ticking) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  get #picture() {
    return /** @type {any} */ (this.querySelector('mm-picture'));
  }

  /** @param {{timestamp: number, current_intensity: number, average_intensity: number}} intensity */
  #hear(intensity) {
    this.#intensityDelays.add(performance.now(), this.clock.nowMillis() - intensity.timestamp * 1000);
    if (this.#wanted) {
      this.#watch?.takeIntensity(intensity);
    }
  }

  #tick() {
    this.#picture?.look();
    const serverSees = (this.stream.last_frame_age_seconds ?? Infinity) < 2;
    if (this.stream.state === 'live' && serverSees) {
      this.#watch?.reviveIfSilent();
    }
    this.requestUpdate();
  }

  #stale() {
    this.dispatchEvent(new CustomEvent('stale', { bubbles: true }));
    this.requestUpdate();
  }

  #retry() {
    this.paused = false;
    this.#retryUntil = performance.now() + RETRY_MILLIS;
    this.requestUpdate();
  }

  async #remove() {
    try {
      await deleteStream(this.stream.id);
      this.dispatchEvent(new CustomEvent('removed', { bubbles: true, detail: this.stream.id }));
    } catch (failure) {
      this.failure = /** @type {Error} */ (failure).message;
    }
    this.removing = false;
  }

  async #enlarge() {
    if (document.fullscreenElement) {
      await document.exitFullscreen();
    } else {
      await this.querySelector('figure')?.requestFullscreen?.();
    }
  }

  #notice() {
    const watch = this.#watch;
    const now = performance.now();
    const fault = watch?.carriedBy === 'webrtc' && watch.webRtcFault ? `WebRTC: ${watch.webRtcFault}` : '';
    return notice({
      stream: this.stream,
      online: this.online,
      paused: this.paused,
      retrying: now < this.#retryUntil,
      note: watch?.note || fault,
      frameAgeMillis: watch?.frameAt ? now - watch.frameAt : undefined,
      askedMillis: watch?.askedAt ? now - watch.askedAt : 0,
      retryMillis: watch?.retryAt ? Math.max(0, watch.retryAt - now) : 0,
      sinceSeconds: this.clock.nowMillis() / 1000 - (this.stream.since ?? this.clock.nowMillis() / 1000),
    });
  }

  render() {
    const { stream } = this;
    return html`
      <article class="tile" aria-label="Stream ${stream.id}">
        ${this.#figure()}
        <div class="tile-body">
          <div class="tile-head">
            <div class="tile-title">
              <h2 title=${stream.id}>
                ${stream.id}
                ${this.camera ? html`<span class="mine" data-testid="this-browser">${cameraIcon} this browser</span>` : nothing}
              </h2>
              <p class="source" title=${stream.source?.url ?? ''}>
                ${stream.source?.loop ? html`<span class="loop" title="Begins anew at its end">${loopIcon}</span>` : nothing}<span
                  >${stream.source?.url ?? ''}</span
                >
              </p>
            </div>
            ${this.#switch()}
          </div>
          ${this.camera ? this.#cameraLine(this.camera) : nothing}
          <mm-intensity-chart
            .values=${this.#watch?.intensity}
            .current=${this.#watch?.lastIntensity?.current_intensity}
            .average=${this.#watch?.lastIntensity?.average_intensity}
            .running=${this.#wanted}
          ></mm-intensity-chart>
          ${this.#sounds
            ? html`<mm-level-strip .streamId=${stream.id} .running=${this.#wanted} .mayConnect=${() => this.online}></mm-level-strip>`
            : nothing}
          ${detectionsLine({ stream, watch: this.#watch, wanted: this.#wanted, view: this.view })}
          ${figuresList({ stream, watch: this.#watch, wanted: this.#wanted, skipped: this.#drops.skipped, dropping: this.#dropping() })}
          ${this.#actions()}
        </div>
      </article>
    `;
  }

  /** @param {import('./publisher.js').CameraPublisher} camera */
  #cameraLine(camera) {
    return cameraLine({
      camera,
      delay: delay(this.#intensityDelays.median(performance.now()), this.clock.uncertaintyMillis()),
      buttons: cameraButtons(camera),
    });
  }

  /** @param {import('./carrier.js').Pin} pin */
  #choose(pin) {
    this.pin = pin;
    rememberPin(this.stream.id, pin);
  }

  #figure() {
    const { stream } = this;
    const watch = this.#watch;
    const said = this.#notice();
    const size = watch?.header ?? stream.video;
    return html`
      <figure class=${said ? 'dim' : ''}>
        <mm-picture
          data-testid="picture"
          label="Live picture of ${stream.id}"
          @played=${(/** @type {CustomEvent} */ event) => watch?.played(event.detail)}
          @shown=${(/** @type {CustomEvent} */ event) => watch?.shown(event.detail)}
        ></mm-picture>
        <div class="picture-facts">
          <span class="badge" data-testid="stream-state" data-state=${this.online ? stream.state : 'idle'}
            ><i></i>${this.online ? stream.state : 'unknown'}</span
          >
          ${pictureWay({
            streamId: stream.id,
            pin: this.pin ?? 'auto',
            carriedBy: watch?.carriedBy,
            overlay: this.view === 'overlay',
            fault: watch?.webRtcFault ?? '',
            onPin: (pin) => this.#choose(pin),
          })}
        </div>
        <div class="picture-buttons">
          <button
            type="button"
            class="glass"
            data-testid="pause"
            aria-pressed=${this.paused}
            title=${this.paused ? 'Go on' : 'Pause: fetch nothing for this tile'}
            aria-label=${this.paused ? `Go on with ${stream.id}` : `Pause ${stream.id}`}
            @click=${() => (this.paused = !this.paused)}
          >
            ${this.paused ? playIcon : pauseIcon}
          </button>
          <button
            type="button"
            class="glass"
            data-testid="enlarge"
            title="Full screen"
            aria-label="Show ${stream.id} on the full screen"
            @click=${this.#enlarge}
          >
            ${enlargeIcon}
          </button>
        </div>
        ${said ? this.#said(said) : nothing}
        <figcaption ?hidden=${!size}>
          <span data-testid="size">${size?.width ? `${size.width} × ${size.height}` : '–'}</span>
          <span><b data-testid="fps">${number(watch?.framesPerSecond() || undefined, 1)}</b> fps</span>
          ${watch?.carriedBy === 'webrtc'
            ? nothing
            : html`<span title="From the capture of the frame until it was drawn here"
                ><b data-testid="latency">${millis(watch?.latencyMillis())}</b> latency</span
              >`}
        </figcaption>
      </figure>
    `;
  }

  /** @param {import('./words.js').Notice} said */
  #said(said) {
    return html`
      <div class="notice" data-level=${said.level} data-testid="stream-notice" role="status">
        ${said.level === 'busy' ? html`<i class="spinner"></i>` : nothing}
        <strong>${said.title}</strong>
        <span class="detail" data-testid="stream-reason">${said.detail}</span>
        ${said.action
          ? html`<button type="button" class="small" data-testid="retry" @click=${this.#retry}>${said.action}</button>` : nothing}
      </div>
    `;
  }

  #switch() {
    return html`
      <div class="switch" role="group" aria-label="What to show of ${this.stream.id}">
        ${VIEWS.map(
          ({ view, label, title }) => html`
            <button
              type="button"
              data-testid="view-${view}"
              title=${title}
              aria-pressed=${this.view === view}
              @click=${() => (this.view = view)}
            >
              ${label}
            </button>
          `,
        )}
      </div>
    `;
  }

  /** Whether frames were lost a moment ago. */
  #dropping() {
    const count = (this.#watch?.dropped ?? 0) + this.#drops.skipped;
    if (count > this.#drops.count) {
      this.#drops.count = count;
      this.#drops.at = performance.now();
    }
    return count > 0 && performance.now() - this.#drops.at < DROPS_SHOWN_MILLIS;
  }

  #actions() {
    const { id } = this.stream;
    if (this.removing) {
      return html`
        <div class="actions confirm" role="group" aria-label="Remove ${id}?">
          <span>Remove <b>${id}</b> for everyone?</span>
          <button type="button" class="small danger" data-testid="confirm-remove" @click=${this.#remove}>Remove</button>
          <button type="button" class="small" data-testid="keep" @click=${() => (this.removing = false)}>Keep</button>
        </div>
      `;
    }
    return html`
      <div class="actions">
        <button
          type="button"
          class="small quiet"
          data-testid="use"
          @click=${() => this.dispatchEvent(new CustomEvent('use', { bubbles: true, detail: id }))}
        >
          ${codeIcon} Use this stream
        </button>
        <mm-record-button .streamId=${id}></mm-record-button>
        ${this.failure ? html`<span class="error" role="alert">${this.failure}</span>` : nothing}
        ${this.camera
          ? nothing
          : html`<button
              type="button"
              class="small quiet end"
              data-testid="remove-stream"
              aria-label="Remove ${id}"
              @click=${() => ((this.removing = true), (this.failure = ''))}
            >
              ${removeIcon} Remove
            </button>`}
      </div>
    `;
  }
}

customElements.define('mm-stream-tile', StreamTile);
