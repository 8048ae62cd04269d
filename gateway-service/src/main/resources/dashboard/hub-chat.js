import { html, nothing } from 'lit';
import { PageElement } from './element.js';
import { HubLink, hubUrl } from './hub-link.js';
import { linkFault, parsed, sentence } from './hub-words.js';

const KEPT = 200;
const NAME_KEY = 'mediamesh.chat.name';
const LONGEST_NAME = 64;

/** The chat beside a broadcast. */
class HubChat extends PageElement {
  static properties = {
    stream: {},
    messages: { state: true },
    name: { state: true },
    text: { state: true },
    failure: { state: true },
  };

  /** @type {HubLink|undefined} */
  #link;
  /** What was said last, to be changed where it is refused. */
  #last = '';

  constructor() {
    super();
    /** The chat of this broadcast; none while it is empty. */
    this.stream = '';
    /** @type {{id: string, name: string, text: string, time: number}[]} */
    this.messages = [];
    this.name = rememberedName();
    this.text = '';
    this.failure = '';
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.#leave();
  }

  /** @param {Map<string, unknown>} changed */
  willUpdate(changed) {
    if (changed.has('stream')) {
      this.#leave();
      this.messages = [];
      this.failure = '';
      if (this.stream) {
        this.#link = new HubLink({
          url: hubUrl('chat', this.stream),
          onText: (text) => this.#heard(text),
          onChange: () => this.requestUpdate(),
        });
        this.#link.open();
      }
    }
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    const list = this.querySelector('ol');
    if (list && changed.has('messages')) {
      list.scrollTop = list.scrollHeight;
    }
  }

  #leave() {
    this.#link?.close();
    this.#link = undefined;
  }

  /** @param {string} text */
  #heard(text) {
    const message = parsed(text);
    if (message?.type === 'error') {
      this.failure = sentence(String(message.message));
      this.text ||= this.#last;
    } else if (message?.type === 'message' && !this.messages.some(({ id }) => id === message.id)) {
      // The history comes again with each connection.
      this.messages = [...this.messages, message].slice(-KEPT);
    }
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const text = this.text.trim();
    if (text === '') {
      return;
    }
    this.failure = '';
    if (this.#link?.send(JSON.stringify({ name: this.name.trim(), text }))) {
      this.#last = text;
      this.text = '';
      remember(this.name.trim());
    } else {
      this.failure = 'The chat is not connected just now; your message was not sent.';
    }
  }

  render() {
    const fault = this.failure || (this.#link ? linkFault(this.#link) : '');
    return html`
      <section class="card chat" aria-labelledby="chat-title">
        <h2 id="chat-title">Chat${this.stream ? html` <small>of ${this.stream}</small>` : nothing}</h2>
        <ol role="log" aria-label="Messages" tabindex="0" data-testid="chat-messages" ?data-empty=${this.messages.length === 0}>
          ${this.messages.map(
            ({ name, text, time }) => html`
              <li data-testid="chat-message">
                <p><b>${name}</b> <time datetime=${new Date(time * 1000).toISOString()}>${clock(time)}</time></p>
                <p class="said">${text}</p>
              </li>
            `,
          )}
        </ol>
        ${this.messages.length === 0
          ? html`<p class="hint">${this.stream ? 'Nothing was said yet.' : 'There is a chat for each broadcast.'}</p>`
          : nothing}
        ${fault ? html`<p class="error" role="alert" data-testid="chat-error">${fault}</p>` : nothing}
        <form @submit=${this.#submit} autocomplete="off">
          <input
            class="who"
            aria-label="Your name"
            placeholder="Your name"
            maxlength=${LONGEST_NAME}
            data-testid="chat-name"
            .value=${this.name}
            @input=${(/** @type {any} */ e) => (this.name = e.target.value)}
          />
          <input
            aria-label="Message"
            placeholder="Say something"
            enterkeyhint="send"
            data-testid="chat-text"
            .value=${this.text}
            @input=${(/** @type {any} */ e) => (this.text = e.target.value)}
          />
          <button type="submit" data-testid="chat-send" ?disabled=${this.#link?.status !== 'open'}>Send</button>
        </form>
      </section>
    `;
  }
}

/** @param {number} seconds Unix time */
function clock(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
}

function rememberedName() {
  try {
    return localStorage.getItem(NAME_KEY) ?? '';
  } catch {
    return '';
  }
}

/** @param {string} name */
function remember(name) {
  try {
    localStorage.setItem(NAME_KEY, name);
  } catch {
    // it holds until the page is closed
  }
}

customElements.define('mm-hub-chat', HubChat);
