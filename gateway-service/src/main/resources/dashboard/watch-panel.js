import { html, nothing } from 'lit';
import { listStreams } from './api.js';
import { nameFault } from './camera-words.js';
import { PageElement } from './element.js';
import { HubLink, hubUrl } from './hub-link.js';
import './hub-picture.js';
import { errorIn, followingOf, followingText, HAS_ENDED, isBroadcast, linkFault, parsed, regionsOf } from './hub-words.js';
import { Poller } from './poller.js';
import { counted } from './words.js';
/** @import {Following, Metadata} from './hub-words.js' */
/** @import {Stream} from './types.js' */

const LIST_MILLIS = 2000;
const WORDS = { idle: '', waiting: 'Waiting for the broadcaster', live: 'Live', reconnecting: 'Reconnecting', ended: 'Ended' };
const TINTS = { idle: 'idle', waiting: 'starting', live: 'live', reconnecting: 'reconnecting', ended: 'ended' };

/** Any broadcast, as its viewers see it. Fires `watching` with its name. */
class WatchPanel extends PageElement {
  static properties = {
    active: { attribute: false },
    wanted: { attribute: false },
    broadcasts: { state: true },
    watched: { state: true },
    name: { state: true },
    state: { state: true },
    failure: { state: true },
    following: { state: true },
    objects: { state: true },
    frames: { state: true },
  };

  /** @type {HubLink|undefined} */
  #link;
  #poller = new Poller({
    ask: listStreams,
    everyMillis: () => LIST_MILLIS,
    onAnswer: (streams) => {
      this.broadcasts = streams.filter(isBroadcast);
      this.listFailure = '';
    },
    onFailure: (failure) => {
      this.listFailure = failure.message;
      this.requestUpdate();
    },
  });

  constructor() {
    super();
    /** Whether the panel is seen; otherwise it watches nothing. */
    this.active = false;
    /** What to watch at first. */
    this.wanted = '';
    /** @type {Stream[]|undefined} */
    this.broadcasts = undefined;
    this.watched = '';
    this.name = '';
    /** @type {keyof typeof WORDS} */
    this.state = 'idle';
    this.failure = '';
    this.listFailure = '';
    /** @type {Following} */
    this.following = 'off';
    this.objects = 0;
    this.frames = 0;
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#poller.stop();
    this.#link?.close();
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.has('active')) {
      if (this.active) {
        this.#poller.start();
        this.#watch(this.watched || this.wanted);
      } else {
        this.#poller.stop();
        this.#link?.close();
      }
    } else if (changed.has('wanted') && this.active) {
      this.#watch(this.wanted);
    }
  }

  get #picture() {
    return /** @type {any} */ (this.querySelector('mm-hub-picture'));
  }

  /** @param {string} name */
  #watch(name) {
    this.#link?.close();
    this.#picture?.clear();
    this.watched = name;
    this.failure = '';
    this.following = 'off';
    this.frames = 0;
    this.state = name ? 'waiting' : 'idle';
    this.dispatchEvent(new CustomEvent('watching', { detail: name }));
    if (name) {
      this.#link = new HubLink({
        url: hubUrl('viewer', name),
        onText: (text) => this.#heard(text),
        onChange: () => this.#changed(),
      });
      this.#link.open();
    }
  }

  #changed() {
    const link = this.#link;
    if (link?.status === 'waiting') {
      this.state = 'reconnecting';
    } else if (link?.status === 'open' && this.state === 'reconnecting') {
      this.state = 'waiting';
    } else if (link?.status === 'ended' && this.state !== 'ended') {
      this.state = 'ended';
      this.failure ||= link.code === 1000 ? '' : linkFault(link);
    }
    this.requestUpdate();
  }

  /** @param {string} text */
  #heard(text) {
    if (text === HAS_ENDED) {
      this.state = 'ended';
      this.following = 'off';
      this.#poller.now();
      return;
    }
    const message = parsed(text);
    if (typeof message?.frame !== 'string') {
      this.failure = errorIn(text);
      return;
    }
    this.state = 'live';
    this.failure = '';
    this.frames += 1;
    const metadata = /** @type {Metadata} */ (message.metadata ?? {});
    this.following = followingOf(metadata);
    this.objects = regionsOf(metadata).length;
    this.#picture.show(message.frame, metadata);
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const name = this.name.trim();
    this.failure = nameFault(name, []);
    if (!this.failure) {
      this.#watch(name);
    }
  }

  render() {
    const { state, watched } = this;
    return html`
      <section class="card" aria-label="Watch a broadcast">
        <div class="stage-frame">
          <mm-hub-picture .label=${watched ? `The broadcast ${watched}` : 'No broadcast'}></mm-hub-picture>
          ${state === 'idle'
            ? html`<p class="stage-note">Choose a broadcast</p>`
            : html`<span class="badge" data-testid="watch-state" data-state=${TINTS[state]} role="status"><i></i>${WORDS[state]}</span>`}
          ${state === 'ended' ? html`<p class="stage-note" data-testid="ended">The stream has ended</p>` : nothing}
        </div>
        ${state === 'live'
          ? html`<div class="following">
              <p class="pill" data-testid="watch-following" data-following=${this.following} role="status">
                <i></i>${followingText(this.following, { objects: this.objects })}
              </p>
              <span class="count" data-testid="watch-frames">${counted(this.frames, 'frame')}</span>
            </div>`
          : nothing}
        ${this.#fault()} ${this.#list()}
        <form class="watch-form" novalidate autocomplete="off" @submit=${this.#submit}>
          <div class="field">
            <label for="watch-name">Another name</label>
            <input
              id="watch-name"
              data-testid="watch-name"
              spellcheck="false"
              autocapitalize="off"
              .value=${this.name}
              @input=${(/** @type {any} */ e) => (this.name = e.target.value)}
            />
          </div>
          <button type="submit" data-testid="watch-go">Watch</button>
        </form>
      </section>
    `;
  }

  #fault() {
    const fault = this.failure || (this.state === 'reconnecting' && this.#link ? linkFault(this.#link) : '') || this.listFailure;
    return fault ? html`<p class="error" role="alert" data-testid="watch-error">${fault}</p>` : nothing;
  }

  #list() {
    const { broadcasts } = this;
    if (broadcasts === undefined) {
      return nothing;
    }
    if (broadcasts.length === 0) {
      return html`<p class="hint" data-testid="no-broadcasts">Nobody broadcasts just now.</p>`;
    }
    return html`
      <ul class="broadcasts" aria-label="Broadcasts">
        ${broadcasts.map(
          ({ id, state }) => html`
            <li>
              <button
                type="button"
                class="small"
                data-testid="broadcast"
                data-stream=${id}
                aria-pressed=${id === this.watched}
                @click=${() => this.#watch(id)}
              >
                <i class="dot" data-state=${state}></i>${id}
              </button>
            </li>
          `,
        )}
      </ul>
    `;
  }
}

customElements.define('mm-watch-panel', WatchPanel);
