import { html } from 'lit';
import { httpUrl } from './api.js';
import { PageElement } from './element.js';
import { frames } from './frame-loop.js';
import { soundIcon } from './icons.js';
import { LevelCanvas } from './level-canvas.js';
import { SoundFeed } from './sound-feed.js';

/** A tile is small: fewer results than on the page of the sound are smooth enough. */
const RATE_HZ = 25;

/** How loud a stream is now, and the way to the page of its sound. Receives levels only while it is running. */
class LevelStrip extends PageElement {
  static properties = { streamId: { type: String }, running: { type: Boolean } };

  /** @type {SoundFeed|undefined} */
  #feed;
  /** @type {LevelCanvas|undefined} */
  #drawing;
  /** @type {(() => void)|undefined} */
  #leave;

  constructor() {
    super();
    this.streamId = '';
    this.running = false;
    this.mayConnect = () => true;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#feed?.want(false);
    this.#feed = undefined;
    this.#drawing?.close();
    this.#drawing = undefined;
    this.#leave?.();
    this.#leave = undefined;
  }

  updated() {
    const canvas = this.querySelector('canvas');
    if (!this.isConnected || canvas === null) {
      return;
    }
    this.#feed ??= new SoundFeed({
      streamId: this.streamId,
      kind: 'levels',
      query: { rate: RATE_HZ },
      mayConnect: () => this.mayConnect(),
    });
    this.#feed.want(this.running);
    this.#drawing ??= new LevelCanvas(canvas, { compact: true });
    this.#leave ??= frames.add((now) => this.#drawing?.frame(now, this.#feed?.take() ?? []));
  }

  render() {
    return html`
      <a href=${httpUrl(`sound/${encodeURIComponent(this.streamId)}`)} data-testid="sound-link">
        <span>${soundIcon} Sound</span>
        <canvas data-testid="level-strip" role="img" aria-label="Level of the sound of ${this.streamId}"></canvas>
      </a>
    `;
  }
}

customElements.define('mm-level-strip', LevelStrip);
