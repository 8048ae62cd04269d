import { html } from 'lit';
import { httpUrl } from './api.js';
import './broadcast-panel.js';
import { PageElement } from './element.js';
import './hub-chat.js';
import { logo } from './icons.js';
import './watch-panel.js';

const TABS = [
  { id: 'broadcast', label: 'Broadcast' },
  { id: 'watch', label: 'Watch' },
];

/** The page of the hub: a broadcast of one's own, and those of others. `#watch/NAME` shows that one. */
class BroadcastPage extends PageElement {
  static properties = {
    tab: { state: true },
    wanted: { state: true },
    own: { state: true },
    watching: { state: true },
  };

  #read = () => {
    const [tab, name = ''] = location.hash.slice(1).split('/');
    this.tab = tab === 'watch' ? 'watch' : 'broadcast';
    this.wanted = decoded(name);
  };

  constructor() {
    super();
    this.tab = 'broadcast';
    this.wanted = '';
    /** The broadcast of this page, if there is one. */
    this.own = '';
    this.watching = '';
  }

  connectedCallback() {
    super.connectedCallback();
    addEventListener('hashchange', this.#read);
    this.#read();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.#read);
  }

  /** @param {string} tab */
  #choose(tab) {
    this.tab = tab;
    history.replaceState(null, '', tab === 'watch' ? `#watch${this.watching ? `/${this.watching}` : ''}` : '#');
  }

  /** @param {string} name */
  #watched(name) {
    this.watching = name;
    if (this.tab === 'watch') {
      this.#choose('watch');
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      const other = TABS.find(({ id }) => id !== this.tab);
      this.#choose(other?.id ?? this.tab);
      this.updateComplete.then(() => /** @type {HTMLElement|null} */ (this.querySelector('[role=tab][aria-selected=true]'))?.focus());
    }
  }

  render() {
    return html`
      <header class="bar">
        <h1 class="brand">${logo}<a href=${httpUrl('')}>mediamesh</a></h1>
        <div class="tabs" role="tablist" aria-label="What to do" @keydown=${this.#key}>
          ${TABS.map(
            ({ id, label }) => html`
              <button
                type="button"
                role="tab"
                id="tab-${id}"
                data-testid="tab-${id}"
                aria-controls="panel-${id}"
                aria-selected=${this.tab === id}
                tabindex=${this.tab === id ? 0 : -1}
                @click=${() => this.#choose(id)}
              >
                ${label}
              </button>
            `,
          )}
        </div>
      </header>
      <main class="hub">
        <div id="panel-broadcast" role="tabpanel" aria-labelledby="tab-broadcast" ?hidden=${this.tab !== 'broadcast'}>
          <mm-broadcast-panel
            @broadcasting=${(/** @type {CustomEvent<string>} */ { detail }) => (this.own = detail)}
          ></mm-broadcast-panel>
        </div>
        <div id="panel-watch" role="tabpanel" aria-labelledby="tab-watch" ?hidden=${this.tab !== 'watch'}>
          <mm-watch-panel
            .active=${this.tab === 'watch'}
            .wanted=${this.wanted}
            @watching=${(/** @type {CustomEvent<string>} */ { detail }) => this.#watched(detail)}
          ></mm-watch-panel>
        </div>
        <mm-hub-chat .stream=${this.tab === 'watch' ? this.watching : this.own}></mm-hub-chat>
      </main>
    `;
  }
}

/** @param {string} text of an address */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

customElements.define('mm-broadcast', BroadcastPage);
