import { html, nothing } from 'lit';
import { PageElement } from './element.js';
import { frames } from './frame-loop.js';
import { SoundFeed } from './sound-feed.js';
import { soundSettingsLine } from './sound-settings.js';
import { OnScreen } from './visibility.js';
import { age } from './words.js';
/** @import {SoundPanel} from './sound-panels.js' */
/** @import {Stream} from './types.js' */

/** Numbers change faster than anyone reads. */
const FIGURES_MILLIS = 125;
const STALE_MILLIS = 3000;

/**
 * One analysis of a stream: a switch, figures and a drawing. Receives results only while it is switched on, on the
 * screen, and somebody looks at the page.
 *
 * Fires `turn` with whether it shall be on, and `setting` with a key and a value to be changed.
 */
class SoundPanelElement extends PageElement {
  static properties = {
    panel: { attribute: false },
    stream: { attribute: false },
    on: { type: Boolean },
    watched: { type: Boolean },
    online: { type: Boolean },
    values: { attribute: false },
  };

  #onScreen = new OnScreen(this);
  /** @type {SoundFeed|undefined} */
  #feed;
  /** @type {InstanceType<SoundPanel['Drawing']>|undefined} */
  #drawing;
  /** @type {(() => void)|undefined} */
  #leave;
  #figuresAt = 0;
  #heardAt = 0;

  constructor() {
    super();
    this.panel = /** @type {SoundPanel} */ (/** @type {unknown} */ (undefined));
    this.stream = /** @type {Stream} */ ({ id: '', state: 'idle' });
    this.on = true;
    this.watched = true;
    this.online = true;
    /** @type {Record<string, string>} settings of the analyses, by key */
    this.values = {};
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#close();
  }

  get #served() {
    return !this.stream.topics?.length || this.stream.topics.includes(this.panel.kind);
  }

  willUpdate() {
    this.dataset.testid = `sound-${this.panel.kind}`;
  }

  updated() {
    const canvas = this.querySelector('canvas');
    if (!this.on || canvas === null || !this.isConnected) {
      this.#close();
      return;
    }
    this.#feed ??= new SoundFeed({
      streamId: this.stream.id,
      kind: this.panel.kind,
      keepsAll: this.panel.keepsAll,
      mayConnect: () => this.online,
      onChange: () => this.requestUpdate(),
    });
    this.#feed.want(this.#onScreen.value && this.watched && this.#served);
    this.#drawing ??= new this.panel.Drawing(canvas);
    this.#leave ??= frames.add((now) => this.#frame(now));
  }

  #close() {
    this.#feed?.want(false);
    this.#feed = undefined;
    this.#drawing?.close();
    this.#drawing = undefined;
    this.#leave?.();
    this.#leave = undefined;
    this.#heardAt = 0;
  }

  /** @param {number} now */
  #frame(now) {
    const messages = this.#feed?.take() ?? [];
    if (messages.length > 0) {
      this.#heardAt = now;
    }
    this.#drawing?.frame(now, messages);
    if (now - this.#figuresAt > FIGURES_MILLIS) {
      this.#figuresAt = now;
      this.requestUpdate();
    }
  }

  render() {
    const { panel, stream, on } = this;
    return html`
      <section class="sound-panel" data-kind=${panel.kind} aria-label="${panel.title} of ${stream.id}">
        <header>
          <h2>${panel.title}</h2>
          ${on ? this.#figures() : nothing}
          <button
            type="button"
            class="onoff"
            role="switch"
            aria-checked=${on}
            aria-label=${panel.title}
            title=${on ? 'Switch off: nothing is analysed for it then' : 'Switch on'}
            data-testid="switch-${panel.kind}"
            @click=${() => this.dispatchEvent(new CustomEvent('turn', { detail: !on }))}
          >
            <i></i>
          </button>
        </header>
        ${on ? this.#body() : nothing}
      </section>
    `;
  }

  #figures() {
    const figures = this.#drawing?.figures() ?? [];
    return html`
      <dl>
        ${figures.map(
          ({ id, name, value, drawn }) =>
            html`<div class=${drawn ? 'unseen' : nothing}><dt>${name}</dt><dd data-testid="figure-${id}">${value}</dd></div>`,
        )}
      </dl>
    `;
  }

  #body() {
    const { panel, stream } = this;
    const said = this.#said();
    const keys = panel.points ? '. Arrow keys move a cursor over it' : '';
    return html`
      ${soundSettingsLine({
        settings: panel.settings ?? [],
        values: this.values,
        onChange: (key, value) => this.dispatchEvent(new CustomEvent('setting', { detail: { key, value } })),
      })}
      <div class="drawing">
        <canvas role="img" tabindex=${panel.points ? 0 : nothing} aria-label="${panel.shows}, of ${stream.id}${keys}"></canvas>
        ${said ? html`<p class="sound-note" role="status" data-testid="sound-note">${said}</p>` : nothing}
      </div>
    `;
  }

  /** @returns {string} what a person should know; empty when all is well */
  #said() {
    const { panel, stream } = this;
    if (!this.#served) {
      return 'No service is there that analyses this.';
    }
    if (stream.state === 'failed' || stream.state === 'ended') {
      return stream.reason || `This stream has ${stream.state}.`;
    }
    if (stream.state === 'live' && stream.video && !stream.audio) {
      return 'This stream has no sound.';
    }
    if (!this.#feed?.wanted) {
      return '';
    }
    if (this.#feed.note) {
      return this.#feed.note;
    }
    if (this.#heardAt === 0) {
      return 'Waiting for sound …';
    }
    const silence = performance.now() - this.#heardAt;
    return silence > STALE_MILLIS ? `Nothing came for ${age(silence / 1000)}.` : '';
  }
}

customElements.define('mm-sound-panel', SoundPanelElement);
