import { html, nothing } from 'lit';
import { getRecording, httpUrl, recordingPath } from './api.js';
import { boxesFor, drawBoxes } from './boxes.js';
import { PageElement } from './element.js';
import { logo } from './icons.js';
import { drawLight, drawingArea, loadEvents } from './recording-canvas.js';
import { RecordedEvents } from './recording-events.js';
import { length, mediaOf, partAt, size, span, STATE_WORDS, when } from './recording-words.js';
/** @import {Recording, RecordingPart} from './types.js' */

const AGAIN_MILLIS = 3000;
/** More buttons than this help nobody. */
const MOST_MARKS = 500;

/** Plays a recording part by part, draws over it what was found, and goes to where something happened. */
class RecordingPage extends PageElement {
  static properties = {
    recording: { state: true },
    part: { state: true },
    failure: { state: true },
    events: { state: true },
    t: { state: true },
  };

  #id = decodeURIComponent(location.pathname.replace(/\/+$/, '').split('/').pop() ?? '');
  /** Where to go in a part when it has been opened. */
  #wanted = 0;
  #frame = 0;
  /** @type {ReturnType<typeof setTimeout>|undefined} */
  #timer;

  constructor() {
    super();
    /** @type {Recording|undefined} */
    this.recording = undefined;
    this.part = 0;
    this.failure = '';
    /** @type {RecordedEvents|undefined} */
    this.events = undefined;
    /** Seconds from the beginning of the recording. */
    this.t = 0;
  }

  connectedCallback() {
    super.connectedCallback();
    this.#load();
    const draw = () => {
      this.#draw();
      this.#frame = requestAnimationFrame(draw);
    };
    draw();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    cancelAnimationFrame(this.#frame);
  }

  /** Once, and again and again while it is being written. */
  async #load() {
    try {
      const recording = await getRecording(this.#id);
      this.recording = recording;
      this.part ||= recording.parts[0]?.number ?? 0;
      document.title = `${recording.stream}, ${when(recording.started)} – mediamesh`;
      const events = recording.files.find(({ name }) => name === 'events.jsonl');
      if (events) {
        const read = new RecordedEvents();
        await loadEvents(httpUrl(`${recordingPath(this.#id)}/${events.name}`), read);
        this.events = read;
      }
      this.failure = '';
    } catch (failure) {
      this.failure = /** @type {Error} */ (failure).message;
    }
    if (this.isConnected && (this.recording === undefined || this.recording.state === 'recording')) {
      this.#timer = setTimeout(() => this.#load(), AGAIN_MILLIS);
    }
  }

  get #video() {
    return this.querySelector('video');
  }

  /** @returns {RecordingPart|undefined} */
  get #playing() {
    return this.recording?.parts.find(({ number }) => number === this.part);
  }

  /** @param {number} t seconds from the beginning of the recording */
  #seek(t) {
    const part = partAt(this.recording?.parts ?? [], t);
    const video = this.#video;
    if (part === undefined || video === null) {
      return;
    }
    this.#wanted = Math.max(0, t - part.start);
    if (part.number === this.part) {
      video.currentTime = this.#wanted;
    } else {
      this.part = part.number;
    }
  }

  #opened() {
    const video = this.#video;
    if (video && this.#wanted > 0) {
      video.currentTime = this.#wanted;
    }
    this.#wanted = 0;
  }

  /** The next part follows by itself. */
  #ended() {
    const parts = this.recording?.parts ?? [];
    const next = parts[parts.findIndex(({ number }) => number === this.part) + 1];
    if (next) {
      this.part = next.number;
      this.updateComplete.then(() => this.#video?.play());
    }
  }

  #draw() {
    const video = this.#video;
    const part = this.#playing;
    if (!video || !part) {
      return;
    }
    const t = part.start + video.currentTime;
    const canvas = this.querySelector('canvas');
    const context = canvas && drawingArea(canvas, video);
    if (context) {
      const frame = { timestamp: t, width: context.canvas.width, height: context.canvas.height };
      const found = this.events?.detectionsAt(t);
      const style = getComputedStyle(this);
      const boxes = found ? boxesFor({ ...found, timestamp: t }, frame) : [];
      drawBoxes(context, boxes, [0, 1, 2, 3, 4, 5].map((tone) => style.getPropertyValue(`--box-${tone}`).trim()));
    }
    if (Math.abs(t - this.t) > 0.05) {
      this.t = t;
    }
  }

  updated() {
    const light = /** @type {HTMLCanvasElement|null} */ (this.querySelector('.light'));
    if (light && this.events && this.recording) {
      drawLight(light, this.events.intensity, this.t, span(this.recording.parts));
    }
  }

  render() {
    return html`
      <header class="bar">
        <h1 class="brand">${logo}<a href=${httpUrl('')}>mediamesh</a></h1>
        ${this.recording
          ? html`<div class="bar-facts">
              <span class="pill" data-testid="recording-state" data-state=${this.recording.state} title=${this.recording.reason ?? ''}
                ><i></i>${STATE_WORDS[this.recording.state]}</span
              >
              <span class="count"><b>${this.recording.stream}</b>, ${when(this.recording.started)}</span>
            </div>`
          : nothing}
      </header>
      ${this.failure
        ? html`<div class="banner" data-level="bad" data-testid="banner" role="alert"><p>${this.failure}</p></div>`
        : nothing}
      ${this.recording ? this.#player(this.recording) : nothing}
    `;
  }

  /** @param {Recording} recording */
  #player(recording) {
    const media = mediaOf(recording.files, this.part);
    return html`
      <main class="player">
        <div>
          <div class="screen">
            <video
              data-testid="player"
              controls
              playsinline
              preload="metadata"
              src=${media ? httpUrl(`${recordingPath(recording.id)}/${media.name}`) : nothing}
              @loadedmetadata=${this.#opened}
              @ended=${this.#ended}
            ></video>
            <canvas data-testid="boxes"></canvas>
          </div>
          ${this.events?.intensity.length
            ? html`<canvas
                class="light"
                data-testid="light"
                role="img"
                aria-label="Mean brightness over the whole recording; click to go there"
                @click=${(/** @type {MouseEvent} */ event) => this.#seek(this.#clicked(event) * span(recording.parts))}
              ></canvas>`
            : nothing}
        </div>
        <div class="side">${this.#parts(recording)} ${this.#marks()} ${this.#files(recording)}</div>
      </main>
    `;
  }

  /**
   * @param {MouseEvent} event
   * @returns {number} where across the element, 0 to 1
   */
  #clicked(event) {
    const { left, width } = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
    return (event.clientX - left) / width;
  }

  /** @param {Recording} recording */
  #parts({ parts }) {
    return parts.length < 2
      ? nothing
      : html`<section aria-label="Parts">
          <h2>Parts</h2>
          <ul>
            ${parts.map(
              ({ number, start, duration, reason }) => html`<li>
                <button
                  type="button"
                  class="small quiet"
                  data-testid="part"
                  aria-current=${number === this.part}
                  title=${reason ?? ''}
                  @click=${() => this.#seek(start)}
                >
                  <time>${length(start)}</time> Part ${number}, ${length(duration)}
                </button>
              </li>`,
            )}
          </ul>
        </section>`;
  }

  #marks() {
    const marks = this.events?.marks ?? [];
    return marks.length === 0
      ? nothing
      : html`<section aria-label="What happened">
          <h2>What happened</h2>
          <ul>
            ${marks.slice(0, MOST_MARKS).map(
              ({ t, kind, text }) => html`<li>
                <button type="button" class="small quiet" data-testid="mark" data-kind=${kind} @click=${() => this.#seek(t)}>
                  <time>${length(t)}</time> ${text}
                </button>
              </li>`,
            )}
          </ul>
          ${marks.length > MOST_MARKS || this.events?.full ? html`<p class="hint">There is more in events.jsonl.</p>` : nothing}
        </section>`;
  }

  /** @param {Recording} recording */
  #files({ id, files }) {
    return html`<section aria-label="Files">
      <h2>Files</h2>
      <ul>
        ${files.map(
          ({ name, size: bytes }) =>
            html`<li><a data-testid="file" href=${httpUrl(`${recordingPath(id)}/${name}?download`)}>${name}</a> <small>${size(bytes)}</small></li>`,
        )}
      </ul>
    </section>`;
  }
}

customElements.define('mm-recording', RecordingPage);
