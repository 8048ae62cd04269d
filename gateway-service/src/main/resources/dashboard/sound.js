import { html, nothing } from 'lit';
import { changeSoundSettings, getStream, httpUrl, soundSettings } from './api.js';
import { PageElement } from './element.js';
import { logo } from './icons.js';
import { Poller } from './poller.js';
import './sound-panel.js';
import { rememberedOff, rememberOff, SOUND_PANELS } from './sound-panels.js';
import { PageAttention } from './visibility.js';
/** @import {Stream} from './types.js' */

const EVERY_MILLIS = 2000;
/** A stream opens when its first panel asks for it: that is soon seen. */
const OPENING_MILLIS = 500;

/** What is in the sound of a stream, as it is heard: a panel for each analysis. */
class SoundPage extends PageElement {
  static properties = {
    stream: { state: true },
    failure: { state: true },
    gone: { state: true },
    watched: { state: true },
    off: { state: true },
    values: { state: true },
    refusal: { state: true },
  };

  #id = decodeURIComponent(location.pathname.replace(/\/+$/, '').split('/').pop() ?? '');
  /** @type {PageAttention|undefined} */
  #attention;
  #poller = new Poller({
    ask: () => getStream(this.#id),
    everyMillis: () => (this.stream?.state === 'live' ? EVERY_MILLIS : OPENING_MILLIS),
    onAnswer: (stream) => {
      if (this.stream === undefined) {
        this.#askSettings();
      }
      this.stream = stream;
      this.failure = '';
      this.gone = false;
    },
    onFailure: (failure) => {
      this.failure = failure.message;
      this.gone = /** @type {import('./api.js').ApiError} */ (failure).status !== 0;
    },
  });

  constructor() {
    super();
    /** @type {Stream|undefined} */
    this.stream = undefined;
    this.failure = '';
    /** Whether the server answers, but has no such stream. */
    this.gone = false;
    this.watched = !document.hidden;
    this.off = rememberedOff();
    /** @type {Record<string, string>} settings of the analyses of this stream */
    this.values = {};
    this.refusal = '';
    document.title = `Sound of ${this.#id} – mediamesh`;
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
    this.#poller.stop();
  }

  #follow() {
    if (this.watched) {
      this.#poller.start();
    } else {
      this.#poller.stop();
    }
  }

  /** Where the server does not tell them, none can be changed here. */
  #askSettings() {
    soundSettings(this.#id).then((values) => (this.values = values), () => {});
  }

  /** @param {{key: string, value: string}} change */
  async #change({ key, value }) {
    this.refusal = '';
    try {
      this.values = await changeSoundSettings(this.#id, { [key]: value });
    } catch (refusal) {
      this.refusal = /** @type {Error} */ (refusal).message;
      this.values = { ...this.values };
    }
  }

  /**
   * @param {string} kind
   * @param {boolean} on
   */
  #turn(kind, on) {
    this.off = this.off.filter((other) => other !== kind).concat(on ? [] : [kind]);
    rememberOff(this.off);
  }

  render() {
    const { stream } = this;
    const state = this.failure && !this.gone ? 'idle' : (stream?.state ?? 'idle');
    return html`
      <a class="skip" href="#panels">Skip to the panels</a>
      <header class="bar">
        <h1 class="brand">${logo}<a href=${httpUrl('')}>mediamesh</a></h1>
        <div class="bar-facts">
          ${stream ? html`<span class="pill" data-testid="sound-state" data-state=${state} title=${stream.reason ?? ''}><i></i>${state}</span>` : nothing}
          <span class="count"><b>${this.#id}</b>${stream?.audio ? `, ${form(stream.audio)}` : ''}</span>
        </div>
      </header>
      ${this.failure || this.refusal
        ? html`<div class="banner" data-level="bad" data-testid="banner" role="alert"><p><strong>${this.failure || this.refusal}</strong></p></div>`
        : nothing}
      <main id="panels" class="sound" aria-label="What is in the sound of ${this.#id}" tabindex="-1">
        ${stream && !this.gone ? this.#panels(stream) : nothing}
      </main>
    `;
  }

  /** @param {Stream} stream */
  #panels(stream) {
    const channels = stream.audio?.channels ?? 1;
    return SOUND_PANELS.filter(({ leastChannels = 1 }) => channels >= leastChannels).map((panel) => this.#panel(panel, stream));
  }

  /**
   * @param {import('./sound-panels.js').SoundPanel} panel
   * @param {Stream} stream
   */
  #panel(panel, stream) {
    return html`
      <mm-sound-panel
        class=${panel.kind}
        .panel=${panel}
        .stream=${stream}
        .on=${!this.off.includes(panel.kind)}
        .watched=${this.watched}
        .online=${this.failure === ''}
        .values=${this.values}
        @setting=${(/** @type {CustomEvent<{key: string, value: string}>} */ { detail }) => this.#change(detail)}
        @turn=${(/** @type {CustomEvent<boolean>} */ { detail }) => this.#turn(panel.kind, detail)}
      ></mm-sound-panel>
    `;
  }
}

/** @param {{sample_rate?: number, channels?: number}} audio */
function form({ sample_rate: rate, channels }) {
  const names = ['', 'mono', 'stereo'];
  return `${(rate ?? 0) / 1000} kHz ${names[channels ?? 0] ?? `${channels} channels`}`;
}

customElements.define('mm-sound', SoundPage);
